import type { HistoryEvent } from '../../client/read/ending';
import { inlineLoss } from '../../client/read/inline-attempt';
import type { Gateway } from '../../client/temporal/gateway';
import type { Absences } from '../../client/workers/absence';
import type { TaskFacts } from '../../tasks/state';
import { waitOf } from './wait';

/** How long a task has waited for a worker while its queue had none. */
export interface UnservedWait {
  seconds: number;
  /** Whether an attempt of it has begun: only then does the wait count towards its processing time. */
  begun: boolean;
  /** Seconds of an inline attempt that was lost with its worker: nothing else records them. */
  lost: number;
}

const LAST_EVENTS = 100;
/** `TIMEOUT_TYPE_SCHEDULE_TO_START` of the Temporal API: no worker took the attempt. */
const SCHEDULE_TO_START = 2;

/** `undefined` for a task that runs, whose time has not come, or whose queue has a worker: then it waits behind other work. */
export async function unservedWait(
  gateway: Gateway,
  facts: TaskFacts,
  absences: Absences,
): Promise<UnservedWait | undefined> {
  const wait = waitOf(facts, new Date());
  if (!wait) return undefined;
  const absentSince = await absences.since(facts.queue);
  if (absentSince === undefined) return undefined;
  const seconds = Math.max(0, (Date.now() - Math.max(absentSince, wait.since)) / 1000);
  if (wait.begun !== undefined) return { seconds, begun: wait.begun, lost: 0 };
  const events = await lastEvents(gateway, facts);
  const loss = facts.memo.inline ? inlineLoss(events, facts.type) : undefined;
  const lost = loss ? (Date.parse(loss.at) - Date.parse(loss.startedAt ?? loss.at)) / 1000 : 0;
  return { seconds, begun: loss !== undefined || events.some(endsAttempt), lost };
}

/** An attempt has ended, well or not, and no worker has taken note of it. */
function endsAttempt(event: HistoryEvent): boolean {
  const timedOut = event.activityTaskTimedOutEventAttributes;
  if (timedOut) return timedOut.failure?.timeoutFailureInfo?.timeoutType !== SCHEDULE_TO_START;
  const { activityTaskCompletedEventAttributes, activityTaskFailedEventAttributes } = event;
  return Boolean(activityTaskCompletedEventAttributes ?? activityTaskFailedEventAttributes);
}

async function lastEvents(gateway: Gateway, { taskId, runId }: TaskFacts): Promise<HistoryEvent[]> {
  const { namespace, service } = gateway;
  const request = { namespace, execution: { workflowId: taskId, runId }, maximumPageSize: LAST_EVENTS };
  const page = await gateway.find(() => service.getWorkflowExecutionHistoryReverse(request));
  return page?.history?.events ?? [];
}
