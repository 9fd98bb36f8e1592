import { setTimeout as sleep } from 'node:timers/promises';
import type { TaskView } from '../../../client/read/view';
import { inParallel } from '../../../parallel';
import type { AwaitedTasks } from '../../../protocol/task';
import { StepBack } from '../step-back';
import { lookAt } from './look';
import type { Parent } from './parent';

const LOOKS_AT_ONCE = 20;
/** How long an attempt may keep its place on the worker: the first one that waits, and those after it. */
const FIRST_STAY_MS = 5000;
const LATER_STAY_MS = 1000;
/** Between two looks of one attempt at first, and how it grows. */
const FIRST_PAUSE_MS = 100;
const GROWTH = 1.3;
/** Between two attempts. A part of the time waited so far, so that a wait of days does not use up the server's 1,000 attempts. */
const SHORTEST_DELAY_MS = 2000;
const LONGEST_DELAY_MS = 30_000;
const EARLY_SHARE = 0.25;
const LATE_SHARE = 0.01;
/** So many open tasks are named to people. */
const NAMED = 3;

/** Waits, on behalf of one attempt, for tasks that others do. */
export class EndsWatch {
  /** The tasks as they were last seen. */
  private readonly seen = new Map<string, TaskView>();
  private lookTook = 0;

  constructor(private readonly parent: Parent) {}

  /**
   * Waits until each of the tasks has ended or waits for a person.
   * @param patience Seconds since the first call for this generation of the task.
   * @returns The tasks in the order of their IDs.
   * @throws StepBack when it takes longer; HoldfastError `task-not-found`; TypeError for what can never end.
   */
  async awaitEnds(taskIds: readonly string[], patience: number): Promise<TaskView[]> {
    this.check(taskIds, patience);
    const ids = [...new Set(taskIds)];
    const began = Date.now();
    await this.look(ids);
    if (this.stillOpen(ids).length > 0) await this.wait(ids, began, patience);
    return taskIds.map((id) => (this.parent.settled.get(id) ?? this.seen.get(id)) as TaskView);
  }

  private check(taskIds: readonly string[], patience: number): void {
    const { inline, taskId } = this.parent;
    if (inline) {
      throw new TypeError(
        'An inline task cannot wait for other tasks: its handler runs inside its workflow task. Let its contract say no inline.',
      );
    }
    if (taskIds.includes(taskId)) throw new TypeError(`Task ${taskId} cannot wait for its own end.`);
    if (!(patience >= 0)) throw new TypeError(`A patience is a number of seconds from 0: ${patience} is none.`);
  }

  private async wait(ids: readonly string[], began: number, patience: number): Promise<void> {
    const { since, first } = await this.beginning();
    const deadline = since + patience * 1000;
    const stay = began + (first ? FIRST_STAY_MS : LATER_STAY_MS);
    for (let pause = FIRST_PAUSE_MS; this.stillOpen(ids).length > 0 && Date.now() < deadline; pause *= GROWTH) {
      const next = Math.min(Date.now() + Math.max(pause, this.lookTook), deadline);
      if (next > stay) throw this.stepBack(ids, since, deadline);
      await sleep(next - Date.now(), undefined, { signal: this.parent.signal }).catch(() => undefined);
      await this.look(ids);
    }
  }

  /** When the task first had to wait, in milliseconds, and whether that is now. */
  private async beginning(): Promise<{ since: number; first: boolean }> {
    const now = new Date().toISOString();
    const { artifacts, effectKey } = this.parent;
    const { since } = (await artifacts.putRecord(effectKey('awaiting'), { since: now })) as { since: string };
    return { since: Date.parse(since), first: since === now };
  }

  private async look(ids: readonly string[]): Promise<void> {
    const { signal } = this.parent;
    const began = Date.now();
    signal.throwIfAborted();
    await inParallel(this.stillOpen(ids), LOOKS_AT_ONCE, async (id) => {
      signal.throwIfAborted();
      this.seen.set(id, await lookAt(this.parent, id));
    });
    this.lookTook = Date.now() - began;
  }

  private stillOpen(ids: readonly string[]): string[] {
    return ids.filter((id) => !this.parent.settled.has(id));
  }

  private stepBack(ids: readonly string[], since: number, deadline: number): StepBack {
    const open = this.stillOpen(ids);
    const now = Date.now();
    const delay = Math.max(
      SHORTEST_DELAY_MS,
      Math.min(LONGEST_DELAY_MS, (now - since) * EARLY_SHARE),
      (now - since) * LATE_SHARE,
      // Looking at very many shall not be all that it does.
      this.lookTook * 2,
    );
    const awaits: AwaitedTasks = {
      open: open.length,
      of: ids.length,
      since: new Date(since).toISOString(),
      named: open.slice(0, NAMED),
    };
    const names = `${awaits.named.join(', ')}${open.length > NAMED ? ', …' : ''}`;
    const message = `${awaits.open} of ${awaits.of} of its tasks are open: ${names}`;
    return new StepBack(message, new Date(Math.min(now + delay, deadline)), undefined, awaits);
  }
}
