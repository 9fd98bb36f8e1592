import { ApplicationFailure, type LoadedDataConverter } from '@temporalio/common';
import { decodeArrayFromPayloads } from '@temporalio/common/lib/internal-non-workflow';
import type { temporal } from '@temporalio/proto';
import {
  type AttemptsReport,
  attemptAfter,
  HANDLER_ACTIVITY,
  type HandlerReturn,
  type OperatorMessage,
  type Parking,
  type TaskStart,
} from '../../protocol/task';
import { readCancel } from '../temporal/cancel';
import { reportOf } from './earlier-attempts';
import { errorOf } from './error-of';
import { isoTime } from './facts';
import { failedAttempt, type RawEntry } from './timeline-entry';

type HistoryEvent = temporal.api.history.v1.IHistoryEvent;
type Entry = Omit<RawEntry, 'runId'>;
type WorkflowTaskFailed = temporal.api.history.v1.IWorkflowTaskFailedEventAttributes;
type Payloads = { payloads?: unknown[] | null } | null | undefined;

/** `WORKFLOW_TASK_FAILED_CAUSE_UNHANDLED_COMMAND` of the Temporal API. */
const UNHANDLED_COMMAND = 1;

/** `TIMEOUT_TYPE_SCHEDULE_TO_START` of the Temporal API. */
const SCHEDULE_TO_START = 2;

/** What one history event adds to the story; most of Temporal's own bookkeeping adds nothing. */
export async function entriesOf(event: HistoryEvent, converter: LoadedDataConverter): Promise<Entry[]> {
  const at = isoTime(event.eventTime) ?? '';
  const values = async (payloads: Payloads) =>
    decodeArrayFromPayloads(converter, payloads?.payloads as never).catch(() => []);
  const entry = (name: string, text: string, more: Partial<Entry> = {}): Entry => ({ at, event: name, text, ...more });

  if (event.workflowExecutionStartedEventAttributes) {
    const { input, continuedExecutionRunId, identity } = event.workflowExecutionStartedEventAttributes;
    const [start] = await values(input);
    return [begin(entry, start as TaskStart | undefined, Boolean(continuedExecutionRunId), identity ?? '')];
  }
  if (event.timerStartedEventAttributes) {
    const [summary] = await values({ payloads: [event.userMetadata?.summary] });
    if (String(summary).startsWith('redrive')) return [];
    return [entry('scheduled', String(summary).startsWith('its queue') ? `Waits: ${summary}` : 'Waits for its time')];
  }
  if (event.workflowPropertiesModifiedEventAttributes) {
    const { parking, tried } = event.workflowPropertiesModifiedEventAttributes.upsertedMemo?.fields ?? {};
    if (tried) {
      const [left] = await values({ payloads: [tried] });
      return ((left as AttemptsReport | null | undefined)?.failures ?? []).map(failedAttempt);
    }
    if (!parking) return [];
    const [record] = await values({ payloads: [parking] });
    return [parked(entry, record as Parking | null | undefined)];
  }
  if (event.activityTaskScheduledEventAttributes) {
    const { activityId, taskQueue } = event.activityTaskScheduledEventAttributes;
    return activityId?.startsWith(HANDLER_ACTIVITY) ? [entry('queued', `Handed to queue ${taskQueue?.name}`)] : [];
  }
  if (event.activityTaskCompletedEventAttributes) {
    const [end] = await values(event.activityTaskCompletedEventAttributes.result);
    return succeeded(entry, end as HandlerReturn | undefined);
  }
  if (event.activityTaskFailedEventAttributes) {
    return ((await reportOf(event, converter))?.failures ?? []).map(failedAttempt);
  }
  if (event.activityTaskTimedOutEventAttributes) {
    const { failure } = event.activityTaskTimedOutEventAttributes;
    const earlier = ((await reportOf(event, converter))?.failures ?? []).map(failedAttempt);
    if (failure?.timeoutFailureInfo?.timeoutType === SCHEDULE_TO_START) {
      return [...earlier, entry('waited', 'No worker had a place for it in time')];
    }
    return [...earlier, entry('attempt-lost', `No answer from the handler: ${failure?.message ?? 'timed out'}`)];
  }
  if (event.activityTaskCanceledEventAttributes) {
    const earlier = ((await reportOf(event, converter))?.failures ?? []).map(failedAttempt);
    return [...earlier, entry('attempt-cancelled', 'The handler stopped')];
  }
  if (event.markerRecordedEventAttributes?.failure) {
    return ((await reportOf(event, converter))?.failures ?? []).map(failedAttempt);
  }
  if (event.workflowExecutionSignaledEventAttributes) {
    const { signalName, input, identity } = event.workflowExecutionSignaledEventAttributes;
    const [message] = await values(input);
    return [signalled(entry, signalName ?? '', message, identity ?? '')];
  }
  if (event.workflowExecutionUpdateAcceptedEventAttributes) {
    const { input, meta } = event.workflowExecutionUpdateAcceptedEventAttributes.acceptedRequest ?? {};
    const [message] = await values(input?.args);
    return [signalled(entry, input?.name ?? '', message, meta?.identity ?? '')];
  }
  if (event.workflowTaskFailedEventAttributes) {
    return interrupted(event.workflowTaskFailedEventAttributes, entry, converter);
  }
  return ending(event, entry, converter);
}

type Make = (name: string, text: string, more?: Partial<Entry>) => Entry;

function begin(entry: Make, start: TaskStart | undefined, continued: boolean, identity: string): Entry {
  if (continued) return entry('picked-up', 'A worker took the task');
  if (!start?.redrive) return entry('created', created(start), { ...(identity && { by: identity }) });
  const { by, reason, result } = start.redrive;
  const who = { ...(by && { by }), ...(reason && { reason }) };
  return result
    ? entry('resolved', 'An operator gave the result', who)
    : entry('redriven', "Runs again on an operator's command", who);
}

/** What was not submitted as a task, but started by hand, was checked by nobody. */
function created(start: TaskStart | undefined): string {
  return start?.generation ? "Created, after the checks of its type's contract" : 'Created';
}

function parked(entry: Make, parking: Parking | null | undefined): Entry {
  if (!parking) return entry('redriven', 'Runs again');
  const { code, message, redrives, maxRedrives, nextRedriveAt } = parking;
  const next = nextRedriveAt
    ? `runs again at ${nextRedriveAt} (redrive ${redrives + 1} of ${maxRedrives})`
    : 'waits for an operator';
  return entry('dead-lettered', `Parked, ${next}: ${code}: ${message}`);
}

function succeeded(entry: Make, end: HandlerReturn | undefined): Entry[] {
  if (!Array.isArray(end?.failures)) return [];
  const attempt = attemptAfter(end.failures);
  return [...end.failures.map(failedAttempt), entry('attempt-succeeded', `Attempt ${attempt} succeeded`, { attempt })];
}

function signalled(entry: Make, name: string, message: unknown, identity: string): Entry {
  const { by, reason, id } = typeof message === 'object' && message !== null ? (message as OperatorMessage) : {};
  const spoken = typeof message === 'string' ? message : reason;
  return entry(`operator-${name}`, `Operator's message: ${name}`, {
    by: typeof by === 'string' ? by : identity,
    ...(typeof spoken === 'string' && { reason: spoken }),
    ...(typeof id === 'string' && { messageId: id }),
  });
}

/** The failed attempts that the end of a task describes; an operator's command may have ended it between two attempts. */
function failedIn(report: unknown): Entry[] {
  const { failures } = { ...(report as Partial<AttemptsReport> | null | undefined) };
  return Array.isArray(failures) ? failures.map(failedAttempt) : [];
}

/** A reset, and news that came while the task was about to end, stand in the history as failed workflow tasks too. */
async function interrupted(
  { failure, cause }: WorkflowTaskFailed,
  entry: Make,
  converter: LoadedDataConverter,
): Promise<Entry[]> {
  if (cause === UNHANDLED_COMMAND) return [];
  const message = (await errorOf(converter, failure))?.message;
  if (!failure?.resetWorkflowFailureInfo) {
    return [entry('workflow-task-failed', message || 'The workflow code failed')];
  }
  return [entry('reset', 'Set back to this point', { reason: message ?? '' })];
}

async function ending(event: HistoryEvent, entry: Make, converter: LoadedDataConverter): Promise<Entry[]> {
  if (event.workflowExecutionCancelRequestedEventAttributes) {
    const cancel = await readCancel(converter, event.workflowExecutionCancelRequestedEventAttributes);
    return [entry('cancel-requested', 'Cancel requested', { by: '', ...cancel })];
  }
  if (event.workflowExecutionCompletedEventAttributes) {
    const { result } = event.workflowExecutionCompletedEventAttributes;
    const [end] = await decodeArrayFromPayloads(converter, result?.payloads as never).catch(() => []);
    return [...failedIn(end), entry('completed', 'Completed')];
  }
  if (event.workflowExecutionCanceledEventAttributes) return [entry('cancelled', 'Cancelled')];
  if (event.workflowExecutionTimedOutEventAttributes) return [entry('failed', 'Failed: its time ran out')];
  if (event.workflowExecutionTerminatedEventAttributes) {
    const { reason, identity } = event.workflowExecutionTerminatedEventAttributes;
    return [entry('failed', `Terminated: ${reason || 'no reason given'}`, { by: identity ?? '' })];
  }
  if (event.workflowExecutionFailedEventAttributes) {
    const error = await errorOf(converter, event.workflowExecutionFailedEventAttributes.failure);
    const code = error instanceof ApplicationFailure ? `${error.type}: ` : '';
    const earlier = error instanceof ApplicationFailure ? failedIn(error.details?.[0]) : [];
    return [...earlier, entry('failed', `Failed: ${code}${error?.message ?? 'unknown'}`)];
  }
  return [];
}
