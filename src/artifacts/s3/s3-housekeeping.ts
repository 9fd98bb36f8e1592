import type { Housekeeping, Unused } from '../housekeeping';
import { USE_PRECISION_MS } from '../last-use';
import type { Bucket } from './bucket';
import { fileKey, journalsPrefix, logPrefix, recordKey } from './keys';
import type { S3Records } from './s3-records';

const STAMP = 'swept';

/** The upkeep of a bucket: an object's time of change is that of its last use. Nothing half-written is ever left in it. */
export class S3Housekeeping implements Housekeeping {
  constructor(
    private readonly bucket: Bucket,
    private readonly records: S3Records,
  ) {}

  async isDue(everyMs: number): Promise<boolean> {
    const last = await this.bucket.head(STAMP);
    return !last || Date.now() - last.changedAt.getTime() >= everyMs;
  }

  async note(): Promise<void> {
    await this.bucket.put(STAMP, new Date().toISOString());
  }

  async findUnused(before: Date, onStep: () => void = () => {}): Promise<Unused> {
    const unused: Unused = { files: [], logs: [], journals: [], records: [] };
    for await (const { key, changedAt } of this.bucket.list('sha256/')) {
      onStep();
      if (isIdle(changedAt, before)) unused.files.push(`sha256:${key.slice(key.lastIndexOf('/') + 1)}`);
    }
    unused.logs = await this.idlePlaces('logs/', before, onStep);
    unused.journals = await this.idlePlaces('journals/', before, onStep);
    // After the files, so that of an idle file every record is found.
    for await (const { key, changedAt } of this.bucket.list('records/')) {
      onStep();
      const name = isIdle(changedAt, before) ? await this.records.nameUnder(key) : undefined;
      if (name !== undefined) unused.records.push(name);
    }
    return unused;
  }

  removeFile(hash: string, before: Date): Promise<boolean> {
    return this.removeIdle(fileKey(hash), before);
  }

  removeRecord(name: string, before: Date): Promise<boolean> {
    return this.removeIdle(recordKey(name), before);
  }

  async removePlace(place: string, before: Date): Promise<boolean> {
    let idle = false;
    for await (const { changedAt } of this.bucket.list(place)) {
      if (!isIdle(changedAt, before)) return false;
      idle = true;
    }
    if (idle) await this.bucket.removeAll(place);
    return idle;
  }

  placesOf(taskId: string): string[] {
    return [logPrefix(taskId), journalsPrefix(taskId)];
  }

  async removeTextsOf(taskId: string): Promise<void> {
    for (const place of this.placesOf(taskId)) await this.bucket.removeAll(place);
  }

  /** Old signs of interest. The service removes the parts of uploads that never ended, by the bucket's own rule. */
  async removeTemporary(before: Date): Promise<number> {
    let removed = 0;
    for await (const { key, changedAt } of this.bucket.list('watched/')) {
      if (changedAt >= before) break;
      await this.bucket.remove(key);
      removed++;
    }
    return removed;
  }

  /** Places whose newest object is idle; the keys of one follow each other. */
  private async idlePlaces(prefix: string, before: Date, onStep: () => void): Promise<string[]> {
    const newest = new Map<string, Date>();
    for await (const { key, changedAt } of this.bucket.list(prefix)) {
      onStep();
      const place = `${key.split('/').slice(0, 3).join('/')}/`;
      const known = newest.get(place);
      if (!known || known < changedAt) newest.set(place, changedAt);
    }
    return [...newest].filter(([, changedAt]) => isIdle(changedAt, before)).map(([place]) => place);
  }

  private async removeIdle(key: string, before: Date): Promise<boolean> {
    const known = await this.bucket.head(key);
    if (!known || !isIdle(known.changedAt, before)) return false;
    await this.bucket.remove(key);
    return true;
  }
}

function isIdle(changedAt: Date, before: Date): boolean {
  return changedAt.getTime() < before.getTime() - USE_PRECISION_MS;
}
