import { FAILURE_CODES, type FailureCodeName } from '../../tasks/failures';
import { type Classified, classify } from '../classify';
import { thingsIn } from '../classify/thing';

/** What a failed call says of the dependency: it is in trouble, it is well, or nothing. */
export interface Verdict extends Classified {
  speaks: 'against' | 'for' | 'not';
}

/** Refusals: the other side understood the call and said no. */
const ANSWERED: readonly FailureCodeName[] = ['PERMANENT_VALIDATION', 'PERMANENT_NOT_FOUND', 'PERMANENT_PERMISSION'];

/** Trouble on our own side, and calls that another breaker kept from being made. */
const OURS = /^(SYSTEM_|TASK_|CIRCUIT_)/;

/** Holdfast's own store as a dependency: of any other, its faults say nothing. */
const STORE = 'store:';

/**
 * Judges what a guarded call threw. Mistakes of the handler, cancellation and unknown things say nothing, nor does what
 * Holdfast itself could not do during the call: a program is not to blame for a bucket that takes no output.
 */
export function verdictOn(thrown: unknown, dependency: string): Verdict {
  const classified = classify(thrown);
  const isOwn = !dependency.startsWith(STORE) && thingsIn(thrown).some((thing) => thing.is('HoldfastError'));
  return { ...classified, speaks: isOwn ? 'not' : speaks(classified.code) };
}

function speaks(code: FailureCodeName): Verdict['speaks'] {
  if (ANSWERED.includes(code)) return 'for';
  const { class: failureClass } = FAILURE_CODES[code];
  const outside = failureClass === 'transient' || failureClass === 'external';
  return outside && !OURS.test(code) ? 'against' : 'not';
}
