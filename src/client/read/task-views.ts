import { loadIfStored } from '../../artifacts/large-values';
import { HoldfastError } from '../../errors';
import type { TaskState } from '../../protocol/task';
import { taskIdForKey } from '../../tasks/keys';
import { deriveState, isOpen, type TaskFacts } from '../../tasks/state';
import type { Resources } from '../resources';
import type { Workforce } from '../workers/workforce';
import { mayHaveMessages } from './asked';
import { shown } from './shown';
import { readTaskInput, type TaskInput } from './task-input';
import { type TaskView, viewOf } from './view';

const WAIT_SLICE_MS = 20_000;

/** Single tasks as they are shown: read, looked for, waited for. */
export class TaskViews {
  constructor(
    private readonly resources: Resources,
    private readonly workforce: Workforce,
  ) {}

  /** @throws HoldfastError `task-not-found`. */
  async read(taskId: string): Promise<TaskView> {
    return this.view(await this.facts(taskId));
  }

  async glance(taskId: string): Promise<TaskView> {
    const facts = await this.facts(taskId);
    const now = new Date();
    return isOpen(deriveState(facts, now)) ? viewOf(facts, {}, now) : this.view(facts);
  }

  async watch(taskId: string): Promise<void> {
    // A store that cannot be written now costs nothing but the haste.
    await this.resources.artifacts.watch(taskId).catch(() => undefined);
  }

  async ownerOf(taskId: string): Promise<{ type: string; tenant?: string } | undefined> {
    const facts = await this.resources.reader.facts(taskId);
    if (!facts) return undefined;
    const { tenant } = facts.memo;
    return { type: facts.type, ...(tenant !== undefined && { tenant }) };
  }

  /** @returns `undefined` when there is no such task. */
  async look(taskId: string): Promise<TaskView | undefined> {
    const facts = await this.resources.reader.facts(taskId);
    return facts && this.view(facts);
  }

  /** @returns `undefined` when there is no such task. */
  async stateOf(taskId: string): Promise<TaskState | undefined> {
    const facts = await this.resources.reader.facts(taskId);
    return facts && deriveState(facts, new Date());
  }

  async find(type: string, key: string, tenant?: string): Promise<TaskView | undefined> {
    this.resources.contracts.of(type);
    return this.look(taskIdForKey(type, tenant, key));
  }

  async wait(taskId: string, seconds: number, signal?: AbortSignal): Promise<TaskView> {
    return this.waitFrom(await this.facts(taskId), seconds, signal);
  }

  /** The end of a run tells all that is new since the facts were read, so that waiting costs one call. */
  async waitFrom(facts: TaskFacts, seconds: number, signal?: AbortSignal): Promise<TaskView> {
    const { reader } = this.resources;
    const until = Date.now() + seconds * 1000;
    let current = facts;
    for (let left = seconds * 1000; left > 0 && !signal?.aborted; left = until - Date.now()) {
      if (!isOpen(deriveState(current, new Date()))) return this.view(current);
      const closed = await reader.waitForEnd(current, Math.min(left, WAIT_SLICE_MS), signal);
      if (closed && closed.facts.status !== 'continued') return viewOf(closed.facts, closed, new Date());
      if (closed) current = await this.facts(current.taskId);
    }
    return this.read(facts.taskId);
  }

  async input(taskId: string): Promise<TaskInput> {
    const facts = await this.facts(taskId);
    const { attempts = 0 } = await this.view(facts);
    return readTaskInput(this.resources.gateway, facts, attempts);
  }

  async shownInput(taskId: string): Promise<unknown> {
    const { input } = await this.input(taskId);
    return shown(await loadIfStored(this.resources.artifacts, input));
  }

  /** @throws HoldfastError `task-not-found`. */
  async facts(taskId: string): Promise<TaskFacts> {
    const facts = await this.resources.reader.facts(taskId);
    if (!facts) throw new HoldfastError('task-not-found', `There is no task ${taskId}.`, { taskId });
    return facts;
  }

  async view(facts: TaskFacts): Promise<TaskView> {
    const { reader } = this.resources;
    const now = new Date();
    const state = deriveState(facts, now);
    const waits = state === 'queued' || state === 'retrying' || facts.finishing || mayHaveMessages(facts);
    const [ending, service, asked] = await Promise.all([
      reader.ending(facts),
      waits || state === 'dead-lettered' ? this.workforce.serviceOf(facts, waits) : undefined,
      reader.asked(facts),
    ]);
    return viewOf({ ...facts, asked }, { ending, service }, now);
  }
}
