import { StateShape } from '../../components/icons';
import { count } from '../../lib/numbers';
import { duration } from '../../lib/time';
import { texts } from '../../texts';

const STATES: Record<string, { name: string; like: string }> = {
  waiting: { name: texts.batches.waiting, like: 'queued' },
  looking: { name: texts.batches.lookingForTasks, like: 'running' },
  acting: { name: texts.batches.acting, like: 'running' },
  watching: { name: texts.batches.watchingCanary, like: 'retrying' },
  running: { name: texts.batches.running, like: 'running' },
  stopping: { name: texts.batches.stopping, like: 'retrying' },
  cancelling: { name: texts.batches.cancelling, like: 'retrying' },
  completed: { name: texts.batches.completed, like: 'completed' },
  stopped: { name: texts.batches.stopped, like: 'failed' },
  cancelled: { name: texts.batches.cancelled, like: 'cancelled' },
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
  if (endedAt) return texts.batches.took(duration(seconds));
  const rate = done / Math.max(seconds, 1);
  const said =
    rate >= 1
      ? texts.batches.perSecond(count(Math.round(rate)))
      : texts.batches.perMinute(count(Math.max(1, Math.round(rate * 60))));
  return left > 0 ? texts.batches.rateAndLeft(said, duration(Math.round(left / rate))) : '';
}
