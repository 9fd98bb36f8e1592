import { isoTime } from '../read/facts';
import type { Gateway } from '../temporal/gateway';

const WORKFLOW = 1;
const ACTIVITY = 2;

interface QueueWorker {
  /** `holdfast/<version>/<process>@<host>`, as the worker named itself. */
  identity: string;
  lastSeenAt?: string;
}

/** What waits in a queue and who serves it. Backlogs are the server's own approximation. */
export interface QueueInfo {
  queue: string;
  workers: QueueWorker[];
  backlog: number;
  /** Waiting work by priority, 1 (first) to 5 (last); only priorities with work. */
  backlogByPriority: Record<string, number>;
  /** Age of the oldest waiting work, in seconds. */
  backlogAgeSeconds: number;
}

/** A poll ends after about a minute; a worker that has not polled for longer is gone. */
export const GONE_AFTER_MS = 75_000;

export async function readQueue(gateway: Gateway, queue: string): Promise<QueueInfo> {
  const [workflows, activities] = await Promise.all([
    describe(gateway, queue, WORKFLOW),
    describe(gateway, queue, ACTIVITY),
  ]);
  const seen = new Map<string, QueueWorker>();
  for (const { identity, lastAccessTime } of [...(workflows.pollers ?? []), ...(activities.pollers ?? [])]) {
    const lastSeenAt = isoTime(lastAccessTime);
    if (!identity || (lastSeenAt && Date.now() - Date.parse(lastSeenAt) > GONE_AFTER_MS)) continue;
    seen.set(identity, { identity, ...(lastSeenAt && { lastSeenAt }) });
  }
  const backlogByPriority: Record<string, number> = {};
  for (const response of [workflows, activities]) {
    for (const [priority, stats] of Object.entries(response.statsByPriorityKey ?? {})) {
      const waiting = Number(stats.approximateBacklogCount ?? 0);
      if (waiting > 0) backlogByPriority[priority] = (backlogByPriority[priority] ?? 0) + waiting;
    }
  }
  const stats = [workflows.stats, activities.stats];
  return {
    queue,
    workers: [...seen.values()],
    backlog: stats.reduce((sum, one) => sum + Number(one?.approximateBacklogCount ?? 0), 0),
    backlogByPriority,
    backlogAgeSeconds: Math.max(...stats.map((one) => Number(one?.approximateBacklogAge?.seconds ?? 0))),
  };
}

function describe(gateway: Gateway, queue: string, taskQueueType: number) {
  const { service, namespace } = gateway;
  return gateway.call(() =>
    service.describeTaskQueue({ namespace, taskQueue: { name: queue }, taskQueueType, reportStats: true }),
  );
}
