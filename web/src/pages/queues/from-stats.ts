import type { Schemas } from '../../api/client';
import type { QueueView, WorkerView } from '../../api/insights';

/** Queues and workers from the API's general figures, where it has no views of its own for them. */
export function fromStats(
  stats: Schemas['Stats'] | undefined,
  version: Schemas['Version'] | undefined,
): { queues: QueueView[]; workers: WorkerView[] } {
  const queues = stats?.queues.list ?? [];
  const workers = new Map<string, WorkerView & { queues: string[] }>();
  for (const { queue, workers: pollers } of queues) {
    for (const { identity, lastSeenAt } of pollers) {
      const worker = workers.get(identity) ?? { identity, queues: [] };
      worker.queues.push(queue);
      if (lastSeenAt && lastSeenAt > (worker.lastSeenAt ?? '')) worker.lastSeenAt = lastSeenAt;
      workers.set(identity, worker);
    }
  }
  for (const { identity, version: running } of version?.workers ?? []) {
    const worker = workers.get(identity);
    if (worker) worker.version = running as unknown as string | null;
  }
  return { queues: queues as QueueView[], workers: [...workers.values()] };
}
