import { afterOpenTime, afterTry } from '../../src/activities/breaker/come-back';
import { verdictOn } from '../../src/activities/breaker/verdict';
import { readConfig } from '../../src/config';
import { HoldfastError } from '../../src/errors';
import {
  type BREAKER_SIGNALS,
  type BreakerMessage,
  type BreakerRecord,
  breakerId,
  breakerName,
  closedRecord,
  isLeased,
  LEASE_MS,
  LONGEST_OPEN,
  readRecord,
  stateAt,
} from '../../src/protocol/breaker';
import { breakerSettingsSchema, limitsOf } from '../../src/tasks/breaker-limits';
import { TaskFailure } from '../../src/tasks/failures';
import { transition } from '../../src/workflows/breaker/breaker-transitions';

const NOW = Date.parse('2026-11-30T12:00:00.000Z');
const at = (seconds: number) => new Date(NOW + seconds * 1000).toISOString();

const failure = { at: at(-1), code: 'EXTERNAL_API_DOWN', message: 'answered 503', worker: 'w', task: 't' };
const older = { ...failure, message: 'before' };
const closed: BreakerRecord = { state: 'closed', since: at(-100), failures: 0, opened: 2, lastFailure: older };
const open: BreakerRecord = { state: 'open', since: at(-10), openUntil: at(20), failures: 5, opened: 3 };
const due: BreakerRecord = { ...open, openUntil: at(0) };
const lease = { token: 'mine', holder: 'w1', until: at(5) };
const tried: BreakerRecord = { state: 'half-open', since: at(-3), failures: 5, opened: 3, lease };
const forced: BreakerRecord = { state: 'open', since: at(-10), failures: 0, opened: 1, operator: { action: 'open' } };

const outcome = (signal: (typeof BREAKER_SIGNALS)[number], record: BreakerRecord, message: BreakerMessage = {}) =>
  transition(signal, record, message, NOW);

describe('tripped', () => {
  it('opens a closed breaker for its seconds', () => {
    expect(outcome('tripped', closed, { seconds: 30, failures: 5, failure, since: closed.since })).toEqual({
      state: 'open',
      since: at(0),
      openUntil: at(30),
      failures: 5,
      opened: 3,
      lastFailure: failure,
    });
    expect(outcome('tripped', closed, { seconds: 30 })).toMatchObject({ failures: 1, lastFailure: older });
    expect(outcome('tripped', closedRecord(NOW), { seconds: 1 })).not.toHaveProperty('lastFailure');
  });

  it.each([open, tried])('has no effect on one that is $state already', (record) => {
    expect(outcome('tripped', record, { seconds: 30 })).toBe(`it is ${record.state} already`);
  });

  it('has no effect with failures from before the last change', () => {
    expect(outcome('tripped', closed, { seconds: 30, since: at(-101) })).toContain('before its last change');
  });
});

it.each(['tripped', 'probe-failed', 'open'] as const)('%s needs seconds that can be', (signal) => {
  const record = signal === 'tripped' ? closed : tried;
  const said = (seconds: number | undefined) => outcome(signal, record, { seconds, token: 'mine' } as BreakerMessage);
  for (const wrong of [0, -1, LONGEST_OPEN + 1, Number.NaN]) expect(said(wrong)).toContain(`0 and ${LONGEST_OPEN}`);
  expect(said(LONGEST_OPEN)).toMatchObject({ openUntil: at(LONGEST_OPEN) });
  expect(said(0.001)).toMatchObject({ state: 'open' });
});

it.each(['tripped', 'probe-failed'] as const)('%s without seconds has no effect', (signal) => {
  expect(outcome(signal, signal === 'tripped' ? closed : tried, { token: 'mine' })).toContain('seconds are no number');
});

describe('probe', () => {
  const message = { token: 'yours', holder: 'w2' };

  it('leases the one call of a breaker whose time is over', () => {
    expect(outcome('probe', due, message)).toEqual({
      ...due,
      state: 'half-open',
      since: at(0),
      lease: { token: 'yours', holder: 'w2', until: new Date(NOW + LEASE_MS).toISOString() },
    });
  });

  it.each([closed, open, forced])('has no effect while no call may try: %j', (record) => {
    expect(outcome('probe', record, message)).toBe('no call may try yet');
  });

  it.each([{ token: 'yours' }, { holder: 'w2' }, {}])('has no effect with %j alone', (incomplete) => {
    expect(outcome('probe', due, incomplete)).toContain('needs a token and a holder');
  });

  it('has no effect while another one is trying, until that lease runs out', () => {
    expect(outcome('probe', tried, message)).toBe('w1 is trying');
    const until = at(0);
    expect(outcome('probe', { ...tried, lease: { ...lease, until } }, message)).toMatchObject({
      since: tried.since,
      lease: { token: 'yours' },
    });
  });

  it('renews its own lease', () => {
    expect(outcome('probe', tried, { token: 'mine', holder: 'w1' })).toMatchObject({
      since: tried.since,
      lease: { token: 'mine', until: new Date(NOW + LEASE_MS).toISOString() },
    });
  });
});

describe('the answer of the one call', () => {
  const over = { ...tried, lease: { ...lease, until: at(-1) } };

  it.each(['probe-succeeded', 'probe-failed', 'probe-released'] as const)(
    '%s counts from its holder only',
    (signal) => {
      for (const [record, token] of [
        [tried, 'yours'],
        [tried, undefined],
        [due, undefined],
        [closed, 'mine'],
      ] as const) {
        const message = { seconds: 30, ...(token && { token }) };
        expect(outcome(signal, record, message)).toBe('the sender has no lease');
      }
      expect(typeof outcome(signal, over, { token: 'mine', seconds: 30 })).toBe('object');
    },
  );

  it('closes it when the call succeeded', () => {
    const record = { ...tried, lastFailure: older, operator: { action: 'open' } as const };
    expect(outcome('probe-succeeded', record, { token: 'mine' })).toEqual({
      state: 'closed',
      since: at(0),
      failures: 0,
      opened: 3,
      lastFailure: older,
    });
    expect(outcome('probe-succeeded', tried, { token: 'mine' })).not.toHaveProperty('lastFailure');
  });

  it('opens it again when the call failed', () => {
    expect(outcome('probe-failed', tried, { token: 'mine', seconds: 60, failure })).toEqual({
      state: 'open',
      since: at(0),
      openUntil: at(60),
      failures: 6,
      opened: 4,
      lastFailure: failure,
    });
    expect(outcome('probe-failed', tried, { token: 'mine', seconds: 60 })).not.toHaveProperty('lastFailure');
  });

  it('lets the next one try when there was none', () => {
    const { lease: _, ...rest } = tried;
    expect(outcome('probe-released', tried, { token: 'mine' })).toEqual(rest);
  });
});

describe('an operator', () => {
  const who = { by: 'ann', reason: 'maintenance' };

  it('opens it for a time, or until it is closed', () => {
    expect(outcome('open', closed, { ...who, seconds: 60 })).toEqual({
      state: 'open',
      since: at(0),
      openUntil: at(60),
      failures: 0,
      opened: 3,
      lastFailure: older,
      operator: { action: 'open', ...who },
    });
    expect(outcome('open', tried)).toEqual({
      state: 'open',
      since: at(0),
      failures: 5,
      opened: 4,
      operator: { action: 'open' },
    });
  });

  it('closes it, and resets what it knows', () => {
    expect(outcome('close', { ...open, lastFailure: older }, who)).toEqual({
      state: 'closed',
      since: at(0),
      failures: 0,
      opened: 3,
      lastFailure: older,
      operator: { action: 'close', ...who },
    });
    expect(outcome('reset', { ...open, lastFailure: older }, { by: 'ann' })).toEqual({
      state: 'closed',
      since: at(0),
      failures: 0,
      opened: 0,
      operator: { action: 'reset', by: 'ann' },
    });
  });
});

it('a breaker is half-open as soon as its time is over, and one without a time stays open', () => {
  expect(stateAt(open, NOW + 19_999)).toBe('open');
  expect(stateAt(open, NOW + 20_000)).toBe('half-open');
  expect(stateAt(forced, NOW + 1e12)).toBe('open');
  expect(stateAt({ ...closed, openUntil: at(-1) }, NOW)).toBe('closed');
});

it('a lease lasts until its time', () => {
  expect([isLeased(tried, NOW), isLeased(tried, NOW + 5000), isLeased(closed, NOW)]).toEqual([true, false, false]);
});

it.each<[string, unknown, boolean]>([
  ['a record', closed, true],
  ['one with every field', { ...tried, openUntil: at(1), lastFailure: failure }, true],
  ['nothing', undefined, false],
  ['null', null, false],
  ['a text', 'closed', false],
  ['a state that there is not', { ...closed, state: 'ajar' }, false],
  ['failures that are no number', { ...closed, failures: '1' }, false],
  ['half an opening', { ...closed, opened: 0.5 }, false],
  ['no time of its last change', { ...closed, since: undefined }, false],
  ['a time that is none', { ...closed, since: 'yesterday' }, false],
  ['an end that is none', { ...open, openUntil: 5 }, false],
  ['a lease without an end', { ...tried, lease: {} }, false],
  ['a lease that is null', { ...tried, lease: null }, false],
])('what a memo holds: %s', (_what, value, complete) => {
  expect(readRecord(value)).toBe(complete ? value : undefined);
});

it.each<[string, string | undefined]>([
  [breakerId('http:api.example.com'), 'http:api.example.com'],
  [breakerId('smtp:mail.example.com:25'), 'smtp:mail.example.com:25'],
  ['http:api.example.com', undefined],
  ['circuit-breaker:', undefined],
  ['circuit-breaker:Http:x', undefined],
  ['circuit-breaker:http:', undefined],
  ['circuit-breaker:http:-x', undefined],
  ['circuit-breaker:http:a b', undefined],
  [`circuit-breaker:http:${'x'.repeat(181)}`, `http:${'x'.repeat(181)}`],
  [`circuit-breaker:http:${'x'.repeat(182)}`, undefined],
])('the breaker of the workflow %s is %s', (id, name) => {
  expect(breakerName(id)).toBe(name);
});

describe('the limits of a circuit breaker', () => {
  it('are 5 failures and 300 s, and 10 failures of a database', () => {
    expect(limitsOf('http:api.example.com', {})).toEqual({ failures: 5, openSeconds: 300 });
    expect(limitsOf('database:orders', {})).toEqual({ failures: 10, openSeconds: 300 });
  });

  it("come field by field from the setting of its name, the handler, the setting of its kind, the kind's own", () => {
    const settings = { database: { failures: 7, openSeconds: 70 }, 'database:orders': { openSeconds: 9 } };
    expect(limitsOf('database:orders', settings)).toEqual({ failures: 7, openSeconds: 9 });
    expect(limitsOf('database:orders', settings, { failures: 2, openSeconds: 2 })).toEqual({
      failures: 2,
      openSeconds: 9,
    });
    expect(limitsOf('database:stock', settings, { failures: 2 })).toEqual({ failures: 2, openSeconds: 70 });
  });

  it('are read from HOLDFAST_BREAKERS, which is checked', () => {
    const text = '{"smtp": {"failures": 3}, "http:api.example.com": {"openSeconds": 60}}';
    expect(readConfig({ HOLDFAST_BREAKERS: text }).HOLDFAST_BREAKERS).toEqual(JSON.parse(text));
    for (const wrong of ['{"smtp": {"failures": 0}}', '{"no name": {}}', '{"smtp": {"seconds": 1}}', '{nonsense']) {
      expect(() => readConfig({ HOLDFAST_BREAKERS: wrong })).toThrow('HOLDFAST_BREAKERS');
    }
    expect(breakerSettingsSchema.safeParse({ smtp: { openSeconds: 1e9 } }).success).toBe(false);
  });
});

describe('the name of a circuit breaker', () => {
  it.each(['http:api.example.com', 'smtp:mail.example.com:25', 'database:orders', 'http:[', 'smtp', 'A:b', 'a:', ''])(
    '%j is in its workflow ID, or is none',
    (name) => {
      const expected = /^[a-z]+:[a-z.:0-9]+$/.test(name) ? name : undefined;
      expect(breakerName(breakerId(name))).toBe(expected);
    },
  );
});

describe('what a failed call says of a dependency', () => {
  it.each([
    ['against', new TaskFailure('TRANSIENT_NETWORK', 'x')],
    ['against', new TaskFailure('TRANSIENT_DATABASE', 'x')],
    ['against', new TaskFailure('TRANSIENT_RATE_LIMIT', 'x')],
    ['against', new TaskFailure('TRANSIENT_RESOURCE', 'x')],
    ['against', new TaskFailure('EXTERNAL_TIMEOUT', 'x')],
    ['against', Object.assign(new Error('x'), { code: 'ECONNREFUSED' })],
    ['for', new TaskFailure('PERMANENT_NOT_FOUND', 'x')],
    ['for', new TaskFailure('PERMANENT_PERMISSION', 'x')],
    ['not', new TaskFailure('SYSTEM_DISK_FULL', 'x')],
    ['not', new TaskFailure('CONFIG_MISSING_SETTING', 'x')],
    ['not', new TaskFailure('CIRCUIT_OPEN', 'x')],
    ['not', new TypeError('x')],
    ['not', new Error('nobody knows')],
    ['not', undefined],
    ['not', new HoldfastError('storage-unavailable', 'x')],
    ['not', new HoldfastError('unavailable', 'x')],
    ['not', new HoldfastError('not-found', 'x')],
    ['not', new Error('x', { cause: new HoldfastError('storage-unavailable', 'x') })],
  ])('is %s: %p', (speaks, thrown) => {
    expect(verdictOn(thrown, 'program:x')).toMatchObject({ speaks });
  });

  it('is against the store, when it is the store that is away', () => {
    const thrown = new HoldfastError('storage-unavailable', 'x');
    expect(verdictOn(thrown, 'store:telemetry')).toMatchObject({ speaks: 'against' });
  });
});

describe('tasks that wait for a circuit breaker', () => {
  const since = '2026-01-01T00:00:00.000Z';
  const now = Date.parse(since);

  it('come back within a fifth of its open time after it', () => {
    const record = { since, openUntil: '2026-01-01T00:05:00.000Z' };
    const [first, last] = [0, 1].map((random) => afterOpenTime(record, now, random).toISOString());
    expect([first, last]).toEqual(['2026-01-01T00:05:00.000Z', '2026-01-01T00:06:00.000Z']);
  });

  it('look again every minute or so when only an operator knows the end', () => {
    expect(afterOpenTime({ since }, now, 0).getTime() - now).toBe(60_000);
  });

  it('come back soon, but not together, while another call tries', () => {
    const seconds = [0, 1].map((random) => (afterTry(300, now, random).getTime() - now) / 1000);
    expect(seconds).toEqual([1, 31]);
  });
});
