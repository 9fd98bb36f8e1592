import { type ScheduleDescription, ScheduleNotFoundError, type WorkflowExecutionDescription } from '@temporalio/client';
import { MONITOR_ID, type MonitorReport } from '../../protocol/monitor';
import type { Gateway } from '../temporal/gateway';

/** A pass that has ended. Times are ISO. */
interface MonitorPass {
  runId: string;
  startedAt: string;
  endedAt: string;
  /** Absent when the pass itself broke; the Web UI shows why. */
  report?: MonitorReport;
}

/** How the monitor is doing. Times are ISO. */
export interface MonitorStatus {
  /** Seconds between two passes. Absent: no monitor has ever run here. */
  interval?: number;
  /** Somebody has paused the schedule. */
  paused: boolean;
  lastPass?: MonitorPass;
  /** Since when a pass runs, if one does. */
  runningSince?: string;
  nextPassAt?: string;
  /** No pass has ended within the last two intervals. */
  overdue: boolean;
}

/** Passes that may go by before the monitor counts as overdue. */
const PASSES_MISSED = 2;

/** Reads what the monitor's schedule and its last passes say. Needs no worker. */
export async function readMonitor(gateway: Gateway): Promise<MonitorStatus> {
  const schedule = await describeSchedule(gateway);
  if (!schedule) return { paused: false, overdue: true };
  const interval = (schedule.spec.intervals?.[0]?.every ?? 0) / 1000;
  const { lastPass, runningSince } = await lastPasses(gateway, schedule);
  const since = Date.parse(lastPass?.endedAt ?? schedule.info.createdAt.toISOString());
  const [next] = schedule.info.nextActionTimes;
  return {
    interval,
    paused: schedule.state.paused,
    overdue: Date.now() - since > PASSES_MISSED * interval * 1000,
    ...(lastPass && { lastPass }),
    ...(runningSince && { runningSince }),
    ...(next && { nextPassAt: next.toISOString() }),
  };
}

async function describeSchedule(gateway: Gateway): Promise<ScheduleDescription | undefined> {
  try {
    return await gateway.call(() => gateway.client.schedule.getHandle(MONITOR_ID).describe());
  } catch (error) {
    if (error instanceof ScheduleNotFoundError) return undefined;
    throw error;
  }
}

/** The schedule itself knows its last ten passes, the newest last: Visibility would lag. */
async function lastPasses(
  gateway: Gateway,
  { info }: ScheduleDescription,
): Promise<Pick<MonitorStatus, 'lastPass' | 'runningSince'>> {
  const found: Pick<MonitorStatus, 'lastPass' | 'runningSince'> = {};
  for (const { action } of info.recentActions.toReversed()) {
    const { workflowId, firstExecutionRunId: runId } = action.workflow;
    const handle = gateway.client.workflow.getHandle(workflowId, runId);
    const pass = await gateway.find(() => handle.describe());
    if (pass?.closeTime) return { ...found, lastPass: await passOf(gateway, pass, pass.closeTime) };
    if (pass) found.runningSince = pass.startTime.toISOString();
  }
  return found;
}

async function passOf(gateway: Gateway, pass: WorkflowExecutionDescription, closeTime: Date): Promise<MonitorPass> {
  const { workflowId, runId, startTime, status } = pass;
  const handle = gateway.client.workflow.getHandle(workflowId, runId);
  const report = status.name === 'COMPLETED' ? await gateway.call(() => handle.result()) : undefined;
  return {
    runId,
    startedAt: startTime.toISOString(),
    endedAt: closeTime.toISOString(),
    ...(report !== undefined && { report: report as MonitorReport }),
  };
}
