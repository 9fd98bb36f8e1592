import type { QueueInfo } from '../workers/queues';
import type { WorkerHeartbeat } from '../workers/worker-heartbeats';

/** Places for attempts: taken ones, of all. */
interface Slots {
  used: number;
  of: number;
}

/** A queue with who serves it. */
export interface QueueView extends QueueInfo {
  /** Of its workers together, as they said last; absent when none of them has. */
  slots?: Slots;
}

/** Adds to each queue what its workers say of their places. */
export function queueViews(queues: readonly QueueInfo[], heartbeats: readonly WorkerHeartbeat[]): QueueView[] {
  return queues.map((info) => {
    const own = heartbeats.filter(
      ({ queue, identity }) => queue === info.queue && info.workers.some((worker) => worker.identity === identity),
    );
    if (own.length === 0) return info;
    const used = own.reduce((sum, { busy }) => sum + busy, 0);
    return { ...info, slots: { used, of: used + own.reduce((sum, { free }) => sum + free, 0) } };
  });
}
