import { FAILURE_CODES, type FailureCodeName } from '../../tasks/failures';
import { type Classified, classify } from '../classify';

/** What a failed call says of the dependency: it is in trouble, it is well, or nothing. */
export interface Verdict extends Classified {
  speaks: 'against' | 'for' | 'not';
}

/** Refusals: the other side understood the call and said no. */
const ANSWERED: readonly FailureCodeName[] = ['PERMANENT_VALIDATION', 'PERMANENT_NOT_FOUND', 'PERMANENT_PERMISSION'];

/** Trouble on our own side, and calls that another breaker kept from being made. */
const OURS = /^(SYSTEM_|TASK_|CIRCUIT_)/;

/** Judges what a guarded call threw. Mistakes of the handler, cancellation and unknown things say nothing. */
export function verdictOn(thrown: unknown): Verdict {
  const classified = classify(thrown);
  return { ...classified, speaks: speaks(classified.code) };
}

function speaks(code: FailureCodeName): Verdict['speaks'] {
  if (ANSWERED.includes(code)) return 'for';
  const { class: failureClass } = FAILURE_CODES[code];
  const outside = failureClass === 'transient' || failureClass === 'external';
  return outside && !OURS.test(code) ? 'against' : 'not';
}
