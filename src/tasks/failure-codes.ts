import type { FailureClass, Policy } from '../protocol/task';

/** What to do about a failure; the first thing a person reads of it. */
export type FailureAction =
  | 'AUTO_RETRY'
  | 'MANUAL_RETRY'
  | 'FIX_DATA'
  | 'FIX_CONFIG'
  | 'SCALE_RESOURCES'
  | 'ALERT_TEAM'
  | 'CHECK_EXTERNAL'
  | 'INVESTIGATE';

/** How attempts follow each other: who decides is in `retry.ts`. Times in seconds; `attempts` counts the first one too. */
export type Retry = Pick<Policy, 'attempts' | 'firstDelay' | 'curve' | 'growth' | 'cap' | 'jitter'>;

export interface FailureCode {
  class: FailureClass;
  /** Whether another attempt of the same activity can help. */
  retryable: boolean;
  action: FailureAction;
  /** One sentence for the person who finds the failure. */
  advice: string;
  /** The retries that suit this trouble, whatever the category. Unset: the category's. */
  retry?: Retry;
}

/** The taxonomy. `docs/failure-codes.md` shows it to people; a test holds the page against this table. */
export const FAILURE_CODES = {
  TRANSIENT_DATABASE: {
    class: 'transient',
    retryable: true,
    action: 'AUTO_RETRY',
    advice: 'The database was busy, away or broke off a transaction; it is tried again by itself.',
    retry: { attempts: 6, firstDelay: 30, curve: 'exponential', growth: 2, cap: 3600, jitter: 0.2 },
  },
  TRANSIENT_NETWORK: {
    class: 'transient',
    retryable: true,
    action: 'AUTO_RETRY',
    advice: 'A connection failed; it is tried again by itself. Check the host and its name if it stays.',
    retry: { attempts: 4, firstDelay: 60, curve: 'exponential', growth: 2, cap: 3600, jitter: 0.3 },
  },
  TRANSIENT_RESOURCE: {
    class: 'transient',
    retryable: true,
    action: 'SCALE_RESOURCES',
    advice:
      'Something that is shared was used up: connections, open files, processes. Give it more, or ask less at once.',
  },
  TRANSIENT_RATE_LIMIT: {
    class: 'transient',
    retryable: true,
    action: 'AUTO_RETRY',
    advice: 'The other side takes no more requests for now; it is asked again later. Ask less often if it stays.',
    retry: { attempts: 4, firstDelay: 300, curve: 'linear', growth: 1.5, cap: 3600, jitter: 0.1 },
  },
  PERMANENT_VALIDATION: {
    class: 'permanent',
    retryable: false,
    action: 'FIX_DATA',
    advice: 'The input is not acceptable; retry the task with a corrected one.',
  },
  PERMANENT_NOT_FOUND: {
    class: 'permanent',
    retryable: false,
    action: 'FIX_DATA',
    advice: 'What the input names does not exist; create it, or retry the task with a corrected input.',
  },
  PERMANENT_PERMISSION: {
    class: 'permanent',
    retryable: false,
    action: 'FIX_CONFIG',
    advice: 'The worker may not do this; grant the right or renew the credentials, then retry the task.',
  },
  PERMANENT_LOGIC: {
    class: 'permanent',
    retryable: false,
    action: 'ALERT_TEAM',
    advice: 'The handler has a fault; mend it, deploy, then retry the task.',
  },
  CONFIG_MISSING_SETTING: {
    class: 'configuration',
    retryable: false,
    action: 'FIX_CONFIG',
    advice: 'A setting or a file that the worker needs is missing; provide it, then retry the task.',
  },
  CONFIG_INVALID_SETTING: {
    class: 'configuration',
    retryable: false,
    action: 'FIX_CONFIG',
    advice: 'A setting of the worker is wrong; correct it, then retry the task.',
  },
  CONFIG_MISSING_SERVICE: {
    class: 'configuration',
    retryable: false,
    action: 'FIX_CONFIG',
    advice:
      'A program, service or database that the worker needs is not installed or not set up; provide it, then retry the task.',
  },
  EXTERNAL_API_DOWN: {
    class: 'external',
    retryable: true,
    action: 'CHECK_EXTERNAL',
    advice: 'The other side is down; it is asked again by itself. See its status page.',
    // The Fibonacci series of the original: its terms grow by the golden ratio.
    retry: { attempts: 3, firstDelay: 900, curve: 'exponential', growth: 1.618, cap: 7200, jitter: 0.15 },
  },
  EXTERNAL_API_ERROR: {
    class: 'external',
    retryable: true,
    action: 'CHECK_EXTERNAL',
    advice:
      'The other side answered with an error of its own; it is asked again by itself. Tell its operator if it stays.',
  },
  EXTERNAL_TIMEOUT: {
    class: 'external',
    retryable: true,
    action: 'CHECK_EXTERNAL',
    advice:
      'Work or an answer took too long; it is tried again by itself. Raise the limit if the time is really needed.',
    retry: { attempts: 3, firstDelay: 300, curve: 'exponential', growth: 3, cap: 3600, jitter: 0.2 },
  },
  SYSTEM_OUT_OF_MEMORY: {
    class: 'transient',
    retryable: true,
    action: 'SCALE_RESOURCES',
    advice: 'Memory ran out; give the worker more, or lower its concurrency.',
  },
  SYSTEM_DISK_FULL: {
    class: 'transient',
    retryable: true,
    action: 'SCALE_RESOURCES',
    advice: 'The disk is full; free some space.',
  },
  SYSTEM_WORKER_CRASH: {
    class: 'transient',
    retryable: true,
    action: 'AUTO_RETRY',
    advice: 'The worker ended while the handler ran; another one takes over. Look into its log if it comes back.',
  },
  CIRCUIT_OPEN: {
    class: 'external',
    retryable: true,
    action: 'CHECK_EXTERNAL',
    advice:
      'The circuit breaker of a dependency is open, so the call was not made; it is made when the breaker closes.',
  },
  TASK_TIMED_OUT: {
    class: 'external',
    retryable: false,
    action: 'MANUAL_RETRY',
    advice:
      'The task took longer than its policy allows; find out what it waited for, then retry it or raise the limit.',
  },
  TASK_QUEUE_TIMED_OUT: {
    class: 'configuration',
    retryable: false,
    action: 'SCALE_RESOURCES',
    advice: 'No worker took the task in time; start workers for its queue, then retry it.',
  },
  OUTCOME_UNKNOWN: {
    class: 'unknown',
    retryable: false,
    action: 'MANUAL_RETRY',
    advice:
      'Nobody knows whether the work was done, and doing it twice does harm; look, then resolve or retry the task.',
  },
  FAILED_BY_OPERATOR: {
    class: 'permanent',
    retryable: false,
    action: 'MANUAL_RETRY',
    advice: 'An operator ended the task; the reason says why.',
  },
  ABANDONED: {
    class: 'permanent',
    retryable: false,
    action: 'MANUAL_RETRY',
    advice: 'An operator gave the task up; the reason says why.',
  },
  UNKNOWN: {
    class: 'unknown',
    retryable: true,
    action: 'INVESTIGATE',
    advice: 'Nothing is known of this failure; read its message and the task log.',
  },
} as const satisfies Record<string, FailureCode>;

export type FailureCodeName = keyof typeof FAILURE_CODES;

export function isFailureCode(code: unknown): code is FailureCodeName {
  return typeof code === 'string' && Object.hasOwn(FAILURE_CODES, code);
}
