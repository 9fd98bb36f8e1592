import { ActivityFailure, isCancellation, log, proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { MonitorActivities, MonitorReport } from '../../protocol/monitor';

const concerns = proxyActivities<MonitorActivities>({
  startToCloseTimeout: '10 minutes',
  heartbeatTimeout: '30 s',
  retry: { initialInterval: '1 s', maximumAttempts: 3 },
});

const NOTHING = {
  overdue: { expired: [], terminated: [], counts: { expired: 0, terminated: 0 } },
  deleted: { completed: 0, failed: 0, cancelled: 0 },
  cleaned: { artifacts: 0, folders: 0, logs: 0 },
};

/**
 * One pass of the monitor; a Temporal Schedule starts them. Concerns do not wait for each other, and one
 * that fails is listed in the report and stops none of the others.
 */
export async function monitor(): Promise<MonitorReport> {
  const errors: MonitorReport['errors'] = [];
  const see = async <Seen>(concern: keyof MonitorActivities, look: () => Promise<Seen>, otherwise: Seen) => {
    try {
      return await look();
    } catch (error) {
      if (isCancellation(error)) throw error;
      const message = messageOf(error);
      log.error('A concern of the monitor could not be seen to', { concern, error: message });
      errors.push({ concern, message });
      return otherwise;
    }
  };
  const [overdue, unserved, workflowTasks, deleted, cleaned] = await Promise.all([
    see('expireOverdue', concerns.expireOverdue, NOTHING.overdue),
    see('findUnserved', concerns.findUnserved, []),
    see('findWorkflowTaskFailures', concerns.findWorkflowTaskFailures, { failures: [], count: 0 }),
    see('deleteEnded', concerns.deleteEnded, NOTHING.deleted),
    see('cleanUp', concerns.cleanUp, NOTHING.cleaned),
  ]);
  return {
    startedAt: workflowInfo().startTime.toISOString(),
    expired: overdue.expired,
    terminated: overdue.terminated,
    unserved,
    workflowTaskFailures: workflowTasks.failures,
    counts: { ...overdue.counts, workflowTaskFailures: workflowTasks.count },
    deleted,
    cleaned,
    errors,
  };
}

function messageOf(error: unknown): string {
  const cause = error instanceof ActivityFailure ? (error.cause ?? error) : error;
  return cause instanceof Error ? cause.message : String(cause);
}
