import { isOnlyPinpoints } from './surroundings';

/** A citation as eyecite reports it; offsets are those of the clean text. */
export interface Reported {
  readonly kind: 'full' | 'short' | 'other';
  readonly start: number;
  readonly end: number;
}

export interface FullCitation extends Reported {
  readonly kind: 'full';
  /** Where eyecite takes the name of the case to begin. */
  readonly named: number;
  readonly normalised: string;
  readonly volume: string | null;
  /** In its standard form, with its series: `Wash. 2d`. */
  readonly reporter: string;
  /** Without: `Wash.` */
  readonly series: string;
  readonly page: string | null;
  readonly court: string | null;
}

/** What a reporter publishes. */
interface Reporter {
  readonly types: readonly string[];
  readonly courts: readonly string[];
}
export type Reporters = Readonly<Record<string, Reporter>>;

/** Characters between two parallel citations, at most; more where the Supreme Court's own reports are one of them. */
const REACH = 200;
const REACH_SUPREME = 500;

/**
 * Puts full citations that name one case side by side into one run: nothing but pages between them, different
 * reporters, and at least one court that both report.
 */
export function runsOf(text: string, reported: readonly Reported[], reporters: Reporters): FullCitation[][] {
  const runs: FullCitation[][] = [];
  let before: Reported | undefined;
  for (const one of reported) {
    if (isFull(one)) {
      const run = runs.at(-1);
      const goesOn =
        before !== undefined && before === run?.at(-1) && isOnlyPinpoints(text.slice(before.end, one.start));
      if (run && goesOn && run.every((other) => areParallel(other, one, reporters))) run.push(one);
      else runs.push([one]);
    }
    before = one;
  }
  return runs;
}

function isFull(one: Reported): one is FullCitation {
  return one.kind === 'full';
}

function areParallel(first: FullCitation, second: FullCitation, reporters: Reporters): boolean {
  if (first.normalised === second.normalised && first.reporter !== second.reporter) return true;
  if (first.series === second.series) return false;
  const reach = [first.series, second.series].includes('U.S.') ? REACH_SUPREME : REACH;
  const isNear = second.start - first.end <= reach;
  return isNear && reportTheSame(reporters[first.series], reporters[second.series]);
}

/** Databases and neutral citations go with every reporter. */
function reportTheSame(first: Reporter | undefined, second: Reporter | undefined): boolean {
  if (!first || !second) return false;
  if ([...first.types, ...second.types].some((type) => type === 'neutral' || type.startsWith('specialty'))) return true;
  const courts = new Set(first.courts);
  return second.courts.some((court) => courts.has(court));
}
