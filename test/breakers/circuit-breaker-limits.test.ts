import { afterOpenTime, afterTry } from '../../src/activities/breaker/come-back';
import { verdictOn } from '../../src/activities/breaker/verdict';
import { readConfig } from '../../src/config';
import { breakerId, breakerName } from '../../src/protocol/breaker';
import { breakerSettingsSchema, limitsOf } from '../../src/tasks/breaker-limits';
import { TaskFailure } from '../../src/tasks/failures';

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
  ])('is %s: %p', (speaks, thrown) => {
    expect(verdictOn(thrown)).toMatchObject({ speaks });
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
