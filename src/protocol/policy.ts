import type { FailureClass } from './failure';

/** How a task is treated. Fixed at submission and carried in the workflow's input. All times are seconds. */
export interface Policy {
  category: string;
  queue: string;
  /** 1 (first) to 5 (last). */
  priority: number;
  /** How long the key answers with the same task after it completed. */
  window: number;
  /** The same after it failed. */
  failureWindow: number;
  /** Attempts that may fail before the task counts as used up. */
  attempts: number;
  firstDelay: number;
  curve: 'exponential' | 'linear';
  /** How fast the delay grows: factor of the exponential curve, step of the linear one. Unset: 2, and 1. */
  growth?: number;
  /** Largest part of a delay, 0 to 1, that chance takes off. Unset: 0.5. */
  jitter?: number;
  /** True when the contract or the submission chose the retries: then a failure code's own retries do not count. */
  ownRetries?: true;
  /** Longest delay between two attempts. */
  cap: number;
  /** Longest run of one attempt. */
  timeout: number;
  /**
   * Longest time that attempts may run together since the last (re)drive; waiting, pauses and parkings do not
   * count. Unset only in tasks of release 0.1.0.
   */
  maxProcessingTime?: number;
  /**
   * By failure class: the delays before each redrive of a dead letter. A class without any is abandoned at once.
   * Unset only in tasks of release 0.1.0, which fail as soon as their attempts are used up.
   */
  redrives?: Record<FailureClass, number[]>;
  /** Silence after which a running attempt counts as lost. */
  heartbeatTimeout: number;
  /** Attempts that may be lost with their worker before the task counts as used up. */
  lostAttempts: number;
  /** Longest wait for a first worker; the server itself ends the task, worker or not. Unset: waits visibly. */
  maxQueueTime?: number;
  /** Longest life of the task, waiting and retries included; enforced by the server. Unset: no limit. */
  maxTotalTime?: number;
}

/** What an attempt gets of its task's policy: the rest stands in the workflow's input and memo already. */
export type AttemptPolicy = Omit<Policy, NotOfAttempts> & Partial<Pick<Policy, NotOfAttempts>>;

type NotOfAttempts = 'category' | 'queue' | 'priority' | 'window' | 'failureWindow';
