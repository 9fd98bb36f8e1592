import type { Client } from '@temporalio/client';
import { loadIfStored } from '../artifacts/large-values';
import type { ArtifactStore } from '../artifacts/store';
import { HoldfastError } from '../errors';
import type { BreakerAction } from '../protocol/breaker';
import { effectOf } from '../protocol/operator';
import { CONTROL_QUEUE, type OperatorMessage } from '../protocol/task';
import type { AbsentType, Contract } from '../tasks/contract';
import type { Service } from '../tasks/explain';
import { taskIdForKey } from '../tasks/keys';
import { resolvePolicy } from '../tasks/policy';
import type { CategoryOverrides } from '../tasks/policy-override';
import { queuesOf } from '../tasks/queues';
import { deriveState, isOpen, type TaskFacts } from '../tasks/state';
import { Batches } from './batches/batches';
import { type BreakerOrder, Breakers, type BreakerView } from './breakers/breakers';
import { BulkActions } from './bulk/bulk-actions';
import { DeadLetters } from './dead-letters/dead-letters';
import { diagnose } from './diagnosis/diagnose';
import type { Diagnosis } from './diagnosis/findings';
import type { DiagnosisOptions } from './diagnosis/options';
import { Visibility } from './diagnosis/visibility';
import { readWhy, type WhyReport } from './diagnosis/why';
import { type Figures, readFigures } from './figures/figures';
import { type Stats, StatsReader } from './figures/stats';
import { Insights } from './insights/insights';
import { countTasks } from './list/exact-count';
import { type ListRequest, listTasks, type TaskPage } from './list/list';
import { Cursors } from './list/list-cursor';
import type { TaskFilter } from './list/list-query';
import { AlertClient } from './monitor/alerts';
import { type MonitorStatus, readMonitor } from './monitor/monitor';
import { Enforcer, overTime } from './operators/enforcer';
import { type AnsweredTask, answered } from './operators/operator-answer';
import { checkMessage } from './operators/operator-message';
import { conflict, movedOn, type OperatorAction, Operators, type Outcome } from './operators/operators';
import { redrive } from './operators/redrive';
import { mayHaveMessages } from './read/asked';
import { TaskReader } from './read/reader';
import { shown } from './read/shown';
import { readTaskInput, type TaskInput } from './read/task-input';
import { readTimeline } from './read/timeline';
import type { TimelineEntry } from './read/timeline-entry';
import { type TaskView, viewOf } from './read/view';
import { Schedules } from './schedules/schedules';
import { checkQueue, type Prepared, prepare, type Submission } from './submit/prepare';
import { type Age, Recent } from './submit/recent';
import { Submitter } from './submit/submit';
import { Succession } from './submit/succession';
import { Gateway } from './temporal/gateway';
import { inParallel } from './temporal/parallel';
import { Retention } from './temporal/retention';
import { searchAttributeFaults } from './temporal/search-attributes';
import { type QueueInfo, readQueue } from './workers/queues';
import { ServedTypes } from './workers/served-types';
import { readWorkers, type WorkersReport } from './workers/workers';

export interface TaskClientOptions {
  client: Client;
  contracts: readonly Contract[];
  /** Task types that are not offered, and why: the answer to a submission says so. Defaults to none. */
  absent?: readonly AbsentType[];
  artifacts: ArtifactStore;
  /** Changes to the category policies. Defaults to none. */
  categories?: CategoryOverrides;
  /** Queues that a submission or a schedule may name: those that somebody serves. Defaults to any. */
  queues?: readonly string[];
  /** Queue of batches and bulk actions. Defaults to the one that all apps share. */
  controlQueue?: string;
  /** Longest time for one call to the server, in seconds. Defaults to 4. */
  deadline?: number;
  /** Days for which ended tasks are sure to be known: the monitor may delete them sooner than Temporal does. Defaults to 7. */
  keepDays?: number;
  /** Whether a worker of this process may take tasks right from the start's answer. Defaults to false. */
  eagerStart?: boolean;
  /** Where people find the dashboard, so that Temporal's Web UI can link to a task's page. Defaults to nowhere. */
  publicUrl?: string;
}

/** The answer to a submission. */
export interface SubmitResult {
  task: TaskView;
  /** True when an earlier submission with the same key answers. */
  duplicate: boolean;
  /** Waits like {@link TaskClient.wait}, but spares the first reading. */
  wait(seconds: number, signal?: AbortSignal): Promise<TaskView>;
}

/** A task as somebody saw it. */
export interface SeenTask {
  id: string;
  runId: string;
  parking?: number;
}

export type BulkResult = SubmitResult | { error: HoldfastError };

const SUBMISSIONS_AT_ONCE = 20;
const WAIT_SLICE_MS = 20_000;

/**
 * The one way in: submits tasks, reads them, lists them, and passes operators' messages on. Needs a
 * Temporal server, and no worker. Throws {@link HoldfastError}s.
 */
export class TaskClient {
  /** What the alerts remember. */
  readonly alerts: AlertClient;
  /** Tasks that neither an attempt nor a redrive has healed. */
  readonly deadLetters: DeadLetters;
  /** One operator's message for many tasks. */
  readonly bulkActions: BulkActions;
  /** Many tasks under one ID. */
  readonly batches: Batches;
  /** Tasks that the clock starts. */
  readonly schedules: Schedules;
  /** What a person looks at. */
  readonly insights: Insights;
  private readonly gateway: Gateway;
  private readonly reader: TaskReader;
  private readonly succession: Succession;
  private readonly submitter: Submitter;
  private readonly operators: Operators;
  private readonly circuitBreakers: Breakers;
  private readonly retention: Retention;
  private readonly statsReader: StatsReader;
  private readonly contracts: Map<string, Contract>;
  private readonly visibility: Visibility;
  private readonly servedTypes: ServedTypes;
  private readonly recentFigures = new Recent<Figures>();

  constructor(private readonly options: TaskClientOptions) {
    const { client, contracts, artifacts, categories = {}, deadline = 4, keepDays = 7, eagerStart = false } = options;
    const { controlQueue = CONTROL_QUEUE } = options;
    this.contracts = new Map(contracts.map((contract) => [contract.type, contract]));
    this.gateway = new Gateway(client, deadline, new Cursors(artifacts.entries), options.publicUrl);
    this.visibility = new Visibility(this.gateway);
    this.servedTypes = new ServedTypes(this.gateway);
    this.alerts = new AlertClient(this.gateway);
    this.reader = new TaskReader(this.gateway, artifacts);
    this.succession = new Succession(artifacts);
    this.submitter = new Submitter(this.gateway, this.reader, this.succession, eagerStart);
    this.operators = new Operators(this.gateway, this.reader);
    this.circuitBreakers = new Breakers(this.gateway);
    this.retention = new Retention(this.gateway);
    const types = [...this.contracts.keys()];
    this.statsReader = new StatsReader(this.gateway, types, this.queues());
    this.deadLetters = new DeadLetters(this.gateway, artifacts, this, types);
    this.insights = new Insights({
      gateway: this.gateway,
      visibility: this.visibility,
      entries: artifacts.entries,
      types,
      alerts: this.alerts,
      queues: () => this.workers(),
      fleet: () => this.fleet(),
      breakers: () => this.breakers(),
      diagnose: () => this.diagnose({ limit: 0 }),
    });
    this.schedules = new Schedules(this.gateway, {
      contract: (type) => this.contract(type),
      categories,
      ...(options.queues && { queues: options.queues }),
      artifacts,
      reader: this.reader,
      retention: this.retention,
      keepDays,
    });
    this.bulkActions = new BulkActions(this.gateway, artifacts, {
      queue: controlQueue,
      list: (request) => this.list(request),
      look: async (id) => {
        const facts = await this.reader.facts(id);
        return facts && this.view(facts);
      },
      check: (type, message) => checkMessage(() => this.contract(type), message, artifacts),
    });
    this.batches = new Batches(this.gateway, artifacts, {
      queue: controlQueue,
      check: (submission) => this.prepare(submission),
      state: async (id) => {
        const facts = await this.reader.facts(id);
        return facts && deriveState(facts, new Date());
      },
    });
  }

  /**
   * Submits a task. With a key, equal submissions inside the window answer with the same task.
   * @throws HoldfastError `unknown-task-type`, `invalid-request`, `window-too-long`, `key-reused`, `unavailable`.
   */
  async submit(submission: Submission): Promise<SubmitResult> {
    const prepared = await this.prepare(submission);
    const { runId, duplicate, facts = newFacts(prepared, runId) } = await this.submitter.submit(prepared);
    const task = duplicate ? await this.view(facts) : viewOf(facts, {}, new Date());
    return { task, duplicate, wait: (seconds, signal) => this.waitFrom(facts, seconds, signal) };
  }

  /**
   * Submits many tasks with a bounded number in flight. Each item has its own outcome; the order is kept.
   * Once the server is away, items that have not begun are not tried: each would wait out its deadline.
   */
  async submitAll(submissions: readonly Submission[]): Promise<BulkResult[]> {
    let away: HoldfastError | undefined;
    return inParallel(submissions, SUBMISSIONS_AT_ONCE, async (submission) => {
      try {
        if (away) throw away;
        return await this.submit(submission);
      } catch (error) {
        if (!(error instanceof HoldfastError)) throw error;
        if (error.code === 'unavailable') away = error;
        return { error };
      }
    });
  }

  /** @throws HoldfastError `task-not-found`. */
  async read(taskId: string): Promise<TaskView> {
    return this.view(await this.facts(taskId));
  }

  /** Whose task it is, and of which type: what must be known before anything of it is shown. */
  async ownerOf(taskId: string): Promise<{ type: string; tenant?: string } | undefined> {
    const facts = await this.reader.facts(taskId);
    if (!facts) return undefined;
    const { tenant } = facts.memo;
    return { type: facts.type, ...(tenant !== undefined && { tenant }) };
  }

  /**
   * Reads a task that one reads again and again: in one call while it is open, which leaves out why it is queued.
   * @throws HoldfastError `task-not-found`.
   */
  async glance(taskId: string): Promise<TaskView> {
    const facts = await this.facts(taskId);
    const now = new Date();
    return isOpen(deriveState(facts, now)) ? viewOf(facts, {}, now) : this.view(facts);
  }

  /**
   * Says that somebody looks at a task for the next seconds: its running attempt reports more often. Nothing of the
   * task changes.
   */
  async watch(taskId: string): Promise<void> {
    // A store that cannot be written now costs nothing but the haste.
    await this.options.artifacts.watch(taskId).catch(() => undefined);
  }

  /** The task that a key stands for, if any. Submits nothing. */
  async find(type: string, key: string, tenant?: string): Promise<TaskView | undefined> {
    this.contract(type);
    const facts = await this.reader.facts(taskIdForKey(type, tenant, key));
    return facts && this.view(facts);
  }

  /** Waits until the task has ended, or the time is over; reads it either way. @throws HoldfastError `task-not-found`. */
  async wait(taskId: string, seconds: number, signal?: AbortSignal): Promise<TaskView> {
    return this.waitFrom(await this.facts(taskId), seconds, signal);
  }

  async list(request: ListRequest = {}): Promise<TaskPage> {
    return listTasks(this.gateway, this.reader, request);
  }

  /** How many tasks there are. Of the states, those that Visibility does not know count as any that is open. */
  async count(filter: TaskFilter): Promise<number> {
    return countTasks(this.gateway, filter);
  }

  async timeline(taskId: string): Promise<TimelineEntry[]> {
    return readTimeline(this.gateway, this.reader, taskId);
  }

  /**
   * What the next attempt of a task would be given: its real input, secrets and all, so not to be shown.
   * @throws HoldfastError `task-not-found`.
   */
  async input(taskId: string): Promise<TaskInput> {
    const facts = await this.facts(taskId);
    const { attempts = 0 } = await this.view(facts);
    return readTaskInput(this.gateway, facts, attempts);
  }

  /** The input of a task's last attempt, as it may be shown: with secrets redacted. @throws HoldfastError `task-not-found`. */
  async shownInput(taskId: string): Promise<unknown> {
    const { input } = await this.input(taskId);
    return shown(await loadIfStored(this.options.artifacts, input));
  }

  /**
   * Passes an operator's message to a task. `retry` and `resolve` of a failed task, and `retry` of a
   * cancelled one, start a new run of it. A corrected input and a given result are checked by the contract.
   * @returns The task as it is now, and what became of the message.
   * @throws HoldfastError `state-conflict` when the task's state, or a message that came first, does not allow it; `invalid-request`.
   */
  async act(taskId: string, action: OperatorAction, message: OperatorMessage = {}): Promise<AnsweredTask> {
    const outcome = await this.pass(await this.facts(taskId), action, message);
    return answered(await this.read(taskId), action, outcome);
  }

  /**
   * Like {@link act}, but only while the task is as it was seen: in the same run and, if one is named, in
   * the same parking.
   * @returns False when it has moved on; then nothing was done.
   */
  async actOn(seen: SeenTask, action: OperatorAction, message: OperatorMessage): Promise<boolean> {
    return (await this.send(seen, action, message)) !== undefined;
  }

  /** The same, with what became of the message; `undefined` when the task has moved on. */
  async send(seen: SeenTask, action: OperatorAction, message: OperatorMessage): Promise<Outcome | undefined> {
    const { id, runId, parking } = seen;
    const facts = await this.facts(id);
    if (facts.runId !== runId) return undefined;
    const isParked = deriveState(facts, new Date()) === 'dead-lettered';
    if (parking !== undefined && !(isParked && facts.memo.parking?.number === parking)) return undefined;
    // Should it move on before the message arrives, the number makes the message void.
    return this.pass(facts, action, { ...message, ...(parking !== undefined && { parking }) });
  }

  /**
   * Finds tasks that are open for longer than is normal: how many of which type, why, and what to do. It works on
   * counts, so its calls and its memory do not grow with their number; it takes some seconds for each type.
   * @throws HoldfastError `invalid-request`, `unavailable`.
   */
  async diagnose(options: DiagnosisOptions = {}): Promise<Diagnosis> {
    const { gateway, reader } = this;
    const { artifacts } = this.options;
    const normalTimes = new Map(
      [...this.contracts.values()].map((contract) => {
        const { maxProcessingTime, timeout } = resolvePolicy(contract, this.options.categories ?? {});
        return [contract.type, maxProcessingTime ?? timeout];
      }),
    );
    return diagnose({ gateway, reader, artifacts, breakers: () => this.breakers(), normalTimes }, options);
  }

  /**
   * Ends an open task as timed out, as the monitor does: in order where a worker serves it; by force where none
   * does, or where it did not act on an earlier such command. Only in the run that was seen.
   * @param limit The seconds that it had, for the failure's message.
   * @returns False when it has moved on; then nothing was done.
   */
  async timeOut({ id, runId }: SeenTask, limit: number, by: string): Promise<boolean> {
    const facts = await this.facts(id);
    if (facts.runId !== runId || !isOpen(deriveState(facts, new Date()))) return false;
    return (await new Enforcer(this.gateway, by, 0).end(facts, overTime(limit))) !== undefined;
  }

  /** How the monitor is doing: its last pass with the report, and the next one. */
  async monitor(): Promise<MonitorStatus> {
    return readMonitor(this.gateway);
  }

  async stats(): Promise<Stats> {
    return this.statsReader.read();
  }

  /**
   * How each task type has done lately: counts of the tasks that ended within so many hours, and from a sample
   * of them, how long they waited and ran. A few seconds old at most; takes a second for every six or so types.
   */
  async figures(hours: number): Promise<Figures & Age> {
    const types = [...this.contracts.keys()];
    return this.recentFigures.read(String(hours), () => readFigures(this.gateway, this.visibility, { types, hours }));
  }

  /**
   * Why a task is where it is: one cause, since when, what shows it, and for a waiting task a forecast.
   * @throws HoldfastError `task-not-found`.
   */
  async why(taskId: string): Promise<WhyReport> {
    const { gateway, reader, circuitBreakers: breakers, visibility } = this;
    const facts = await this.facts(taskId);
    const [view, asked, knowing] = await Promise.all([
      this.view(facts),
      reader.asked(facts),
      this.serving(facts.queue, facts.type).catch(() => undefined),
    ]);
    const service = { knowing, foreign: !this.contracts.has(facts.type) };
    return readWhy({ gateway, reader, breakers, visibility }, { ...facts, asked }, view, service);
  }

  /** Every worker that polls a queue of the catalogue, with its running tasks and the types that it serves. */
  async fleet(): Promise<WorkersReport> {
    const { gateway, reader, visibility } = this;
    const { contracts, categories = {} } = this.options;
    return readWorkers({ gateway, reader, visibility }, { queues: await this.workers(), contracts, categories });
  }

  /** Every circuit breaker, by name. */
  async breakers(): Promise<BreakerView[]> {
    return this.circuitBreakers.list();
  }

  /**
   * Reads a circuit breaker; with an action, opens, closes or resets it first, of which the answer may
   * not show the effect yet. `open` makes one where there is none.
   * @throws HoldfastError `not-found`, `invalid-request`.
   */
  async breaker(name: string, action?: BreakerAction, order: BreakerOrder = {}): Promise<BreakerView> {
    return action ? this.circuitBreakers.act(name, action, order) : this.circuitBreakers.read(name);
  }

  /** What the namespace lacks before it can take tasks; empty when it is set up. */
  async missingSetUp(): Promise<string[]> {
    const { connection } = this.options.client;
    const { missing } = await this.gateway.call(() => searchAttributeFaults(connection, this.gateway.namespace));
    return missing;
  }

  /** What waits in each queue of the catalogue, and which workers poll it. */
  async workers(): Promise<QueueInfo[]> {
    return Promise.all(this.queues().map((queue) => this.queue(queue)));
  }

  /** The same for one queue, whether or not a policy of the catalogue names it. */
  async queue(name: string): Promise<QueueInfo> {
    return readQueue(this.gateway, name);
  }

  /** How many living workers of a queue have a task type; `undefined` when none of them says what it has. */
  async serving(queue: string, type: string): Promise<number | undefined> {
    return this.servedTypes.count(queue, type);
  }

  /** The task types of the catalogue. */
  types(): string[] {
    return [...this.contracts.keys()];
  }

  /** Every queue that a policy of the catalogue names. */
  queues(): string[] {
    return queuesOf(this.options.contracts, this.options.categories);
  }

  private async prepare(submission: Submission): Promise<Prepared> {
    const { categories = {}, artifacts } = this.options;
    checkQueue(submission.policy, this.options.queues);
    const prepared = await prepare(submission, this.contract(submission.type), categories, artifacts);
    await this.retention.check(prepared.start.policy);
    return prepared;
  }

  private async pass(found: TaskFacts, action: OperatorAction, message: OperatorMessage): Promise<Outcome> {
    const facts = { ...found, asked: await this.reader.asked(found) };
    const state = deriveState(facts, new Date());
    const { gateway, reader, succession } = this;
    const open = isOpen(state);
    if (!open && !effectOf(action, state)) throw conflict(facts, state, action);
    // Its parkings are over, and so is what was meant by their answers.
    if (!open && message.parking !== undefined) throw movedOn(facts, state);
    const checked = await checkMessage(() => this.contract(facts.type), message, this.options.artifacts);
    if (open) {
      const outcome = await this.operators.send(facts, action, checked);
      if (state === 'running') await this.watch(facts.taskId);
      return outcome;
    }
    // A result that is recorded is the end of the attempts that were; a run that begins anew counts its own.
    const tried = checked.result === undefined ? undefined : await reader.ending(facts);
    await redrive({ gateway, reader, succession }, facts, action, checked, tried);
    return 'done';
  }

  private contract(type: string): Contract {
    const contract = this.contracts.get(type);
    if (contract) return contract;
    const absent = this.options.absent?.find((one) => one.type === type);
    const known = [...this.contracts.keys()].join(', ');
    const message = absent
      ? `The task type ${type} is not offered here. ${absent.reason}`
      : `There is no task type ${JSON.stringify(type)}. Known: ${known}.`;
    throw new HoldfastError('unknown-task-type', message, { issues: [{ pointer: '/type', message }] });
  }

  private async facts(taskId: string): Promise<TaskFacts> {
    const facts = await this.reader.facts(taskId);
    if (!facts) throw new HoldfastError('task-not-found', `There is no task ${taskId}.`, { taskId });
    return facts;
  }

  /** The end of a run tells all that is new since the facts were read, so that waiting costs one call. */
  private async waitFrom(facts: TaskFacts, seconds: number, signal?: AbortSignal): Promise<TaskView> {
    const until = Date.now() + seconds * 1000;
    let current = facts;
    for (let left = seconds * 1000; left > 0 && !signal?.aborted; left = until - Date.now()) {
      if (!isOpen(deriveState(current, new Date()))) return this.view(current);
      const closed = await this.reader.waitForEnd(current, Math.min(left, WAIT_SLICE_MS), signal);
      if (closed && closed.facts.status !== 'continued') return viewOf(closed.facts, closed, new Date());
      if (closed) current = await this.facts(current.taskId);
    }
    return this.read(facts.taskId);
  }

  /** @param asks Whether the workers matter: for what is parked, only the catalogue does. */
  private async serviceOf({ queue, type }: TaskFacts, asks = true): Promise<Service> {
    const foreign = !this.contracts.has(type);
    if (!asks) return { workers: undefined, foreign };
    const [{ workers }, knowing] = await Promise.all([
      readQueue(this.gateway, queue),
      // What workers say of themselves is a help; without it the answer says less.
      this.serving(queue, type).catch(() => undefined),
    ]);
    return { workers: workers.length, knowing, foreign };
  }

  private async view(facts: TaskFacts): Promise<TaskView> {
    const now = new Date();
    const state = deriveState(facts, now);
    const waits = state === 'queued' || state === 'retrying' || facts.finishing || mayHaveMessages(facts);
    const [ending, service, asked] = await Promise.all([
      this.reader.ending(facts),
      waits || state === 'dead-lettered' ? this.serviceOf(facts, waits) : undefined,
      this.reader.asked(facts),
    ]);
    return viewOf({ ...facts, asked }, { ending, service }, now);
  }
}

/** A run that was just made needs no reading: this is what it is. */
function newFacts({ taskId, start, memo, tags }: Prepared, runId: string): TaskFacts {
  return {
    taskId,
    runId,
    type: start.type,
    queue: start.policy.queue,
    status: 'open',
    startedAt: memo.createdAt,
    historyLength: 2,
    memo,
    tags,
    ...(start.runAt && { recorded: 'scheduled' as const }),
  };
}
