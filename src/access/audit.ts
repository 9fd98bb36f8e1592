import { randomBytes } from 'node:crypto';
import type { EntryStore } from '../artifacts/store';

/** One write that somebody asked for, and how it went. Times are ISO. */
export interface AuditRecord {
  at: string;
  /** The key's name and ID; absent while no key exists. */
  actor?: { id: string; name: string };
  /** As the request called itself, while no key exists. */
  by?: string;
  tenant?: string;
  /** The operation's ID in the OpenAPI document, or the command line's name for it. */
  action: string;
  /** What it was about: the parts of the address, or the address of what it made. */
  object?: string;
  status?: number;
  /** `done`, or the code of the problem. */
  outcome: string;
  reason?: string;
  requestId?: string;
  address?: string;
}

export interface AuditQuery {
  /** ISO date. Defaults to today's, in UTC. */
  day?: string;
  tenant?: string;
  actor?: string;
  action?: string;
  limit?: number;
}

const DAYS = 'audit-days';
const listOf = (day: string) => `audit/${day}`;
const FLUSH_MS = 200;
/** Records of one entry, at most. */
const MOST_TOGETHER = 500;
/** Records that wait while the store cannot be written, at most: the oldest go first. */
const MOST_WAITING = 10_000;
const DEFAULT_AUDIT_DAYS = 90;
const DEFAULT_LIMIT = 100;

/**
 * The log of every write. Records that come within a fifth of a second are one entry of their day; a process that is
 * killed loses those. Days beyond the last ninety go.
 */
export class AuditLog {
  private waiting: AuditRecord[] = [];
  private timer: NodeJS.Timeout | undefined;
  private day: string | undefined;
  private writing: Promise<void> = Promise.resolve();

  /** @param failed Hears of records that could not be written yet. */
  constructor(
    private readonly entries: EntryStore,
    private readonly failed: (error: unknown) => void = () => undefined,
    private readonly keepDays = DEFAULT_AUDIT_DAYS,
  ) {}

  add(record: AuditRecord): void {
    this.waiting.push(record);
    if (this.waiting.length > MOST_WAITING) this.waiting.shift();
    this.timer ??= setTimeout(() => void this.flush(), FLUSH_MS);
  }

  /** Writes what waits. */
  flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.writing = this.writing.then(() => this.write());
    return this.writing;
  }

  /** The records of a day, the newest first. */
  async read({ day = today(), tenant, actor, action, limit = DEFAULT_LIMIT }: AuditQuery = {}): Promise<AuditRecord[]> {
    await this.flush();
    const found: AuditRecord[] = [];
    const names = (await this.entries.names(listOf(day))).reverse();
    for (const name of names) {
      const records = ((await this.entries.get(listOf(day), name)) ?? []) as AuditRecord[];
      for (const record of [...records].reverse()) {
        const fits =
          (tenant === undefined || record.tenant === tenant) &&
          (actor === undefined || record.actor?.id === actor || record.actor?.name === actor || record.by === actor) &&
          (action === undefined || record.action === action);
        if (fits) found.push(record);
        if (found.length >= limit) return found;
      }
    }
    return found;
  }

  /** Days of which there are records, the oldest first. */
  days(): Promise<string[]> {
    return this.entries.names(DAYS);
  }

  private async write(): Promise<void> {
    while (this.waiting.length > 0) {
      const together = this.waiting.slice(0, MOST_TOGETHER);
      try {
        const day = today();
        if (day !== this.day) await this.begin(day);
        const name = `${Date.now()}-${randomBytes(6).toString('hex')}`;
        await this.entries.add(listOf(day), name, together);
        this.waiting.splice(0, together.length);
      } catch (error) {
        this.failed(error);
        this.timer ??= setTimeout(() => void this.flush(), FLUSH_MS * 50).unref();
        return;
      }
    }
  }

  private async begin(day: string): Promise<void> {
    await this.entries.add(DAYS, day, null);
    this.day = day;
    for (const old of (await this.days()).slice(0, -this.keepDays)) {
      for (const name of await this.entries.names(listOf(old))) await this.entries.remove(listOf(old), name);
      await this.entries.remove(DAYS, old);
    }
  }
}

function today(): string {
  return new Date().toISOString().slice(0, 10);
}
