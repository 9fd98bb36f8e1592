import type { Bucket } from './bucket';
import { watchKey, watchMinute, watchOf } from './keys';

/** Every running attempt asks twice a second; all of a process are answered from one listing. */
const FRESH_MS = 2000;
const MINUTE_MS = 60_000;

/** Signs that somebody looks at a task: empty objects under the minute, so that the newest are found by one call. */
export class S3Watches {
  private readAt = 0;
  private seen: Promise<ReadonlyMap<string, number>> = Promise.resolve(new Map());

  constructor(private readonly bucket: Bucket) {}

  async add(taskId: string): Promise<void> {
    await this.bucket.put(watchKey(taskId, new Date()), '');
  }

  /** When the last sign of a task was left, if that is not longer ago than some minutes. */
  async lastOf(taskId: string): Promise<number | undefined> {
    if (Date.now() - this.readAt >= FRESH_MS) {
      this.readAt = Date.now();
      this.seen = this.read();
      // Whoever waits for it learns of the fault.
      this.seen.catch(() => undefined);
    }
    return (await this.seen).get(watchOf(taskId));
  }

  private async read(): Promise<ReadonlyMap<string, number>> {
    const seen = new Map<string, number>();
    // Hosts' clocks differ, so the minute before counts too.
    const from = watchMinute(new Date(Date.now() - 2 * MINUTE_MS));
    for await (const { key, changedAt } of this.bucket.list('watched/', from)) {
      seen.set(key.slice(key.lastIndexOf('/') + 1), changedAt.getTime());
    }
    return seen;
  }
}
