import type { LoadedDataConverter } from '@temporalio/common';
import { decodeArrayFromPayloads } from '@temporalio/common/lib/internal-non-workflow';
import type { temporal } from '@temporalio/proto';
import { HoldfastError } from '../../errors';
import type { TaskStart } from '../../protocol/task';
import type { PendingHandler, TaskFacts } from '../../tasks/state';
import type { Gateway } from '../temporal/gateway';
import type { TaskReader } from './reader';
import { shown } from './shown';
import { failedAttempt, type RawEntry, type TimelineEntry } from './timeline-entry';
import { entriesOf } from './timeline-events';
import { TimelineWorkers } from './timeline-workers';

type HistoryEvent = temporal.api.history.v1.IHistoryEvent;

/** A task that is redriven more often than this shows its last runs only. */
const MOST_RUNS = 50;

/**
 * A task's whole life in order, from history alone: every run of its generation, oldest first.
 * @throws HoldfastError `task-not-found`.
 */
export async function readTimeline(gateway: Gateway, reader: TaskReader, taskId: string): Promise<TimelineEntry[]> {
  const facts = await reader.facts(taskId);
  if (!facts) throw new HoldfastError('task-not-found', `There is no task ${taskId}.`, { taskId });
  const runs: RawEntry[][] = [];
  let runId: string | undefined = facts.runId;
  for (let count = 0; runId && count < MOST_RUNS; count++) {
    const run = await readRun(gateway, taskId, runId);
    if (!run) break;
    // The server still describes what was pending when it ended a run by itself.
    const left = run.cutShort && runId !== facts.runId ? await reader.facts(taskId, runId) : undefined;
    const pending = runId === facts.runId ? facts : left;
    runs.unshift(byTime([...run.entries, ...(pending ? pendingEntries(pending) : [])]));
    runId = run.before;
  }
  return withoutRepeats(runs.flat()).map(shown);
}

/** Every round of attempts hands over the failures of those before it too. */
function withoutRepeats(entries: RawEntry[]): TimelineEntry[] {
  const seen = new Set<string>();
  return entries.flatMap(({ messageId, ...entry }) => {
    const { failure, runId, event } = entry;
    const name = failure ? `${runId} ${failure.attempt} ${failure.at}` : messageId && `${event} ${messageId}`;
    if (name === undefined) return [entry];
    if (seen.has(name)) return [];
    seen.add(name);
    return [entry];
  });
}

/** The input of the run's workflow, as it was started. */
export async function readStart(gateway: Gateway, taskId: string, runId: string): Promise<TaskStart | undefined> {
  const { namespace, service, client } = gateway;
  const execution = { workflowId: taskId, runId };
  const page = await gateway.find(() =>
    service.getWorkflowExecutionHistory({ namespace, execution, maximumPageSize: 1 }),
  );
  return page?.history?.events?.[0] && startOf(page.history.events[0], client.options.loadedDataConverter);
}

async function readRun(gateway: Gateway, taskId: string, runId: string) {
  const { client } = gateway;
  const history = await gateway.find(() => client.workflow.getHandle(taskId, runId).fetchHistory());
  if (!history?.events) return undefined;
  const converter = client.options.loadedDataConverter;
  const entries: RawEntry[] = [];
  const first = history.events[0];
  const start = first && (await startOf(first, converter));
  const workers = new TimelineWorkers();
  for (const event of history.events) {
    const listed = workers.add(event, await entriesOf(event, converter));
    const inline = await workers.inlineSuccess(event, start, converter);
    for (const entry of [...inline, ...listed]) entries.push({ ...entry, runId });
  }
  const continued = first?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId;
  const last = history.events.at(-1);
  const cutShort = Boolean(
    last?.workflowExecutionTerminatedEventAttributes ?? last?.workflowExecutionTimedOutEventAttributes,
  );
  return { entries: byTime(entries), before: continued || start?.redrive?.runId, cutShort };
}

async function startOf(event: HistoryEvent, converter: LoadedDataConverter): Promise<TaskStart | undefined> {
  const payloads = event.workflowExecutionStartedEventAttributes?.input?.payloads;
  const [start] = await decodeArrayFromPayloads(converter, payloads as never);
  return start as TaskStart | undefined;
}

/** Attempts reach the history when their activity ends; until then the server's own records have them. */
function pendingEntries({ handler, runId }: TaskFacts): TimelineEntry[] {
  if (!handler) return [];
  const failures = (handler.heartbeat?.failures ?? []).map((failure) => ({ ...failedAttempt(failure), runId }));
  if (handler.state === 'scheduled' || handler.state === 'paused' || !handler.startedAt)
    return [...failures, ...lastLoss(handler, runId)];
  const attempt = Math.max(handler.attempt, handler.heartbeat?.attempt ?? 0);
  const text = `Attempt ${attempt} runs on ${handler.worker ?? 'a worker'}`;
  const worker = handler.worker !== undefined && { worker: handler.worker };
  return [...failures, { at: handler.startedAt, event: 'attempt-started', text, attempt, ...worker, runId }];
}

/** A lost attempt is written down by the next one. Until that begins, or where none does, the server alone knows of it. */
function lastLoss({ heartbeat, attempt: served, lastHeartbeatAt, startedAt, worker }: PendingHandler, runId: string) {
  const attempt = heartbeat?.attempt ?? served - 1;
  const at = lastHeartbeatAt ?? heartbeat?.startedAt ?? startedAt;
  const known = heartbeat?.failures.some((failure) => failure.attempt === attempt);
  if (served === 1 || attempt < 1 || known || !at) return [];
  const text = `Attempt ${attempt} was lost: it gave no life sign any more`;
  return [{ at, event: 'attempt-lost', text, attempt, ...(worker && { worker }), runId }];
}

/** Attempts are written down together when their activity ends; by time they stand where they belong. */
function byTime(entries: RawEntry[]): RawEntry[] {
  return entries.toSorted((a, b) => a.at.localeCompare(b.at));
}
