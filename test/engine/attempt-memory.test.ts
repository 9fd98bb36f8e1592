import { keep, remember } from '../../src/activities/attempt/attempt-memory';
import type { AttemptFailure, HandlerCall, Heartbeat } from '../../src/protocol/task';

const NOW = new Date('2026-11-30T12:00:00Z');

const failure = (attempt: number, more: Partial<AttemptFailure> = {}): AttemptFailure => ({
  attempt,
  code: 'TRANSIENT_NETWORK',
  class: 'transient',
  message: 'no',
  fingerprint: 'f',
  at: '2026-11-30T11:00:10Z',
  ...more,
});

const call = (more: Partial<HandlerCall> = {}): HandlerCall =>
  ({
    type: 'a.b',
    generation: 'g',
    input: null,
    policy: {},
    idempotent: true,
    carried: [],
    inline: false,
    ...more,
  }) as HandlerCall;

const beat = (attempt: number, more: Partial<Heartbeat> = {}): Heartbeat => ({
  attempt,
  offset: 0,
  forgivenUpTo: 0,
  startedAt: '2026-11-30T11:59:00Z',
  worker: 'worker-1',
  progress: 0,
  failures: [],
  ...more,
});

it('the first attempt of a task remembers nothing', () => {
  expect(remember(call(), 1, undefined, NOW)).toEqual({
    attempt: 1,
    offset: 0,
    forgivenUpTo: 0,
    failed: 0,
    lost: 0,
    ranBefore: 0,
    failures: [],
    progress: 0,
    checkpoint: undefined,
    wasReset: false,
  });
});

describe('an attempt that was lost with its worker', () => {
  it('is written down, and uses up no retry', () => {
    const memory = remember(call(), 2, beat(1), NOW);
    expect(memory).toMatchObject({ attempt: 2, failed: 0, lost: 1, wasReset: false });
    expect(memory.failures).toEqual([
      {
        attempt: 1,
        code: 'SYSTEM_WORKER_CRASH',
        class: 'transient',
        message: 'The worker was lost while the handler ran',
        fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/),
        startedAt: '2026-11-30T11:59:00Z',
        worker: 'worker-1',
        at: NOW.toISOString(),
        lost: true,
      },
    ]);
  });

  it('uses up none beside attempts that failed', () => {
    const failed = [failure(1)];
    // Attempt 1 failed, 2 and 3 were lost; only 2 had given a sign of life.
    const memory = remember(call(), 4, beat(2, { failures: failed, failed: 1, lost: 0 }), NOW);
    expect(memory).toMatchObject({ attempt: 4, failed: 1, lost: 2 });
    expect(memory.failures.map(({ attempt, lost, worker }) => [attempt, lost, worker])).toEqual([
      [1, undefined, undefined],
      [2, true, 'worker-1'],
      [3, true, undefined],
    ]);
  });

  it('counts further with each one', () => {
    const lost = failure(1, { lost: true, code: 'SYSTEM_WORKER_CRASH' });
    expect(remember(call(), 3, beat(2, { failures: [lost], lost: 1, failed: 0 }), NOW)).toMatchObject({
      failed: 0,
      lost: 2,
    });
  });

  it('is one also when it gave no sign of life at all', () => {
    expect(remember(call(), 3, undefined, NOW)).toMatchObject({ attempt: 3, failed: 0, lost: 2 });
  });

  it('is none when it has left its failure', () => {
    const memory = remember(call(), 2, beat(1, { failures: [failure(1)], failed: 1 }), NOW);
    expect(memory).toMatchObject({ attempt: 2, failed: 1, lost: 0, failures: [failure(1)] });
  });

  it('is none when it stepped back before it began', () => {
    expect(remember(call(), 1, beat(0), NOW)).toMatchObject({ attempt: 1, lost: 0, failures: [] });
  });
});

describe('an attempt after those of an earlier activity', () => {
  it('counts on, with what is not forgiven', () => {
    const carried = [failure(1), failure(2, { lost: true }), failure(3)];
    expect(remember(call({ carried, forgivenUpTo: 1 }), 1, undefined, NOW)).toMatchObject({
      attempt: 4,
      offset: 3,
      forgivenUpTo: 1,
      failed: 1,
      lost: 1,
      failures: carried,
    });
    expect(remember(call({ carried, forgivenUpTo: 3 }), 1, undefined, NOW)).toMatchObject({ failed: 0, lost: 0 });
  });

  it('counts the time that a lost inline attempt ran, and no time that is forgiven or runs backwards', () => {
    const lost = (attempt: number, startedAt: string) => failure(attempt, { lost: true, startedAt });
    const carried = [
      lost(1, '2026-11-30T11:00:00Z'),
      lost(2, '2026-11-30T11:00:04Z'),
      lost(3, '2026-11-30T11:00:11Z'),
      failure(4, { startedAt: '2026-11-30T10:00:00Z' }),
      failure(5, { lost: true }),
    ];
    expect(remember(call({ carried }), 1, undefined, NOW).ranBefore).toBe(16);
    expect(remember(call({ carried, forgivenUpTo: 1 }), 1, undefined, NOW).ranBefore).toBe(6);
  });

  it('goes on with what was left for it', () => {
    const resume = beat(2, {
      progress: 40,
      checkpoint: 'half',
      failures: [failure(1)],
      failed: 1,
      ranBefore: 5,
      ranFor: 7,
    });
    expect(remember(call({ resume }), 1, undefined, NOW)).toMatchObject({
      attempt: 3,
      offset: 2,
      progress: 40,
      checkpoint: 'half',
      failed: 1,
      lost: 1,
      ranBefore: 12,
      wasReset: false,
    });
  });

  it('believes its own heartbeat rather than that one', () => {
    const last = beat(1, { progress: 10 });
    expect(remember(call({ resume: beat(5, { progress: 90 }) }), 2, last, NOW)).toMatchObject({
      attempt: 2,
      progress: 10,
    });
  });
});

describe("an attempt after an operator's retry, where the server counts from 1 again", () => {
  it('is a new one, for which earlier failures and time count no more', () => {
    const failures = [failure(1), failure(2)];
    const last = beat(2, { failures, failed: 2, lost: 3, ranBefore: 100, ranFor: 5, progress: 60, checkpoint: 'x' });
    expect(remember(call(), 1, last, NOW)).toMatchObject({
      attempt: 3,
      offset: 2,
      forgivenUpTo: 2,
      failed: 0,
      lost: 0,
      ranBefore: 0,
      failures,
      progress: 60,
      checkpoint: 'x',
      wasReset: true,
    });
  });

  it('is followed by ones that are counted on', () => {
    const last = beat(3, { offset: 2, forgivenUpTo: 2, failures: [failure(1), failure(2), failure(3)], failed: 1 });
    expect(remember(call(), 2, last, NOW)).toMatchObject({
      attempt: 4,
      offset: 2,
      forgivenUpTo: 2,
      failed: 1,
      lost: 0,
      wasReset: false,
    });
  });
});

it('a heartbeat of a release that did not count has its failures counted', () => {
  const failures = [failure(1), failure(2, { lost: true }), failure(3)];
  expect(remember(call(), 4, beat(3, { failures, forgivenUpTo: 1 }), NOW)).toMatchObject({ failed: 1, lost: 0 });
});

it('the last twenty failures are kept', () => {
  const failures = Array.from({ length: 25 }, (_, index) => failure(index + 1));
  expect(keep(failures).map(({ attempt }) => attempt)).toEqual(Array.from({ length: 20 }, (_, index) => index + 6));
  const memory = remember(call(), 26, beat(25, { failures: keep(failures), failed: 25 }), NOW);
  expect([memory.failed, memory.failures.length]).toEqual([25, 20]);
});
