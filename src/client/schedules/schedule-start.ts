import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { startOptions } from '../submit/start-request';
import type { Gateway } from '../temporal/gateway';
import { requestAt } from './schedule-action';
import type { FoundSchedule } from './schedule-store';

/**
 * Starts the task of one time of a schedule as a submission would: one of each ID, however many callers race. What
 * Temporal's own trigger and backfill start may run twice, and of two orders in the same moment one is lost.
 * @param runAt Not before this time. Defaults to now.
 * @returns Its ID; `undefined` when it is there already.
 */
export async function startRun(
  gateway: Gateway,
  { description }: FoundSchedule,
  time: Date,
  runAt?: Date,
): Promise<string | undefined> {
  const request = requestAt(description, time, runAt);
  if (!request) return undefined;
  const options = startOptions(request, { kind: 'first' }, false, gateway.publicUrl);
  try {
    await gateway.call(() => gateway.client.workflow.start(request.start.type, options));
    return request.taskId;
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return undefined;
    throw error;
  }
}
