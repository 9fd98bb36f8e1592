import type { LoadedDataConverter } from '@temporalio/common';
import { decodeArrayFromPayloads } from '@temporalio/common/lib/internal-non-workflow';
import type { TaskEnd, TaskStart } from '../../protocol/task';
import type { HistoryEvent } from './ending';
import { isoTime } from './facts';
import type { TimelineEntry } from './timeline-entry';

type Entry = Omit<TimelineEntry, 'runId'>;

/** Ends of attempts whose own event does not name the worker. */
const OF_A_WORKER = ['attempt-succeeded', 'attempt-lost', 'attempt-cancelled'];

/** Remembers, event by event of a run, which worker had what, and adds it to the entries. */
export class TimelineWorkers {
  private readonly started = new Map<string, string>();
  private readonly workflowTasks = new Map<string, string>();

  /** @param entries What the event itself says. */
  add(event: HistoryEvent, entries: Entry[]): Entry[] {
    const begun = event.activityTaskStartedEventAttributes;
    if (begun) this.started.set(String(begun.scheduledEventId), begun.identity ?? '');
    const taken = event.workflowTaskCompletedEventAttributes;
    if (taken) this.workflowTasks.set(String(event.eventId), taken.identity ?? '');
    const ended =
      event.activityTaskCompletedEventAttributes ??
      event.activityTaskTimedOutEventAttributes ??
      event.activityTaskCanceledEventAttributes;
    const worker = ended && this.started.get(String(ended.scheduledEventId));
    if (!worker) return entries;
    return entries.map((entry) => (OF_A_WORKER.includes(entry.event) && !entry.worker ? { ...entry, worker } : entry));
  }

  /** An inline attempt that succeeds leaves nothing in the history but the end of its task. */
  async inlineSuccess(
    event: HistoryEvent,
    start: TaskStart | undefined,
    converter: LoadedDataConverter,
  ): Promise<Entry[]> {
    const completed = event.workflowExecutionCompletedEventAttributes;
    if (!completed || !start?.inline || this.started.size > 0) return [];
    const [end] = await decodeArrayFromPayloads(converter, completed.result?.payloads as never).catch(() => []);
    const { attempts = 0, resolvedBy } = { ...(end as Partial<TaskEnd> | undefined) };
    if (attempts === 0 || resolvedBy) return [];
    const worker = this.workflowTasks.get(String(completed.workflowTaskCompletedEventId));
    const at = isoTime(event.eventTime) ?? '';
    const text = `Attempt ${attempts} succeeded`;
    return [{ at, event: 'attempt-succeeded', text, attempt: attempts, ...(worker && { worker }) }];
  }
}
