import type { AttemptsReport } from '../../protocol/task';
import type { TaskFacts } from '../../tasks/state';

/**
 * What the attempts of a task have come to, as far as the server's description says. The server counts each round of
 * attempts from 1; the heartbeat knows by how much the task's own count differs.
 */
export function attemptsSeen({ handler, tried, memo }: Pick<TaskFacts, 'handler' | 'tried' | 'memo'>): AttemptsReport {
  const known = tried ?? memo.tried ?? memo.parking;
  if (!handler) return { attempts: known?.attempts ?? 0, failures: known?.failures ?? [] };
  const { attempt: served, state, heartbeat } = handler;
  const begun = state === 'scheduled' || state === 'paused' ? served - 1 : served;
  const attempts = Math.max(0, begun + (heartbeat?.offset ?? tried?.attempts ?? 0));
  return { attempts, failures: heartbeat?.failures ?? tried?.failures ?? [] };
}
