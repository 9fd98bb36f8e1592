import { silenceOf } from '../../src/activities/attempt/life-signs';
import { inTurns } from '../../src/activities/monitor/healthy';

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
