import { FAILURE_CLASSES, type FailureClass } from '../protocol/task';

const MINUTE = 60;
const HOUR = 3600;

/** Delays in seconds before each redrive of a dead letter, by the class of its failure. */
export const REDRIVES: Record<FailureClass, number[]> = {
  // 300 s × 4ⁿ, at most 23,040 s: five minutes for a hiccup, most of a working day for an outage.
  transient: [5 * MINUTE, 20 * MINUTE, 80 * MINUTE, 320 * MINUTE, 384 * MINUTE],
  external: [HOUR, 3 * HOUR, 9 * HOUR],
  // A person has to mend the configuration; two hours later is a chance that somebody did.
  configuration: [2 * HOUR],
  permanent: [],
  unknown: [HOUR],
};

/** A table without any redrive: tasks whose first used-up failure is final. */
export const NO_REDRIVES = Object.fromEntries(FAILURE_CLASSES.map((name) => [name, []])) as unknown as Record<
  FailureClass,
  number[]
>;
