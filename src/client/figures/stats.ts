import { SEARCH_ATTRIBUTES } from '../../protocol/task';
import type { QueueView } from '../insights/fleet-view';
import type { Gateway } from '../temporal/gateway';
import { inParallel } from '../temporal/parallel';

/**
 * The states that Visibility can count. Queued, running and retrying are one number there: open. It counts
 * runs, so a task that failed and was redriven counts for each of its runs.
 */
export interface TaskCounts {
  open: number;
  completed: number;
  failed: number;
  cancelled: number;
}

export interface Stats {
  /** When the counts were taken; ISO. */
  takenAt: string;
  ageSeconds: number;
  /** Counts come from Visibility, which is exact but lags by a moment. `byType` is empty when it was not asked for. */
  tasks: { exact: true; total: TaskCounts; byType: Record<string, TaskCounts>; recorded: Record<string, number> };
  /** Backlogs are the server's own approximation. */
  queues: { exact: false; list: QueueView[] };
}

/** Visibility allows ten calls a second on a stock server, so counts are taken at most this often. */
const FRESH_MS = 5000;
const COUNTS_AT_ONCE = 8;
const RECORDED = ['scheduled', 'paused', 'dead-lettered'] as const;

/** How Visibility's names of a run's status are counted. */
export const RUN_ENDS: Record<string, keyof TaskCounts> = {
  Running: 'open',
  Completed: 'completed',
  Failed: 'failed',
  Terminated: 'failed',
  TimedOut: 'failed',
  Canceled: 'cancelled',
};

interface Taken<T> {
  at: number;
  value: Promise<T>;
}

/** Counts of tasks and queues, a few seconds old at most; they say how old. */
export class StatsReader {
  private whole: Taken<Omit<Stats['tasks'], 'byType'>> | undefined;
  private parts: Taken<Record<string, TaskCounts>> | undefined;

  /** @param queues What waits, and who works, a few seconds old. */
  constructor(
    private readonly gateway: Gateway,
    private readonly types: readonly string[],
    private readonly queues: () => Promise<QueueView[]>,
  ) {}

  /** @param byType Whether each type is counted, too, which costs a call for each. Defaults to true. */
  async read({ byType = true } = {}): Promise<Stats> {
    const whole = isFresh(this.whole) ? this.whole : this.take();
    const parts = !byType || isFresh(this.parts) ? this.parts : this.takeTypes();
    const [tasks, types, list] = await Promise.all([whole.value, byType ? parts?.value : {}, this.queues()]);
    const at = Math.min(whole.at, (byType && parts?.at) || whole.at);
    return {
      takenAt: new Date(at).toISOString(),
      ageSeconds: (Date.now() - at) / 1000,
      tasks: { ...tasks, byType: types ?? {} },
      queues: { exact: false, list },
    };
  }

  private take(): Taken<Omit<Stats['tasks'], 'byType'>> {
    const taken = { at: Date.now(), value: this.countWhole() };
    this.whole = taken;
    taken.value.catch(() => {
      if (this.whole === taken) this.whole = undefined;
    });
    return taken;
  }

  private takeTypes(): Taken<Record<string, TaskCounts>> {
    const taken = { at: Date.now(), value: this.countTypes() };
    this.parts = taken;
    taken.value.catch(() => {
      if (this.parts === taken) this.parts = undefined;
    });
    return taken;
  }

  private async countWhole(): Promise<Omit<Stats['tasks'], 'byType'>> {
    const [total, ...counts] = await Promise.all([
      this.countByStatus(`${SEARCH_ATTRIBUTES.category} IS NOT NULL`),
      ...RECORDED.map((state) => this.count(`ExecutionStatus = 'Running' AND ${SEARCH_ATTRIBUTES.state} = '${state}'`)),
    ]);
    const recorded = Object.fromEntries(RECORDED.map((state, index) => [state, counts[index] ?? 0]));
    return { exact: true, total, recorded };
  }

  private async countTypes(): Promise<Record<string, TaskCounts>> {
    const counts = await inParallel(
      this.types,
      COUNTS_AT_ONCE,
      async (type) => [type, await this.countByStatus(`WorkflowType = '${type}'`)] as const,
    );
    return Object.fromEntries(counts);
  }

  private async count(query: string): Promise<number> {
    return (await this.gateway.call(() => this.gateway.client.workflow.count(query))).count;
  }

  private async countByStatus(query: string): Promise<TaskCounts> {
    const { groups } = await this.gateway.call(() =>
      this.gateway.client.workflow.count(`${query} GROUP BY ExecutionStatus`),
    );
    const counts: TaskCounts = { open: 0, completed: 0, failed: 0, cancelled: 0 };
    for (const { count, groupValues } of groups) {
      const name = RUN_ENDS[String(groupValues[0])];
      if (name) counts[name] += count;
    }
    return counts;
  }
}

function isFresh<T>(taken: Taken<T> | undefined): taken is Taken<T> {
  return taken !== undefined && Date.now() - taken.at <= FRESH_MS;
}
