/** The words of circuit breakers. This file imports nothing, so that workflow code can use it. */

/** Workflow type of every circuit breaker. */
export const BREAKER_TYPE = 'circuitBreaker';

/** The one memo field of a breaker's workflow: a {@link BreakerRecord}. */
export const BREAKER_MEMO = 'breaker';

const ID_PREFIX = 'circuit-breaker:';

/** What a breaker is for, as `kind:place`: `http:api.example.com`, `smtp:mail.example.com:25`, `database:orders`. */
export const BREAKER_NAME = /^[a-z][a-z0-9-]{0,30}:[A-Za-z0-9][A-Za-z0-9._:@/-]{0,180}$/;

export function breakerId(name: string): string {
  return `${ID_PREFIX}${name}`;
}

/** The name in a workflow ID that {@link breakerId} made; undefined for every other ID. */
export function breakerName(workflowId: string): string | undefined {
  const name = workflowId.startsWith(ID_PREFIX) ? workflowId.slice(ID_PREFIX.length) : '';
  return BREAKER_NAME.test(name) ? name : undefined;
}

/** Closed: calls go through. Open: none does. Half-open: one may try. */
export const BREAKER_STATES = ['closed', 'open', 'half-open'] as const;
export type BreakerState = (typeof BREAKER_STATES)[number];

/** The failure that spoke last against a dependency. */
export interface BreakerFailure {
  /** ISO time. */
  at: string;
  code: string;
  message: string;
  /** The worker that saw it, and the task that it ran. */
  worker: string;
  task: string;
}

/** The right to make the one call of a half-open breaker. */
interface BreakerLease {
  token: string;
  /** The worker that holds it. */
  holder: string;
  /** ISO time at which it passes to the next asker, unless the holder renews it. */
  until: string;
}

/** What a breaker's workflow publishes of itself. Times are ISO. */
export interface BreakerRecord {
  state: BreakerState;
  /** When it came into this state. */
  since: string;
  /** When it will let one call try. Absent while open: an operator has opened it for an unknown time. */
  openUntil?: string;
  /** Failures in a row that opened it, failed tries included; 0 while it is closed. */
  failures: number;
  /** How often it opened since it was made or reset. */
  opened: number;
  lastFailure?: BreakerFailure;
  lease?: BreakerLease;
  /** Set when an operator brought about this state. */
  operator?: BreakerOperator;
}

/** An operator's word to a breaker. */
export interface BreakerOperator {
  action: BreakerAction;
  by?: string;
  reason?: string;
}

/** What operators may tell a breaker. */
export const BREAKER_ACTIONS = ['open', 'close', 'reset'] as const;
export type BreakerAction = (typeof BREAKER_ACTIONS)[number];

/** Every signal: what workers saw, and what operators say. */
export const BREAKER_SIGNALS = [
  'tripped',
  'probe',
  'probe-succeeded',
  'probe-failed',
  'probe-released',
  ...BREAKER_ACTIONS,
] as const;
export type BreakerSignal = (typeof BREAKER_SIGNALS)[number];

/** The argument of every signal; each reads what it needs of it. */
export interface BreakerMessage {
  by?: string;
  reason?: string;
  /** `open`: for how long; without it, until an operator closes it. `tripped`, `probe-failed`: needed. */
  seconds?: number;
  /** `tripped`: failures in a row. */
  failures?: number;
  failure?: BreakerFailure;
  /** `tripped`: `since` of the closed state in which the failures were counted; void once that is over. */
  since?: string;
  token?: string;
  holder?: string;
}

/** Longest time for which a breaker opens, in seconds. */
export const LONGEST_OPEN = 30 * 86_400;

/** Life of a lease, in milliseconds. Its holder renews it well before, so that only a dead holder loses it. */
export const LEASE_MS = 10_000;

export function closedRecord(now: number): BreakerRecord {
  return { state: 'closed', since: new Date(now).toISOString(), failures: 0, opened: 0 };
}

/** The state at a time: an open breaker whose time is over is half-open, whether or not anybody has called yet. */
export function stateAt({ state, openUntil }: BreakerRecord, now: number): BreakerState {
  return state === 'open' && openUntil !== undefined && now >= Date.parse(openUntil) ? 'half-open' : state;
}

/** Whether somebody has the right to the one call of a half-open breaker. */
export function isLeased({ lease }: BreakerRecord, now: number): boolean {
  return lease !== undefined && now < Date.parse(lease.until);
}

/** What a memo holds; undefined when it is no record: a breaker that was started by hand may have anything. */
export function readRecord(value: unknown): BreakerRecord | undefined {
  const record = value as Partial<BreakerRecord> | null | undefined;
  const complete =
    typeof record === 'object' &&
    record !== null &&
    BREAKER_STATES.some((state) => state === record.state) &&
    [record.failures, record.opened].every(Number.isInteger) &&
    isTime(record.since) &&
    (record.openUntil === undefined || isTime(record.openUntil)) &&
    (record.lease === undefined || isTime(record.lease?.until));
  return complete ? (record as BreakerRecord) : undefined;
}

function isTime(value: unknown): boolean {
  return typeof value === 'string' && !Number.isNaN(Date.parse(value));
}
