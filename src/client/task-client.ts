import type { BreakerAction } from '../protocol/breaker';
import type { OperatorAction } from '../protocol/operator';
import { CONTROL_QUEUE, type OperatorMessage } from '../protocol/task';
import { Batches } from './batches/batches';
import { type BreakerOrder, Breakers, type BreakerView } from './breakers/breakers';
import { BulkActions } from './bulk/bulk-actions';
import { DeadLetters } from './dead-letters/dead-letters';
import { Explanations } from './diagnosis/explanations';
import type { Diagnosis } from './diagnosis/findings';
import type { DiagnosisOptions } from './diagnosis/options';
import type { WhyReport } from './diagnosis/why';
import type { Figures } from './figures/figures';
import { FiguresReader } from './figures/figures-reader';
import { type Stats, StatsReader } from './figures/stats';
import { Insights } from './insights/insights';
import { countTasks } from './list/exact-count';
import { type ListRequest, listTasks, type TaskPage } from './list/list';
import type { TaskFilter } from './list/list-query';
import { AlertClient } from './monitor/alerts';
import { type MonitorStatus, readMonitor } from './monitor/monitor';
import type { AnsweredTask } from './operators/operator-answer';
import type { Outcome } from './operators/operators';
import { type SeenTask, TaskCommands } from './operators/task-commands';
import type { TaskClientOptions } from './options';
import type { TaskInput } from './read/task-input';
import { TaskViews } from './read/task-views';
import { readTimeline } from './read/timeline';
import type { TimelineEntry } from './read/timeline-entry';
import type { TaskView } from './read/view';
import { type Resources, resourcesOf } from './resources';
import { Schedules } from './schedules/schedules';
import type { Submission } from './submit/prepare';
import type { Age } from './submit/recent';
import { type BulkResult, Submissions, type SubmitResult } from './submit/submissions';
import { searchAttributeFaults } from './temporal/search-attributes';
import type { QueueInfo } from './workers/queues';
import type { WorkersReport } from './workers/workers';
import { Workforce } from './workers/workforce';

const KEEP_DAYS = 7;

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
  private readonly resources: Resources;
  private readonly workforce: Workforce;
  private readonly views: TaskViews;
  private readonly submissions: Submissions;
  private readonly commands: TaskCommands;
  private readonly explanations: Explanations;
  private readonly circuitBreakers: Breakers;
  private readonly statsReader: StatsReader;
  private readonly figuresReader: FiguresReader;

  constructor(options: TaskClientOptions) {
    const { controlQueue = CONTROL_QUEUE, keepDays = KEEP_DAYS } = options;
    const resources = resourcesOf(options);
    const { gateway, visibility, reader, artifacts, retention, contracts } = resources;
    const types = contracts.types();
    this.resources = resources;
    this.workforce = new Workforce(resources);
    this.views = new TaskViews(resources, this.workforce);
    this.submissions = new Submissions(resources, this.views, options);
    this.commands = new TaskCommands(resources, this.views);
    this.circuitBreakers = new Breakers(gateway);
    this.explanations = new Explanations(resources, this.views, this.workforce, this.circuitBreakers);
    this.figuresReader = new FiguresReader(resources);
    this.alerts = new AlertClient(gateway);
    this.deadLetters = new DeadLetters(gateway, artifacts, this, types);
    this.insights = new Insights({
      gateway,
      visibility,
      entries: artifacts.entries,
      types,
      alerts: this.alerts,
      queues: () => this.workers(),
      fleet: () => this.fleet(),
      parked: async () => (await this.stats({ byType: false })).tasks.recorded['dead-lettered'] ?? 0,
      breakers: () => this.breakers(),
      diagnose: () => this.diagnose({ limit: 0 }),
    });
    this.statsReader = new StatsReader(gateway, types, async () => (await this.insights.queueViews()).queues);
    this.schedules = new Schedules(gateway, {
      contract: (type) => contracts.of(type),
      categories: contracts.categories,
      ...(options.queues && { queues: options.queues }),
      artifacts,
      reader,
      retention,
      keepDays,
    });
    this.bulkActions = new BulkActions(gateway, artifacts, {
      queue: controlQueue,
      list: (request) => this.list(request),
      look: (id) => this.views.look(id),
      check: (type, message) => this.commands.check(type, message),
    });
    this.batches = new Batches(gateway, artifacts, {
      queue: controlQueue,
      check: (submission) => this.submissions.prepare(submission),
      state: (id) => this.views.stateOf(id),
    });
  }

  /**
   * Submits a task. With a key, equal submissions inside the window answer with the same task.
   * @throws HoldfastError `unknown-task-type`, `invalid-request`, `window-too-long`, `key-reused`, `unavailable`.
   */
  async submit(submission: Submission): Promise<SubmitResult> {
    return this.submissions.submit(submission);
  }

  /**
   * Submits many tasks with a bounded number in flight. Each item has its own outcome; the order is kept.
   * Once the server is away, items that have not begun are not tried: each would wait out its deadline.
   */
  async submitAll(submissions: readonly Submission[]): Promise<BulkResult[]> {
    return this.submissions.submitAll(submissions);
  }

  /** @throws HoldfastError `task-not-found`. */
  async read(taskId: string): Promise<TaskView> {
    return this.views.read(taskId);
  }

  /** Whose task it is, and of which type: what must be known before anything of it is shown. */
  async ownerOf(taskId: string): Promise<{ type: string; tenant?: string } | undefined> {
    return this.views.ownerOf(taskId);
  }

  /**
   * Reads a task that one reads again and again: in one call while it is open, which leaves out why it is queued.
   * @throws HoldfastError `task-not-found`.
   */
  async glance(taskId: string): Promise<TaskView> {
    return this.views.glance(taskId);
  }

  /**
   * Says that somebody looks at a task for the next seconds: its running attempt reports more often. Nothing of the
   * task changes.
   */
  async watch(taskId: string): Promise<void> {
    return this.views.watch(taskId);
  }

  /** The task that a key stands for, if any. Submits nothing. */
  async find(type: string, key: string, tenant?: string): Promise<TaskView | undefined> {
    return this.views.find(type, key, tenant);
  }

  /** Waits until the task has ended, or the time is over; reads it either way. @throws HoldfastError `task-not-found`. */
  async wait(taskId: string, seconds: number, signal?: AbortSignal): Promise<TaskView> {
    return this.views.wait(taskId, seconds, signal);
  }

  async list(request: ListRequest = {}): Promise<TaskPage> {
    return listTasks(this.resources.gateway, this.resources.reader, request);
  }

  /** How many tasks there are. Of the states, those that Visibility does not know count as any that is open. */
  async count(filter: TaskFilter): Promise<number> {
    return countTasks(this.resources.gateway, filter);
  }

  async timeline(taskId: string): Promise<TimelineEntry[]> {
    return readTimeline(this.resources.gateway, this.resources.reader, taskId);
  }

  /**
   * What the next attempt of a task would be given: its real input, secrets and all, so not to be shown.
   * @throws HoldfastError `task-not-found`.
   */
  async input(taskId: string): Promise<TaskInput> {
    return this.views.input(taskId);
  }

  /** The input of a task's last attempt, as it may be shown: with secrets redacted. @throws HoldfastError `task-not-found`. */
  async shownInput(taskId: string): Promise<unknown> {
    return this.views.shownInput(taskId);
  }

  /**
   * Passes an operator's message to a task. `retry` and `resolve` of a failed task, and `retry` of a
   * cancelled one, start a new run of it. A corrected input and a given result are checked by the contract.
   * @returns The task as it is now, and what became of the message.
   * @throws HoldfastError `state-conflict` when the task's state, or a message that came first, does not allow it; `invalid-request`.
   */
  async act(taskId: string, action: OperatorAction, message: OperatorMessage = {}): Promise<AnsweredTask> {
    return this.commands.act(taskId, action, message);
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
    return this.commands.send(seen, action, message);
  }

  /**
   * Finds tasks that are open for longer than is normal: how many of which type, why, and what to do. It works on
   * counts, so its calls and its memory do not grow with their number; it takes some seconds for each type.
   * @throws HoldfastError `invalid-request`, `unavailable`.
   */
  async diagnose(options: DiagnosisOptions = {}): Promise<Diagnosis> {
    return this.explanations.diagnose(options);
  }

  /**
   * Ends an open task as timed out, as the monitor does: in order where a worker serves it; by force where none
   * does, or where it did not act on an earlier such command. Only in the run that was seen.
   * @param limit The seconds that it had, for the failure's message.
   * @returns False when it has moved on; then nothing was done.
   */
  async timeOut({ id, runId }: SeenTask, limit: number, by: string): Promise<boolean> {
    return this.commands.timeOut({ id, runId }, limit, by);
  }

  /** How the monitor is doing: its last pass with the report, and the next one. */
  async monitor(): Promise<MonitorStatus> {
    return readMonitor(this.resources.gateway);
  }

  /** @param options.byType Whether each type is counted, too, which costs a call for each. Defaults to true. */
  async stats(options: { byType?: boolean } = {}): Promise<Stats> {
    return this.statsReader.read(options);
  }

  /**
   * How each task type has done lately: counts of the tasks that ended within so many hours, and from a sample
   * of them, how long they waited and ran. A few seconds old at most; takes a second for every six or so types.
   */
  async figures(hours: number): Promise<Figures & Age> {
    return this.figuresReader.read(hours);
  }

  /**
   * Why a task is where it is: one cause, since when, what shows it, and for a waiting task a forecast.
   * @throws HoldfastError `task-not-found`.
   */
  async why(taskId: string): Promise<WhyReport> {
    return this.explanations.why(taskId);
  }

  /** Every worker that polls a queue of the catalogue, with its running tasks and the types that it serves. */
  async fleet(): Promise<WorkersReport> {
    return this.workforce.fleet();
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
    const { gateway } = this.resources;
    const { missing } = await gateway.call(() => searchAttributeFaults(gateway.client.connection, gateway.namespace));
    return missing;
  }

  /** What waits in each queue of the catalogue, and which workers poll it. */
  async workers(): Promise<QueueInfo[]> {
    return this.workforce.queues();
  }

  /** The same for one queue, whether or not a policy of the catalogue names it. */
  async queue(name: string): Promise<QueueInfo> {
    return this.workforce.queue(name);
  }

  /** How many living workers of a queue have a task type; `undefined` when none of them says what it has. */
  async serving(queue: string, type: string): Promise<number | undefined> {
    return this.workforce.serving(queue, type);
  }

  /** The task types of the catalogue. */
  types(): string[] {
    return this.resources.contracts.types();
  }

  /** Every queue that a policy of the catalogue names. */
  queues(): string[] {
    return this.resources.contracts.queues();
  }
}
