import { inParallel } from '../../parallel';
import type { Gateway } from '../temporal/gateway';
import { type QueueInfo, readQueue } from '../workers/queues';

const READS_AT_ONCE = 10;

/** Who serves which queue, read once for a whole diagnosis. */
export class Fleet {
  private constructor(private readonly queues: ReadonlyMap<string, QueueInfo>) {}

  static async read(gateway: Gateway, queues: readonly string[]): Promise<Fleet> {
    const infos = await inParallel(queues, READS_AT_ONCE, (queue) => readQueue(gateway, queue));
    return new Fleet(new Map(infos.map((info) => [info.queue, info])));
  }

  /** Queues that nobody polls. */
  get unserved(): string[] {
    return [...this.queues.values()].filter(({ workers }) => workers.length === 0).map(({ queue }) => queue);
  }

  /** Workers that poll a queue; `undefined` for a queue that was not looked at. */
  workers(queue: string): number | undefined {
    return this.queues.get(queue)?.workers.length;
  }

  polls(queue: string, identity: string): boolean {
    return this.queues.get(queue)?.workers.some((worker) => worker.identity === identity) ?? false;
  }
}
