import { silenceOf } from '../../src/activities/attempt/life-signs';
import { inTurns } from '../../src/activities/monitor/healthy';
import { runningTime } from '../../src/activities/monitor/running-time';
import type { PendingHandler } from '../../src/tasks/state';

const NOW = new Date('2026-11-01T12:00:00Z');
const ago = (seconds: number) => new Date(NOW.getTime() - seconds * 1000).toISOString();
const heartbeat = {
  attempt: 2,
  offset: 0,
  forgivenUpTo: 0,
  startedAt: ago(100),
  worker: 'w',
  progress: 0,
  failures: [],
  ranBefore: 50,
  ranFor: 30,
};
const handler = (more: Partial<PendingHandler>): PendingHandler => ({
  activityId: 'handler-1',
  state: 'started',
  attempt: 2,
  heartbeat,
  startedAt: ago(100),
  ...more,
});
const ended = { endedAt: ago(40), timedOut: false };

describe('the running time of a task', () => {
  it.each(['started', 'cancel-requested', 'pause-requested'] as const)(
    'is that of the attempt that is %s and of those before it',
    (state) => expect(runningTime(handler({ state }), ended, NOW)).toBe(150),
  );

  it('counts an attempt that was lost by its life signs, however late the loss was noticed', () => {
    expect(runningTime(handler({ state: 'scheduled' }), ended, NOW)).toBe(80);
  });

  it('counts an attempt that the server gave up at its limit until then', () => {
    expect(runningTime(handler({ state: 'scheduled' }), { ...ended, timedOut: true }, NOW)).toBe(110);
  });

  it.each([
    ['that waits for its first worker', { state: 'scheduled' as const, attempt: 1 }],
    ['that is paused', { state: 'paused' as const }],
    ['that never began', { state: 'scheduled' as const, startedAt: '' }],
  ])('is nothing for a task %s', (_name, more) => {
    expect(runningTime(handler(more), { ...ended, timedOut: true }, NOW)).toBe(0);
  });
});

it('the monitor looks at the oldest task of each queue first, so that no long queue hides a short one', () => {
  const task = (taskId: string, queue: string) => ({ taskId, runId: taskId, queue });
  const newestFirst = [task('a3', 'a'), task('a2', 'a'), task('b1', 'b'), task('a1', 'a')];
  expect(inTurns(newestFirst).map(({ taskId }) => taskId)).toEqual(['a1', 'b1', 'a2', 'a3']);
  expect(inTurns([])).toEqual([]);
});

it.each([
  // Time-out of the heartbeat, and longest silence: seconds.
  [0.9, 0.3],
  [3, 1],
  [5, 2.5],
  [10, 7.5],
  [60, 45],
  [3600, 60],
])('an attempt with a heartbeat time-out of %s s is silent for %s s at most', (timeout, silence) => {
  expect(silenceOf(timeout)).toBeCloseTo(silence * 1000, 3);
});
