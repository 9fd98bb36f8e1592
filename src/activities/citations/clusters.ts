import type { FoundCitation } from './job';

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
 * Puts the runs that share a citation together: the same case, mentioned again. In the order of the text. A group
 * with one member has no parallel citation.
 */
export function groupCases(citations: readonly FoundCitation[]): CaseGroup[] {
  const groups: FoundCitation[][] = [];
  const byMember = new Map<string, FoundCitation[]>();
  for (const run of runsOf(citations)) {
    const known = [...new Set(run.map(({ normalised }) => byMember.get(normalised)))].filter(
      (one) => one !== undefined,
    );
    const [group = [], ...others] = known;
    if (known.length === 0) groups.push(group);
    for (const other of others) {
      group.push(...other.splice(0));
      for (const { normalised } of group) byMember.set(normalised, group);
    }
    group.push(...run);
    for (const { normalised } of run) byMember.set(normalised, group);
  }
  return groups.filter((group) => group.length > 0).map(groupOf);
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
