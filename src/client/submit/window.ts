import type { TaskFacts } from '../../tasks/state';

/** When a closed task's key comes free: ISO time, or undefined while the task is open. */
export function windowEnd(facts: TaskFacts): string | undefined {
  const { closedAt, memo, status, failure } = facts;
  if (!closedAt || status === 'continued') return undefined;
  // Cancelled and abandoned tasks free their key at once: somebody decided that the work should not be.
  const freed = status === 'cancelled' || failure?.code === 'ABANDONED';
  const window = freed ? 0 : status === 'completed' ? memo.policy?.window : memo.policy?.failureWindow;
  return new Date(Date.parse(closedAt) + (window ?? 0) * 1000).toISOString();
}

/** Whether the task still answers for its key. */
export function holdsKey(facts: TaskFacts, now: Date): boolean {
  const end = windowEnd(facts);
  return end === undefined || Date.parse(end) > now.getTime();
}
