import { LRUCache } from 'lru-cache';
import { loadIfStored } from '../../artifacts/large-values';
import type { ArtifactStore } from '../../artifacts/store';
import type { AskedMessage } from '../../protocol/operator';
import type { AttemptsReport } from '../../protocol/task';
import type { RunStatus, TaskFacts } from '../../tasks/state';
import { Succession } from '../submit/succession';
import { type Gateway, isDeadline, isNotFound, translate } from '../temporal/gateway';
import { askedIn, mayHaveMessages } from './asked';
import { attemptsSeen } from './attempts-seen';
import { earlierAttempts, mayHideAttempts } from './earlier-attempts';
import { closedFacts, endingOf, type HistoryEvent, type TaskEnding } from './ending';
import { factsOf } from './facts';
import { inlineLoss } from './inline-attempt';

/** Start, first workflow task and the scheduling of the handler: no handler can have ended before these. */
const FIRST_EVENTS = 5;
/** Where the handler's end stands, messages that came in since included. */
const LAST_EVENTS = 20;
/** Messages that wait for a worker are looked for among so many events. */
const MOST_ASKED = 100;
/** Ends whose event says nothing of the attempts. */
const SILENT: readonly RunStatus[] = ['cancelled', 'terminated', 'timed-out'];
/** `HISTORY_EVENT_FILTER_TYPE_CLOSE_EVENT` of the Temporal API. */
const CLOSE_EVENT = 2;

/** A closed run: its facts, and how it ended. */
export interface ClosedRun {
  facts: TaskFacts;
  ending: TaskEnding;
}

/** The server ends a long poll this long before its deadline; with less left it would answer at once, again and again. */
const POLL_MARGIN_MS = 1000;

/** Ends kept in memory, and what they may weigh there together, in characters of JSON. */
const ENDINGS_KEPT = 1000;
const ENDINGS_WEIGHT = 16 * 1024 * 1024;

/** Reads single tasks from the server's own records. Needs no worker. */
export class TaskReader {
  /** By run ID. A closed run never changes, so what it ended with may be remembered; duplicates ask for it again. */
  private readonly endings = new LRUCache<string, TaskEnding>({
    max: ENDINGS_KEPT,
    maxSize: ENDINGS_WEIGHT,
    sizeCalculation: (ending) => JSON.stringify(ending).length,
  });

  private readonly succession: Succession;

  constructor(
    private readonly gateway: Gateway,
    private readonly store: ArtifactStore,
  ) {
    this.succession = new Succession(store);
  }

  /**
   * Facts about a task's current run, or about the named one; `undefined` when there is no such task. The current run is
   * the newest one that counts: the second successor of a run does not.
   */
  async facts(taskId: string, runId?: string): Promise<TaskFacts | undefined> {
    const facts = await this.factsOfRun(taskId, runId);
    if (!facts || runId !== undefined) return facts;
    const first = await this.succession.firstInPlaceOf(facts);
    return first === undefined ? facts : ((await this.newestAfter(taskId, first)) ?? facts);
  }

  /** Messages that were accepted and that no worker has taken yet, oldest first. */
  async asked(facts: TaskFacts): Promise<AskedMessage[]> {
    if (!mayHaveMessages(facts)) return [];
    const parking = facts.recorded === 'dead-lettered' ? facts.memo.parking?.number : undefined;
    const events = await this.lastEvents(facts, MOST_ASKED);
    return askedIn(events, this.gateway.client.options.loadedDataConverter, parking);
  }

  /** Follows the runs that count, from the given one to the last. */
  private async newestAfter(taskId: string, first: string): Promise<TaskFacts | undefined> {
    for (let runId = first; ; ) {
      const facts = await this.factsOfRun(taskId, runId);
      if (!facts) return undefined;
      const next =
        facts.status === 'continued' ? await this.continuedIn(facts) : await this.succession.heirOf(taskId, runId);
      if (next === undefined) return facts;
      runId = next;
    }
  }

  private async continuedIn(facts: TaskFacts): Promise<string | undefined> {
    const event = await this.gateway.find(() => this.lastEvent(facts, false));
    return event?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId ?? undefined;
  }

  private async factsOfRun(taskId: string, runId: string | undefined): Promise<TaskFacts | undefined> {
    const { client } = this.gateway;
    const description = await this.gateway.find(() => client.workflow.getHandle(taskId, runId).describe());
    const facts = description && (await factsOf(description, client.options.loadedDataConverter));
    // The namespace may hold other workflows; what was not submitted as a task is none.
    if (!facts?.memo.generation) return undefined;
    if (!mayBeFinishing(facts) && !mayHideAttempts(facts)) return facts;
    const events = await this.lastEvents(facts);
    const tried = await this.tried(facts, events);
    const ended = mayBeFinishing(facts) && events.some((event) => event.activityTaskCompletedEventAttributes);
    return { ...facts, ...(tried && { tried }), ...(ended && { finishing: true }) };
  }

  /** The end of a closed run; `undefined` for an open one. */
  async ending(facts: TaskFacts): Promise<TaskEnding | undefined> {
    if (facts.status === 'open' || facts.status === 'continued') return undefined;
    const known = this.endings.get(facts.runId);
    if (known) return known;
    const event = await this.gateway.call(() => this.lastEvent(facts, false));
    return event && (await this.closedRun(facts, event)).ending;
  }

  /**
   * Waits for the end of an open run with one long poll; `undefined` when the time, in milliseconds, or the
   * signal comes first. A run that was continued as new has ended with status `continued`.
   */
  async waitForEnd(facts: TaskFacts, milliseconds: number, signal?: AbortSignal): Promise<ClosedRun | undefined> {
    const { connection } = this.gateway.client;
    const deadline = Date.now() + milliseconds + POLL_MARGIN_MS;
    const poll = () => connection.withDeadline(deadline, () => this.lastEvent(facts, true));
    try {
      const event = await (signal ? connection.withAbortSignal(signal, poll) : poll());
      return event && (await this.closedRun(facts, event));
    } catch (error) {
      if (isDeadline(error) || isNotFound(error) || signal?.aborted) return undefined;
      throw translate(error);
    }
  }

  private async closedRun(facts: TaskFacts, event: HistoryEvent): Promise<ClosedRun> {
    const { loadedDataConverter } = this.gateway.client.options;
    const closed = closedFacts(facts, event);
    const ending = await endingOf(event, closed, loadedDataConverter);
    const silent = ending.attempts === 0 && SILENT.includes(closed.status);
    if (silent) Object.assign(ending, await this.leftBehind(facts));
    if (ending.output !== undefined) ending.output = await loadIfStored(this.store, ending.output);
    if (closed.status !== 'continued') this.endings.set(facts.runId, ending);
    const { failure } = ending;
    return { facts: failure ? { ...closed, failure } : closed, ending };
  }

  /**
   * What the attempts of a run had come to that did not report its own end: cancelled, terminated, out of time. The
   * server still describes the activity that was pending then.
   */
  private async leftBehind({ taskId, runId }: TaskFacts): Promise<AttemptsReport> {
    const { client } = this.gateway;
    const { loadedDataConverter } = client.options;
    const description = await this.gateway.find(() => client.workflow.getHandle(taskId, runId).describe());
    if (!description) return { attempts: 0, failures: [] };
    const facts = await factsOf(description, loadedDataConverter);
    if (facts.memo.tried || facts.handler?.heartbeat) return attemptsSeen(facts);
    const tried = await this.tried(facts, await this.lastEvents(facts));
    return attemptsSeen({ ...facts, ...(tried && { tried }) });
  }

  /** What earlier attempts came to, by the end of the history. */
  private async tried(facts: TaskFacts, events: readonly HistoryEvent[]): Promise<AttemptsReport | undefined> {
    const loss = facts.memo.inline && !facts.handler ? inlineLoss(events, facts.type) : undefined;
    if (loss) return { attempts: loss.attempt, failures: [loss] };
    return earlierAttempts(events, this.gateway.client.options.loadedDataConverter);
  }

  /** The event that closed the run. The server answers an open run's poll at the latest after some twenty seconds. */
  private async lastEvent({ taskId, runId }: TaskFacts, waitNewEvent: boolean): Promise<HistoryEvent | undefined> {
    const { namespace, service } = this.gateway;
    const { history } = await service.getWorkflowExecutionHistory({
      namespace,
      execution: { workflowId: taskId, runId },
      historyEventFilterType: CLOSE_EVENT,
      waitNewEvent,
    });
    return history?.events?.[0];
  }

  /** Between two rounds of attempts, and between the handler's end and the workflow's, only the history says so. */
  private async lastEvents({ taskId, runId }: TaskFacts, maximumPageSize = LAST_EVENTS): Promise<HistoryEvent[]> {
    const { namespace, service } = this.gateway;
    const request = { namespace, execution: { workflowId: taskId, runId }, maximumPageSize };
    const page = await this.gateway.find(() => service.getWorkflowExecutionHistoryReverse(request));
    return page?.history?.events ?? [];
  }
}

function mayBeFinishing({ status, handler, recorded, historyLength }: TaskFacts): boolean {
  return status === 'open' && !handler && !recorded && historyLength > FIRST_EVENTS;
}
