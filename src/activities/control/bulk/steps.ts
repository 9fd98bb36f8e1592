import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from '@temporalio/activity';

const PULSE_MS = 1000;

/**
 * Heartbeats while the work goes on, so that it is taken over within seconds when the worker dies.
 * @param leaves What the next attempt shall find. Defaults to nothing.
 */
export async function withLifeSigns<T>(
  context: Context,
  work: () => Promise<T>,
  leaves: () => unknown = () => undefined,
): Promise<T> {
  const timer = setInterval(() => context.heartbeat(leaves()), PULSE_MS);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}

/** @returns False when the activity was told to stop before the time was over. */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<boolean> {
  if (milliseconds > 0) await sleep(milliseconds, undefined, { signal }).catch(() => undefined);
  return !signal.aborted;
}

/** The ID of the bulk action that an activity belongs to. */
export function bulkIdOf({ info }: Context): string {
  return info.workflowExecution?.workflowId ?? '';
}
