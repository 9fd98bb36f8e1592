import type { Condition, NewsCount } from '../../protocol/alert';

/** As long as a key may be that is reported. */
const LONGEST_KEY = 300;

/**
 * What news of dead letters mean: a critical task that fails is an emergency at once, any task that is
 * given up a warning. Dead letters of other categories wait for their redrives and are told by their number.
 * @param countOf How many tasks a condition has counted so far.
 * @returns `undefined` for nothing to tell.
 */
export function conditionOf(news: NewsCount, countOf: (key: string) => number): Condition | undefined {
  const { what, type, category, code, fingerprint, message, taskId } = news;
  const critical = category === 'critical';
  if (what === 'dead-lettered' && !critical) return undefined;
  const key = (critical ? `critical-${what}:${type}:${fingerprint}` : `abandoned:${type}:${code}`).slice(
    0,
    LONGEST_KEY,
  );
  const value = countOf(key) + news.count;
  return {
    key,
    severity: critical ? 'EMERGENCY' : 'WARNING',
    title: `${critical ? 'Critical task' : 'Task'} ${what}: ${type}, ${code}`.slice(0, 200),
    message: `${value} ${value === 1 ? 'task' : 'tasks'} ${what} by now, the last one ${taskId}: ${message}`,
    value,
    todo: `Look at ${taskId}, remove the cause, then retry it with POST /v1/tasks/{id}/retry; GET /v1/tasks?fingerprint=${fingerprint} lists all of this trouble.`,
  };
}
