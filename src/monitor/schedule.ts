import {
  type Client,
  ScheduleAlreadyRunning,
  type ScheduleOptions,
  type ScheduleOptionsStartWorkflowAction,
  ScheduleOverlapPolicy,
} from '@temporalio/client';
import type { Workflow } from '@temporalio/common';
import { MONITOR_ID, MONITOR_WORKFLOW } from '../protocol/monitor';
import { MONITOR_QUEUE } from '../protocol/task';

type Plan = Pick<ScheduleOptions<ScheduleOptionsStartWorkflowAction<Workflow>>, 'spec' | 'action' | 'policies'>;

/**
 * Creates the schedule of the monitor's passes, or brings it up to date; several processes may do so at once.
 * A pause that somebody set stays. The first pass starts at once, unless one was started within the interval.
 * @param interval Seconds between two passes.
 */
export async function ensureSchedule(client: Client, interval: number): Promise<void> {
  const plan = planOf(interval);
  try {
    await client.schedule.create({ ...plan, scheduleId: MONITOR_ID, state: { triggerImmediately: true } });
    return;
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
  }
  const schedule = client.schedule.getHandle(MONITOR_ID);
  await schedule.update(({ state }) => ({ ...plan, state }));
  const { info, state } = await schedule.describe();
  const last = info.recentActions.at(-1)?.takenAt.getTime() ?? 0;
  if (!state.paused && Date.now() - last > interval * 1000) await schedule.trigger(ScheduleOverlapPolicy.SKIP);
}

function planOf(interval: number): Plan {
  return {
    spec: { intervals: [{ every: Math.round(interval * 1000) }] },
    action: {
      type: 'startWorkflow',
      workflowType: MONITOR_WORKFLOW,
      workflowId: MONITOR_ID,
      taskQueue: MONITOR_QUEUE,
      // A pass that no monitor takes up, or whose code is broken, must not stand in the way of later ones for ever.
      workflowRunTimeout: '1 hour',
      staticSummary: 'One pass of the monitor',
    },
    policies: {
      overlap: ScheduleOverlapPolicy.SKIP,
      // A pass looks at everything, so one that was missed is made up for by the next.
      catchupWindow: '10 s',
    },
  };
}
