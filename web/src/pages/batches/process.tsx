import { StateShape } from '../../components/icons';
import { count } from '../../lib/numbers';
import { duration } from '../../lib/time';

const STATES: Record<string, { name: string; like: string }> = {
  waiting: { name: 'Waiting', like: 'queued' },
  looking: { name: 'Looking for tasks', like: 'running' },
  acting: { name: 'Acting', like: 'running' },
  watching: { name: 'Watching the canary', like: 'retrying' },
  running: { name: 'Running', like: 'running' },
  stopping: { name: 'Stopping', like: 'retrying' },
  cancelling: { name: 'Cancelling', like: 'retrying' },
  completed: { name: 'Completed', like: 'completed' },
  stopped: { name: 'Stopped', like: 'failed' },
  cancelled: { name: 'Cancelled', like: 'cancelled' },
};
const ENDED = ['completed', 'stopped', 'cancelled'];

export function isOpen(state: string): boolean {
  return !ENDED.includes(state);
}

/** The state of what acts on many tasks, in the shapes of the tasks' own states. */
export function ProcessState({ state }: { state: string }) {
  const { name, like } = STATES[state] ?? { name: state, like: 'queued' };
  return (
    <span className={`badge state-${like}`}>
      <StateShape state={like} />
      {name}
    </span>
  );
}

/** How fast it goes by what was done so far, and how long the rest takes at that. */
export function rateWords({
  done,
  left,
  startedAt,
  endedAt,
}: {
  done: number;
  left: number;
  startedAt?: string | undefined;
  endedAt?: string | undefined;
}): string {
  if (!startedAt || done === 0) return '';
  const seconds = ((endedAt ? Date.parse(endedAt) : Date.now()) - Date.parse(startedAt)) / 1000;
  if (endedAt) return `, took ${duration(seconds)}`;
  const rate = done / Math.max(seconds, 1);
  const said =
    rate >= 1 ? `${count(Math.round(rate))} a second` : `${count(Math.max(1, Math.round(rate * 60)))} a minute`;
  return left > 0 ? `, about ${said}; about ${duration(Math.round(left / rate))} left` : '';
}
