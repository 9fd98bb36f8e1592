import { canonicalize } from 'json-canonicalize';
import type { z } from 'zod';
import type { ArtifactStore } from '../../artifacts/store';
import { HoldfastError } from '../../errors';
import { inParallel } from '../../parallel';
import type { Policy, TaskStart } from '../../protocol/task';
import { boundedParse } from '../../tasks/bounded-parse';
import type { Contract } from '../../tasks/contract';
import type { CategoryOverrides } from '../../tasks/policy-override';
import {
  type CheckedOrder,
  type ScheduleChange,
  type ScheduleOrder,
  scheduleChangeSchema,
  scheduleOrderSchema,
} from '../../tasks/schedule-definition';
import { deriveState } from '../../tasks/state';
import type { TaskReader } from '../read/reader';
import { issuesOf } from '../submit/issues';
import { checkQueue } from '../submit/prepare';
import type { Gateway } from '../temporal/gateway';
import type { Retention } from '../temporal/retention';
import { actionOf, workOf } from './schedule-action';
import { type BackfillOrder, type BackfillReport, ScheduleBackfills } from './schedule-backfill';
import { knowsNights } from './schedule-calendars';
import { checkSchedules, type ScheduleReport } from './schedule-check';
import { changedOrder, differencesOf, orderOf, shownOrder } from './schedule-order';
import { ScheduleStore, type ScheduleTerms } from './schedule-store';
import { ScheduleTriggers, type Triggered, type TriggerOrder } from './schedule-trigger';
import { type ScheduledRun, type ScheduleView, timingOptions } from './schedule-view';

/** What schedules need of the tasks' client. */
export interface ScheduleDeps {
  contract(type: string): Contract;
  categories: CategoryOverrides;
  /** Queues that a schedule may name. Defaults to any. */
  queues?: readonly string[];
  artifacts: ArtifactStore;
  reader: TaskReader;
  retention: Retention;
  /** Days for which ended tasks are sure to be known. */
  keepDays: number;
}

export interface SchedulePage {
  schedules: ScheduleView[];
  cursor?: string;
}

const DEFAULT_LIMIT = 50;
const READS_AT_ONCE = 25;
/** Another round is due only when somebody else wrote in between. */
const MOST_ROUNDS = 5;
const DAY_MS = 86_400_000;

/** Tasks that are started by the clock: each schedule is Temporal's own, and its action starts the task itself. */
export class Schedules {
  private readonly store: ScheduleStore;
  private readonly triggers: ScheduleTriggers;
  private readonly backfills: ScheduleBackfills;

  constructor(
    gateway: Gateway,
    private readonly deps: ScheduleDeps,
  ) {
    this.store = new ScheduleStore(gateway);
    this.triggers = new ScheduleTriggers(gateway, this.store, deps.reader);
    this.backfills = new ScheduleBackfills(gateway, this.store, deps);
  }

  /**
   * Creates a schedule. Creating it again as it is changes nothing; whether it is paused does not count.
   * @throws HoldfastError `invalid-request`, `unknown-task-type`, `too-large`; `already-exists` when the ID stands for another one.
   */
  async create(order: ScheduleOrder): Promise<{ schedule: ScheduleView; duplicate: boolean }> {
    const checked = checkedBy(scheduleOrderSchema, order);
    const terms = await this.termsOf(checked);
    const created = await this.store.create(checked.id, terms);
    if (!created) await this.mustBeSame(checked, terms);
    return { schedule: await this.read(checked.id), duplicate: !created };
  }

  /** With the states of its last runs. @throws HoldfastError `not-found`. */
  async read(id: string): Promise<ScheduleView> {
    const { view } = await this.store.describe(id);
    return { ...view, lastRuns: await inParallel(view.lastRuns, READS_AT_ONCE, (run) => this.withState(run)) };
  }

  /** In the server's order. A schedule that was just made may be missing for a moment. */
  async list({ limit = DEFAULT_LIMIT, cursor }: { limit?: number; cursor?: string } = {}): Promise<SchedulePage> {
    let page = await this.store.page(limit, cursor);
    while (page.ids.length === 0 && page.cursor !== undefined) page = await this.store.page(limit, page.cursor);
    const found = await inParallel(page.ids, READS_AT_ONCE, (id) => this.store.find(id));
    const schedules = found.flatMap((one) => (one ? [one.view] : []));
    return { schedules, ...(page.cursor !== undefined && { cursor: page.cursor }) };
  }

  /**
   * Changes what is named and keeps the rest; null takes a setting away. Runs that have started are not touched.
   * @throws HoldfastError `not-found`, `invalid-request`, `too-large`; `unavailable` when others change it all the time.
   */
  async update(id: string, change: ScheduleChange): Promise<ScheduleView> {
    const checked = checkedBy(scheduleChangeSchema, change);
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const found = await this.store.describe(id);
      const order = checkedBy(scheduleOrderSchema, changedOrder(orderOf(found.view), checked));
      const terms = await this.termsOf(order, workOf(found.description)?.generation);
      await this.store.write(found, terms);
      const written = orderOf((await this.store.describe(id)).view);
      if (canonicalize(written) === canonicalize(shownOrder(order, inputOf(terms)))) return this.read(id);
    }
    throw beingChanged(id);
  }

  /** Ends the schedule; its runs go on. @throws HoldfastError `not-found`. */
  async delete(id: string): Promise<void> {
    await this.store.describe(id);
    await this.store.delete(id);
  }

  /** Stops its fires; those that fall in the pause are not made up for. @throws HoldfastError `not-found`. */
  async pause(id: string, note: string): Promise<ScheduleView> {
    return this.setPaused(id, true, note);
  }

  /** @throws HoldfastError `not-found`. */
  async resume(id: string, note: string): Promise<ScheduleView> {
    return this.setPaused(id, false, note);
  }

  /** Runs its task now: see {@link ScheduleTriggers.trigger}. */
  async trigger(id: string, order: TriggerOrder = {}): Promise<Triggered> {
    return this.triggers.trigger(id, order);
  }

  /** Makes up for missed times, each once: see {@link ScheduleBackfills.backfill}. */
  async backfill(id: string, order: BackfillOrder): Promise<BackfillReport> {
    return this.backfills.backfill(id, order);
  }

  /** Its fire times in a range, both ends included, without their jitter; at most a thousand. @throws HoldfastError `not-found`. */
  async timesOf(id: string, from: Date, to: Date): Promise<Date[]> {
    return this.backfills.timesOf(id, from, to);
  }

  /** Looks for trouble in what all schedules will do within so many days, and in what their last runs took. */
  async check(days: number): Promise<ScheduleReport> {
    const now = new Date();
    const until = new Date(now.getTime() + days * DAY_MS);
    const ids: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await this.store.page(200, cursor);
      ids.push(...page.ids);
      cursor = page.cursor;
    } while (cursor !== undefined);
    const plans = await inParallel(ids, READS_AT_ONCE, async (id) => {
      const found = await this.store.find(id);
      if (!found) return [];
      const nightsKnown = knowsNights(found.description.spec, found.view.clockChanges ?? []);
      return [{ schedule: await this.read(id), times: await this.backfills.timesOf(id, now, until), nightsKnown }];
    });
    return checkSchedules(plans.flat(), now, until);
  }

  /** Of two orders that reach the server's schedule in the same moment it takes one only, so each is read back. */
  private async setPaused(id: string, paused: boolean, note: string): Promise<ScheduleView> {
    await this.store.describe(id);
    for (let round = 0; round < MOST_ROUNDS; round++) {
      await this.store.setPaused(id, paused, note);
      const view = await this.read(id);
      if (view.paused === paused) return view;
    }
    throw beingChanged(id);
  }

  private async termsOf(order: CheckedOrder, generation?: string): Promise<ScheduleTerms> {
    const { categories, queues, artifacts, retention } = this.deps;
    checkQueue(order.policy, queues);
    const action = await actionOf(order, this.deps.contract(order.type), categories, artifacts, generation);
    await retention.check(action.memo?.policy as Policy);
    const { paused = false, note } = order;
    return { ...timingOptions(order), action, state: { paused, ...(note && { note }) } };
  }

  private async mustBeSame(order: CheckedOrder, terms: ScheduleTerms): Promise<void> {
    const found = await this.store.find(order.id);
    const differences = found && differencesOf(orderOf(found.view), shownOrder(order, inputOf(terms)));
    if (differences?.length === 0) return;
    if (order.tenant !== undefined && found && found.view.tenant !== order.tenant) {
      // Nothing of another tenant's shows, not even in what it differs.
      throw new HoldfastError('already-exists', `The ID ${order.id} is taken: choose another one.`);
    }
    const why = differences
      ? `with another ${differences.join(', ')}: change that one, or choose another ID`
      : 'which was not made here: choose another ID';
    throw new HoldfastError('already-exists', `There is a schedule ${order.id} already, ${why}.`);
  }

  private async withState(run: ScheduledRun): Promise<ScheduledRun> {
    const facts = await this.deps.reader.facts(run.taskId);
    if (!facts) return run;
    return { ...run, state: deriveState(facts, new Date()), ...(facts.closedAt && { endedAt: facts.closedAt }) };
  }
}

function beingChanged(id: string): HoldfastError {
  return new HoldfastError('unavailable', `Schedule ${id} is being changed by others; try again.`, { retryAfter: 1 });
}

/** The input as the contract reads it: with its defaults. */
function inputOf({ action }: ScheduleTerms): unknown {
  const [start] = (action.args ?? []) as TaskStart[];
  return start?.input;
}

function checkedBy<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const parsed = boundedParse(schema, value);
  if (parsed.success) return parsed.data;
  const issues = issuesOf(parsed.error);
  const [first] = issues;
  throw new HoldfastError('invalid-request', `${first?.pointer || 'The schedule'}: ${first?.message}`, { issues });
}
