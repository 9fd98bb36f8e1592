import type { OutsideWitness, StuckType } from './findings';

export interface DiagnosisOptions {
  /**
   * Open tasks that were submitted longer ago count as stuck; fractions are fine. Defaults to their normal time: the
   * `maxProcessingTime` of each type, and no time at all for those that are parked.
   */
  hours?: number;
  /** Samples for each task type, 0 to 100. Defaults to 5. */
  limit?: number;
  /** Whether to ask history, workers and the outside world about every sample. Defaults to false. */
  checkExecution?: boolean;
  /** Asks the outside world about a task; `undefined` for a type that has no verifier. Defaults to asking nobody. */
  verify?: (task: TaskToVerify) => Promise<OutsideWitness> | undefined;
  /** Longest time for one such answer, in seconds; after that it is unknown. Defaults to 10. */
  verifyWithin?: number;
  /** Called for each step as it happens. Defaults to nothing. */
  onProgress?: (step: DiagnosisStep) => void;
}

/** The task that a verifier is asked about. */
export interface TaskToVerify {
  taskId: string;
  type: string;
  generation: string;
  /** The input of its last attempt, whole and as it is. */
  input: unknown;
  /** What the last attempt saved for the next one, if the server still has it. */
  checkpoint: unknown;
  /** Aborted when nobody waits for the answer any more. */
  signal: AbortSignal;
}

export type DiagnosisStep =
  | { step: 'started'; hours: number | null }
  | { step: 'querying' }
  | { step: 'queried' }
  | { step: 'found'; types: number }
  | { step: 'analyzing'; number: number; of: number; type: string }
  | { step: 'analyzed'; type: StuckType };
