import type { z } from 'zod';
import type { ArtifactStore } from '../../artifacts/store';
import type { Contract } from '../../tasks/contract';

/** What a verifier gets besides the task's input. */
export interface VerifyContext {
  readonly taskId: string;
  readonly type: string;
  readonly generation: string;
  /** The same names that the attempt gave its effects. */
  effectKey(step?: string): string;
  readonly artifacts: ArtifactStore;
  /** What the last attempt saved with `checkpoint`. */
  readonly checkpoint: unknown;
  /** Aborted when the answer would come too late. */
  readonly signal: AbortSignal;
}

/** What the outside world says of a task's effect. `evidence` is for people: what was looked at, and what was there. */
export type Verification<Output = unknown> =
  /** It has happened. Without an output, a person has to say what the result is. */
  | { effect: 'done'; output?: Output; evidence: string }
  /** It was tried and has failed: nothing of it is left to take over. */
  | { effect: 'failed'; evidence: string }
  /** It has not happened, and will not happen any more: it may be done again. */
  | { effect: 'absent'; evidence: string }
  /** It cannot be determined. */
  | { effect: 'unknown'; evidence: string };

/**
 * A handler's optional check of the outside world: did the effect happen? It is asked when an attempt was lost,
 * and no attempt of the task runs. It looks and changes nothing. What it throws means `unknown`.
 */
export type Verifier<C extends Contract = Contract> = (
  input: z.output<C['input']>,
  context: VerifyContext,
) => Promise<Verification<z.input<C['output']>>>;

/** The verifiers of a catalogue; a task type may have none. */
export type VerifiersFor<Contracts extends readonly Contract[]> = {
  [C in Contracts[number] as C['type']]?: Verifier<C>;
};
