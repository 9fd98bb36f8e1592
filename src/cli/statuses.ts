import { InvalidArgumentError } from 'commander';
import { TASK_STATES, type TaskState } from '../protocol/task';

/** Names from other task systems that stand for several states. */
const WIDER: Record<string, readonly TaskState[]> = {
  queued: ['scheduled', 'queued'],
  processing: ['running', 'retrying', 'paused', 'dead-lettered'],
};

/** Reads `--status`: one state or several, separated by commas. Fits commander's `argParser`. */
export function parseStatuses(text: string): TaskState[] {
  return text.split(',').flatMap((name) => {
    const known = WIDER[name] ?? TASK_STATES.filter((state) => state === name);
    if (known.length > 0) return known;
    throw new InvalidArgumentError(`Allowed: ${[...TASK_STATES, 'processing'].join(', ')}.`);
  });
}
