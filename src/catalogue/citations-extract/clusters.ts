import type { FoundCitation } from './job';
import { namesFit } from './name-match';

/** Citations of one case, by the text alone. */
export interface CaseGroup {
  /** Every mention, in the order of the text. */
  readonly mentions: readonly FoundCitation[];
  /** The different citations, in their standard form. */
  readonly members: readonly string[];
  readonly name: string | undefined;
  readonly year: string | undefined;
}

/**
 * Puts the runs that share a citation together: the same case, mentioned again. Runs whose names contradict stay apart,
 * whatever they share: one of them is wrong. In the order of the text. A group with one member has no parallel citation.
 */
export function groupCases(citations: readonly FoundCitation[]): CaseGroup[] {
  const groups: Group[] = [];
  const byMember = new Map<string, Group[]>();
  for (const run of runsOf(citations)) {
    const name = run[0]?.name;
    const known = [...new Set(run.flatMap((one) => (one.isToCome ? [] : (byMember.get(one.normalised) ?? []))))];
    const fitting = known.filter((group) => [...group.names].every((other) => !name || namesFit(name, other)));
    // Without a name it may be any of them: the first.
    const [group = { mentions: [], names: new Set<string>() }, ...others] = name ? fitting : fitting.slice(0, 1);
    if (!groups.includes(group)) groups.push(group);
    for (const other of others.filter((one) => agree(group, one))) {
      merge(group, other);
      groups.splice(groups.indexOf(other), 1);
      for (const [member, list] of byMember)
        byMember.set(member, [...new Set(list.map((one) => (one === other ? group : one)))]);
    }
    group.mentions.push(...run);
    if (name) group.names.add(name);
    for (const { normalised } of run)
      byMember.set(normalised, [...new Set([...(byMember.get(normalised) ?? []), group])]);
  }
  return groups.map(({ mentions }) => groupOf(mentions));
}

interface Group {
  readonly mentions: FoundCitation[];
  readonly names: Set<string>;
}

function agree(one: Group, other: Group): boolean {
  return [...one.names].every((name) => [...other.names].every((match) => namesFit(name, match)));
}

function merge(group: Group, other: Group): void {
  group.mentions.push(...other.mentions);
  for (const name of other.names) group.names.add(name);
}

function runsOf(citations: readonly FoundCitation[]): FoundCitation[][] {
  const runs = new Map<number, FoundCitation[]>();
  for (const one of citations) {
    const run = runs.get(one.run);
    if (run) run.push(one);
    else runs.set(one.run, [one]);
  }
  return [...runs.values()];
}

function groupOf(group: FoundCitation[]): CaseGroup {
  const mentions = group.sort((one, other) => one.start - other.start);
  return {
    mentions,
    members: [...new Set(mentions.map(({ normalised }) => normalised))],
    name: mentions.find(({ name }) => name !== undefined)?.name,
    year: mentions.find(({ year }) => year !== undefined)?.year,
  };
}
