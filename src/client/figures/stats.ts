import { SEARCH_ATTRIBUTES } from '../../protocol/task';
import type { Gateway } from '../temporal/gateway';
import { type QueueInfo, readQueue } from '../workers/queues';

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
  /** Counts come from Visibility, which is exact but lags by a moment. */
  tasks: { exact: true; total: TaskCounts; byType: Record<string, TaskCounts>; recorded: Record<string, number> };
  /** Backlogs are the server's own approximation. */
  queues: { exact: false; list: QueueInfo[] };
}

/** Visibility allows ten calls a second on a stock server, so counts are taken at most this often. */
const FRESH_MS = 5000;

/** How Visibility's names of a run's status are counted. */
export const RUN_ENDS: Record<string, keyof TaskCounts> = {
  Running: 'open',
  Completed: 'completed',
  Failed: 'failed',
  Terminated: 'failed',
  TimedOut: 'failed',
  Canceled: 'cancelled',
};

export class StatsReader {
  private latest: { takenAt: number; stats: Promise<Omit<Stats, 'ageSeconds'>> } | undefined;

  constructor(
    private readonly gateway: Gateway,
    private readonly types: readonly string[],
    private readonly queues: readonly string[],
  ) {}

  /** Counts of tasks and queues, a few seconds old at most; they say how old. */
  async read(): Promise<Stats> {
    if (!this.latest || Date.now() - this.latest.takenAt > FRESH_MS) {
      const stats = this.take();
      const taken = { takenAt: Date.now(), stats };
      this.latest = taken;
      stats.catch(() => {
        if (this.latest === taken) this.latest = undefined;
      });
    }
    const { takenAt, stats } = this.latest;
    return { ...(await stats), ageSeconds: (Date.now() - takenAt) / 1000 };
  }

  private async take(): Promise<Omit<Stats, 'ageSeconds'>> {
    const takenAt = new Date().toISOString();
    const byType: Record<string, TaskCounts> = {};
    for (const type of this.types) byType[type] = await this.countByStatus(`WorkflowType = '${type}'`);
    const recorded: Record<string, number> = {};
    for (const state of ['scheduled', 'paused', 'dead-lettered']) {
      recorded[state] = await this.count(`ExecutionStatus = 'Running' AND ${SEARCH_ATTRIBUTES.state} = '${state}'`);
    }
    const total = await this.countByStatus(`${SEARCH_ATTRIBUTES.category} IS NOT NULL`);
    const list = await Promise.all(this.queues.map((queue) => readQueue(this.gateway, queue)));
    return { takenAt, tasks: { exact: true, total, byType, recorded }, queues: { exact: false, list } };
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
