import type { DescribeWorkflowExecutionResponse, WorkflowExecutionDescription } from '@temporalio/client';
import type { LoadedDataConverter, Payload } from '@temporalio/common';
import { decodeArrayFromPayloads } from '@temporalio/common/lib/internal-non-workflow';
import { HANDLER_ACTIVITY, type Heartbeat, type RecordedState, SEARCH_ATTRIBUTES } from '../../protocol/task';
import type { PendingHandler, RunStatus, TaskFacts } from '../../tasks/state';
import { runMemo } from '../schedules/scheduled-run';
import { errorOf } from './error-of';

type RawActivity = NonNullable<DescribeWorkflowExecutionResponse['pendingActivities']>[number];
type RawTime = { seconds?: unknown; nanos?: number | null } | null | undefined;

const RUN_STATUS: Record<string, RunStatus> = {
  RUNNING: 'open',
  PAUSED: 'open',
  COMPLETED: 'completed',
  FAILED: 'failed',
  CANCELLED: 'cancelled',
  TERMINATED: 'terminated',
  TIMED_OUT: 'timed-out',
  CONTINUED_AS_NEW: 'continued',
};

const ACTIVITY_STATE: Record<number, PendingHandler['state']> = {
  1: 'scheduled',
  2: 'started',
  3: 'cancel-requested',
  4: 'paused',
  5: 'pause-requested',
};

/** Turns the server's description of a workflow into facts about a task. */
export async function factsOf(
  description: WorkflowExecutionDescription,
  converter: LoadedDataConverter,
): Promise<TaskFacts> {
  const { raw } = description;
  const activity = raw.pendingActivities?.find(({ activityId }) => activityId?.startsWith(HANDLER_ACTIVITY));
  const workflowTask = raw.pendingWorkflowTask;
  const attribute = (name: string) => description.searchAttributes[name]?.[0] as string | undefined;
  const recorded = attribute(SEARCH_ATTRIBUTES.state) as RecordedState | undefined;
  const code = attribute(SEARCH_ATTRIBUTES.failureCode);
  return {
    taskId: description.workflowId,
    runId: description.runId,
    ...optional('firstRunId', raw.workflowExecutionInfo?.firstRunId || undefined),
    type: description.type,
    queue: description.taskQueue,
    status: RUN_STATUS[description.status.name] ?? 'open',
    startedAt: description.startTime.toISOString(),
    ...(description.closeTime && { closedAt: description.closeTime.toISOString() }),
    historyLength: description.historyLength,
    memo: runMemo(description),
    ...(recorded && { recorded }),
    ...(code && {
      failure: {
        code,
        class: (attribute(SEARCH_ATTRIBUTES.failureClass) ?? 'unknown') as 'unknown',
        fingerprint: attribute(SEARCH_ATTRIBUTES.failureFingerprint) ?? '',
      },
    }),
    tags: (description.searchAttributes[SEARCH_ATTRIBUTES.tags] as string[] | undefined) ?? [],
    ...(activity && { handler: await handlerOf(activity, converter) }),
    ...(workflowTask && {
      workflowTask: {
        started: Boolean(workflowTask.startedTime),
        attempt: workflowTask.attempt ?? 1,
        ...optional('since', isoTime(workflowTask.originalScheduledTime ?? workflowTask.scheduledTime)),
      },
    }),
  };
}

async function handlerOf(raw: RawActivity, converter: LoadedDataConverter): Promise<PendingHandler> {
  const [heartbeat] = await decodeArrayFromPayloads(converter, raw.heartbeatDetails?.payloads as Payload[] | undefined);
  return {
    activityId: raw.activityId ?? '',
    state: ACTIVITY_STATE[raw.state ?? 1] ?? 'scheduled',
    attempt: raw.attempt ?? 1,
    ...optional('heartbeat', heartbeat as Heartbeat | undefined),
    ...optional('lastFailure', await lastFailureOf(raw, heartbeat as Heartbeat | undefined, converter)),
    ...optional('scheduledAt', isoTime(raw.scheduledTime)),
    ...optional('startedAt', isoTime(raw.lastStartedTime)),
    ...optional('nextAttemptAt', isoTime(raw.nextAttemptScheduleTime)),
    ...optional('lastHeartbeatAt', isoTime(raw.lastHeartbeatTime)),
    ...optional('worker', raw.lastWorkerIdentity || undefined),
    ...optional('pausedAt', isoTime(raw.pauseInfo?.pauseTime)),
  };
}

/** The server's own text where it could not keep a failure whole. */
const CUT_BY_SERVER = 'Failure exceeds size limit.';

/** The message of the last failure: that which the attempt itself has kept, should the server have cut it. */
async function lastFailureOf(
  { lastFailure }: RawActivity,
  heartbeat: Heartbeat | undefined,
  converter: LoadedDataConverter,
): Promise<string | undefined> {
  const error = await errorOf(converter, lastFailure);
  const message = error?.message || undefined;
  if (message !== CUT_BY_SERVER) return message;
  const cause = error?.cause instanceof Error ? error.cause.message : undefined;
  return heartbeat?.failures.at(-1)?.message ?? (cause || message);
}

/** A protobuf timestamp as ISO text. */
export function isoTime(time: RawTime): string | undefined {
  if (!time) return undefined;
  const milliseconds = Number(time.seconds ?? 0) * 1000 + Math.floor((time.nanos ?? 0) / 1e6);
  return milliseconds > 0 ? new Date(milliseconds).toISOString() : undefined;
}

function optional<Key extends string, Value>(key: Key, value: Value | undefined): { [K in Key]?: Value } {
  return value === undefined ? {} : ({ [key]: value } as { [K in Key]: Value });
}
