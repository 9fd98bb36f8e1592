import { inParallel } from '../../parallel';
import { SEARCH_ATTRIBUTES } from '../../protocol/task';
import type { QueueView } from '../insights/fleet-view';
import type { Gateway } from '../temporal/gateway';
import { SharedAnswers } from '../temporal/shared-answers';

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

interface Timed<T> {
  at: number;
  value: T;
}

/** Counts of tasks and queues, a few seconds old at most; they say how old. */
export class StatsReader {
  private readonly whole = new SharedAnswers<Timed<Omit<Stats['tasks'], 'byType'>>>(FRESH_MS);
  private readonly parts = new SharedAnswers<Timed<Record<string, TaskCounts>>>(FRESH_MS);

  /** @param queues What waits, and who works, a few seconds old. */
  constructor(
    private readonly gateway: Gateway,
    private readonly types: readonly string[],
    private readonly queues: () => Promise<QueueView[]>,
  ) {}

  /** @param byType Whether each type is counted, too, which costs a call for each. Defaults to true. */
  async read({ byType = true } = {}): Promise<Stats> {
    const [whole, parts, list] = await Promise.all([
      this.whole.get('whole', () => timed(this.countWhole())),
      byType ? this.parts.get('types', () => timed(this.countTypes())) : undefined,
      this.queues(),
    ]);
    const at = Math.min(whole.at, parts?.at ?? whole.at);
    return {
      takenAt: new Date(at).toISOString(),
      ageSeconds: (Date.now() - at) / 1000,
      tasks: { ...whole.value, byType: parts?.value ?? {} },
      queues: { exact: false, list },
    };
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

async function timed<T>(answer: Promise<T>): Promise<Timed<T>> {
  const at = Date.now();
  return { at, value: await answer };
}
