import {
  type BreakerAction,
  type BreakerMessage,
  type BreakerOperator,
  type BreakerRecord,
  type BreakerSignal,
  closedRecord,
  isLeased,
  LEASE_MS,
  LONGEST_OPEN,
  stateAt,
} from '../../protocol/breaker';

/** The record after a message, or why the message has no effect. */
type Outcome = BreakerRecord | string;
type Transition = (record: BreakerRecord, message: BreakerMessage, now: number) => Outcome;

const TRANSITIONS: Record<BreakerSignal, Transition> = {
  tripped: (record, { seconds, failures = 1, failure, since }, now) => {
    if (record.state !== 'closed') return `it is ${record.state} already`;
    if (since !== undefined && since !== record.since) return 'the failures are from before its last change';
    if (!isTime(seconds)) return NO_TIME;
    return { ...opened(record, now, seconds), failures, ...(failure && { lastFailure: failure }) };
  },

  probe: (record, { token, holder }, now) => {
    if (!token || !holder) return 'it needs a token and a holder';
    if (stateAt(record, now) !== 'half-open') return 'no call may try yet';
    if (record.lease?.token !== token && isLeased(record, now)) return `${record.lease?.holder} is trying`;
    const since = record.state === 'half-open' ? record.since : isoTime(now);
    return { ...record, state: 'half-open', since, lease: { token, holder, until: isoTime(now + LEASE_MS) } };
  },

  'probe-succeeded': (record, { token }, now) => (holds(record, token) ? closed(record, now) : NO_LEASE),

  'probe-failed': (record, { token, seconds, failure }, now) => {
    if (!holds(record, token)) return NO_LEASE;
    if (!isTime(seconds)) return NO_TIME;
    const failures = record.failures + 1;
    return { ...opened(record, now, seconds), failures, ...(failure && { lastFailure: failure }) };
  },

  'probe-released': (record, { token }) => {
    if (!holds(record, token)) return NO_LEASE;
    const { lease: _over, ...rest } = record;
    return rest;
  },

  open: (record, message, now) => {
    const { seconds } = message;
    if (seconds !== undefined && !isTime(seconds)) return NO_TIME;
    return { ...opened(record, now, seconds), operator: operator('open', message) };
  },

  close: (record, message, now) => ({ ...closed(record, now), operator: operator('close', message) }),

  reset: (_record, message, now) => ({ ...closedRecord(now), operator: operator('reset', message) }),
};

const NO_LEASE = 'the sender has no lease';
const NO_TIME = `its seconds are no number between 0 and ${LONGEST_OPEN}`;

/** What a message makes of a breaker: its next record, or why the message has no effect. Pure, and total. */
export function transition(
  signal: BreakerSignal,
  record: BreakerRecord,
  message: BreakerMessage,
  now: number,
): Outcome {
  return TRANSITIONS[signal](record, message, now);
}

function opened(record: BreakerRecord, now: number, seconds: number | undefined): BreakerRecord {
  const { lastFailure, failures } = record;
  return {
    state: 'open',
    since: isoTime(now),
    ...(seconds !== undefined && { openUntil: isoTime(now + seconds * 1000) }),
    failures,
    opened: record.opened + 1,
    ...(lastFailure && { lastFailure }),
  };
}

function closed({ opened, lastFailure }: BreakerRecord, now: number): BreakerRecord {
  return { ...closedRecord(now), opened, ...(lastFailure && { lastFailure }) };
}

function operator(action: BreakerAction, { by, reason }: BreakerMessage): BreakerOperator {
  return { action, ...(by && { by }), ...(reason && { reason }) };
}

/** A lease that ran out still counts until somebody else has it: the answer of the call is good all the same. */
function holds({ lease }: BreakerRecord, token: string | undefined): boolean {
  return lease !== undefined && lease.token === token;
}

function isTime(seconds: number | undefined): seconds is number {
  return seconds !== undefined && seconds > 0 && seconds <= LONGEST_OPEN;
}

function isoTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
