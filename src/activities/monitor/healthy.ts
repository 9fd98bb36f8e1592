import { LRUCache } from 'lru-cache';

/** A task that may be overdue, as Visibility has it. */
export interface Candidate {
  taskId: string;
  runId: string;
  queue: string;
}

const RUNS_KEPT = 20_000;

/**
 * What the monitor has seen of tasks that were well: until when they cannot be overdue, since even one that began to run
 * at that moment would have time left. It lives as long as the process; without it the same tasks are looked at again.
 */
export class Healthy {
  private readonly until = new LRUCache<string, number>({ max: RUNS_KEPT });

  /** @param seconds How long the task may still run. */
  note(runId: string, seconds: number): void {
    this.until.set(runId, Date.now() + seconds * 1000);
  }

  isKnown({ runId }: Candidate): boolean {
    return (this.until.get(runId) ?? 0) > Date.now();
  }
}

/**
 * The order in which candidates are worth a look: queue by queue in turn, so that thousands that wait in one queue do
 * not hide what hangs in another, and within a queue the oldest first, since these got a worker's places first.
 * @param candidates The newest first, as Visibility lists them.
 */
export function inTurns(candidates: readonly Candidate[]): Candidate[] {
  const byQueue = new Map<string, Candidate[]>();
  for (const candidate of candidates.toReversed()) {
    const known = byQueue.get(candidate.queue);
    if (known) known.push(candidate);
    else byQueue.set(candidate.queue, [candidate]);
  }
  const queues = [...byQueue.values()];
  const order: Candidate[] = [];
  for (let place = 0; order.length < candidates.length; place++) {
    for (const queue of queues) {
      const candidate = queue[place];
      if (candidate) order.push(candidate);
    }
  }
  return order;
}
