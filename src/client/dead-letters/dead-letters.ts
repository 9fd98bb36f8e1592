import { setTimeout as sleep } from 'node:timers/promises';
import { loadIfStored } from '../../artifacts/large-values';
import type { ArtifactStore } from '../../artifacts/store';
import { HoldfastError } from '../../errors';
import { inParallel } from '../../parallel';
import type { AttemptFailure } from '../../protocol/task';
import { FAILURE_CODES, isFailureCode } from '../../tasks/failures';
import { redactText, redactValue } from '../../tasks/redact';
import { findsMore } from '../list/exact-count';
import type { TaskPage } from '../list/list';
import { type TaskFilter, visibilityQuery } from '../list/list-query';
import { scanTasks } from '../list/scan-tasks';
import { readLastFailure } from '../read/last-failure';
import type { TaskView } from '../read/view';
import { type Age, Recent } from '../submit/recent';
import type { Gateway } from '../temporal/gateway';
import { type DeadLetter, letterOf, letterOfRow } from './dead-letter';
import { commandsFor, type DeadLetterCommand } from './dead-letter-commands';
import { countDeadLetters, countScanned, type DeadLetterCounts } from './dead-letter-counts';
import { type DeadLetterStats, readDeadLetterStats } from './dead-letter-stats';

/** Which dead letters: parked ones, or those that were given up. */
export type DeadLetterFilter = Omit<TaskFilter, 'state' | 'failureOutcome'> & { abandoned?: boolean };

export interface DeadLetterRequest {
  filter?: DeadLetterFilter;
  /** 1 to 200. Defaults to 50. */
  limit?: number;
  cursor?: string;
}

export interface DeadLetterPage {
  deadLetters: DeadLetter[];
  cursor?: string;
  /** On the first page of parked ones, unless counting them takes too long: then a later page will have them. */
  counts?: DeadLetterCounts & Age;
}

/** All that a person needs to decide about one dead letter. */
export interface DeadLetterRecord extends DeadLetter {
  key?: string;
  createdAt: string;
  /** The input of the last attempt, secrets redacted. */
  input: unknown;
  /** Where the error was thrown, secrets redacted; at most 5,000 characters. */
  stack?: string;
  failures: AttemptFailure[];
  /** What its code suggests. */
  action: string;
  advice: string;
  commands: DeadLetterCommand[];
}

/** What the dead letters need of the tasks' client. */
interface Tasks {
  read(taskId: string): Promise<TaskView>;
  list(request: { filter: TaskFilter; limit?: number; cursor?: string }): Promise<TaskPage>;
}

const LONGEST_STACK = 5000;
/** The API answers within five seconds, and the page itself takes its time too. */
const COUNT_PATIENCE_MS = 2000;
const READS_AT_ONCE = 25;
const EXPORT_PAGE = 200;

/** Tasks whose failure neither an attempt nor a redrive has got over: lists, counts, single records, statistics. */
export class DeadLetters {
  private readonly counts = new Recent<DeadLetterCounts>();
  private readonly statistics = new Recent<DeadLetterStats>();

  /** @param types The catalogue's task types. */
  constructor(
    private readonly gateway: Gateway,
    private readonly artifacts: ArtifactStore,
    private readonly tasks: Tasks,
    private readonly types: readonly string[],
  ) {}

  /** A page, newest task first, as their own pages show them. */
  async list({ filter = {}, limit, cursor }: DeadLetterRequest = {}): Promise<DeadLetterPage> {
    const { abandoned = false } = filter;
    const [page, counts] = await Promise.all([
      this.tasks.list({ filter: taskFilter(filter), ...(limit && { limit }), ...(cursor && { cursor }) }),
      abandoned || cursor ? undefined : patiently(this.count(filter)),
    ]);
    const deadLetters = await this.lettersOf(page);
    return { deadLetters, ...(page.cursor && { cursor: page.cursor }), ...(counts && { counts }) };
  }

  /** All of them, page by page, for an export; parked ones as Visibility has them, which lags by a moment. */
  async *all(filter: DeadLetterFilter = {}): AsyncGenerator<DeadLetter[]> {
    if (!filter.abandoned) {
      for await (const rows of scanTasks(this.gateway, taskFilter(filter))) {
        yield rows.map((row) => letterOfRow(row, new Date()));
      }
      return;
    }
    let cursor: string | undefined;
    do {
      const more = cursor === undefined ? {} : { cursor };
      const page = await this.tasks.list({ filter: taskFilter(filter), limit: EXPORT_PAGE, ...more });
      yield await this.lettersOf(page);
      cursor = page.cursor;
    } while (cursor !== undefined);
  }

  /**
   * @param api Base URL of the HTTP API, for the commands.
   * @throws HoldfastError `task-not-found`; `not-found` when the task is neither parked nor failed.
   */
  async read(taskId: string, api: string): Promise<DeadLetterRecord> {
    const view = await this.tasks.read(taskId);
    const letter = letterOf(view, new Date());
    if (!letter) {
      throw new HoldfastError('not-found', `The task ${taskId} is no dead letter: it is ${view.state}.`, { taskId });
    }
    const { stack, input } = await readLastFailure(this.gateway, taskId, view.runId);
    const { action, advice } = FAILURE_CODES[isFailureCode(letter.code) ? letter.code : 'UNKNOWN'];
    const failures = view.parking?.failures ?? view.failures ?? [];
    return {
      ...letter,
      ...(view.key && { key: view.key }),
      createdAt: view.createdAt,
      input: redactValue(await loadIfStored(this.artifacts, input)),
      ...(stack && { stack: redactText(stack).slice(0, LONGEST_STACK) }),
      failures: failures.map((failure) => ({ ...failure, message: redactText(failure.message) })),
      action,
      advice,
      commands: commandsFor(letter, api),
    };
  }

  /** @param hours How far back to look for tasks that ended. @param byType Whether to count each task type apart too. */
  async stats(hours: number, byType = false): Promise<DeadLetterStats & Age> {
    const types = byType ? this.types : [];
    return this.statistics.read(`${hours} ${byType}`, () => readDeadLetterStats(this.gateway, hours, types));
  }

  /** Async, so that a filter that is refused is a rejection like the list's, and never leaves that one without a listener. */
  private async count(filter: DeadLetterFilter): Promise<DeadLetterCounts & Age> {
    const chosen = taskFilter(filter);
    const query = visibilityQuery(chosen);
    return this.counts.read(`${query} ${filter.tag ?? ''}`, async () =>
      (await findsMore(this.gateway, chosen))
        ? countScanned(scanTasks(this.gateway, chosen))
        : countDeadLetters(this.gateway, query),
    );
  }

  /** A list does not know how ended tasks ended: those are read one by one. */
  private async lettersOf({ tasks }: TaskPage): Promise<DeadLetter[]> {
    const letters = await inParallel(tasks, READS_AT_ONCE, async (task) =>
      letterOf(task.state === 'failed' ? await this.tasks.read(task.id) : task, new Date()),
    );
    return letters.filter((letter) => letter !== undefined);
  }
}

/** The rows are there all the same, so what hinders the count is no error of the page's. */
async function patiently<T>(counting: Promise<T>): Promise<T | undefined> {
  return Promise.race([counting.catch(() => undefined), sleep(COUNT_PATIENCE_MS, undefined, { ref: false })]);
}

function taskFilter({ abandoned, ...filter }: DeadLetterFilter): TaskFilter {
  return abandoned
    ? { ...filter, state: ['failed'], failureOutcome: 'abandoned' }
    : { ...filter, state: ['dead-lettered'] };
}
