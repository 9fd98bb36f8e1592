import type { FailureCodeName } from '../../tasks/failures';
import type { Thing } from './thing';

/** What one table says of a thrown thing. */
export interface Verdict {
  code: FailureCodeName;
  /** 0 to 1: of several verdicts the surest counts. */
  confidence: number;
}

export type Judge = (thing: Thing) => Verdict | undefined;

/** The thing names its own failure. */
export const CERTAIN = 1;
/** A code with one meaning. */
export const SURE = 0.95;
/** A code of a known family. */
export const LIKELY = 0.8;
/** An indication, for want of a better one. */
export const PERHAPS = 0.6;

/** A table as people read it: what is thrown, by the failure code it amounts to. */
export type Rows = Partial<Record<FailureCodeName, readonly string[]>>;

/** The same table by what is thrown. */
export function byEntry(rows: Rows): ReadonlyMap<string, FailureCodeName> {
  return new Map(
    Object.entries(rows).flatMap(([code, entries]) =>
      entries.map((entry) => [entry, code as FailureCodeName] as const),
    ),
  );
}
