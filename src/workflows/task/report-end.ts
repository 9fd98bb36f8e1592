import {
  ApplicationFailure,
  CancellationScope,
  isCancellation,
  log,
  proxyActivities,
  workflowInfo,
} from '@temporalio/workflow';
import type { FailureDetail, TaskEnd, TaskMemo, TaskStart } from '../../protocol/task';
import type { EndNews } from '../../protocol/webhook';

/** It starts tasks, which is a matter of milliseconds; while Temporal is away, nothing here goes on either. */
const { tellEnd } = proxyActivities<{ tellEnd(news: EndNews): Promise<void> }>({
  startToCloseTimeout: '30 s',
  scheduleToCloseTimeout: '1 h',
  retry: { initialInterval: '0.5 s', maximumInterval: '30 s' },
});

/**
 * Ends the task as its life does, once those who asked for it are notified: by a delivery task each, which goes its own way.
 * Only submissions that carry `notify` do so, so that tasks of earlier releases end as they did.
 */
export async function reportingEnd(start: TaskStart, live: () => Promise<TaskEnd>): Promise<TaskEnd> {
  if (!start.notify) return live();
  try {
    const end = await live();
    await report(start, { state: 'completed', result: end.output });
    return end;
  } catch (error) {
    await report(start, howItEnded(error));
    throw error;
  }
}

function howItEnded(error: unknown): Pick<EndNews, 'state' | 'failure'> {
  if (isCancellation(error)) return { state: 'cancelled' };
  const known = error instanceof ApplicationFailure ? error : undefined;
  const detail = known?.details?.[0] as FailureDetail | undefined;
  const failure = {
    code: known?.type ?? 'UNKNOWN',
    class: detail?.class ?? 'unknown',
    message: known?.message ?? String(error),
  };
  return { state: 'failed', failure };
}

/** A task that cannot report its end ends all the same. */
async function report(start: TaskStart, ended: Pick<EndNews, 'state' | 'result' | 'failure'>): Promise<void> {
  const { workflowId: taskId, runId, memo } = workflowInfo();
  const { key } = (memo ?? {}) as Partial<TaskMemo>;
  const { type, tenant, notify = [] } = start;
  const endedAt = new Date(Date.now()).toISOString();
  const news = { taskId, runId, type, ...(key && { key }), ...(tenant && { tenant }), notify, endedAt, ...ended };
  await CancellationScope.nonCancellable(() => tellEnd(news)).catch((error) =>
    log.error("The task's end could not be reported", { error: String(error) }),
  );
}
