import { upsertMemo } from '@temporalio/workflow';
import {
  type BatchProgress,
  type BatchRecord,
  type BatchStart,
  batchBegin,
  FATES,
  type Fate,
  type MemberEnd,
  type MemberNews,
  readFates,
  writeFates,
} from '../../protocol/batch';

const ENDS: readonly Fate[] = ['completed', 'failed', 'cancelled'];
/** Histories stay small: the memo is written about once a second while things happen. */
const WRITE_EVERY_MS = 1000;

/** What a batch knows of its members, and keeps in its memo, where readers find it without any worker. */
export class BatchBook {
  /** Something happened that the memo does not show yet. */
  dirty = true;
  private readonly fates: Uint8Array;
  private readonly counts = new Map<Fate, number>();
  private progress: BatchProgress;
  private writtenAt = 0;
  /** Members in the order of their messages, each at its latest. */
  private readonly heard = new Set<number>();
  /** Reports that came in. */
  messages = 0;

  constructor({ order, carried = batchBegin(order.count) }: BatchStart) {
    this.progress = carried.progress;
    this.fates = readFates(carried.fates, order.count);
    for (const code of this.fates) this.count(FATES[code] as Fate, 1);
  }

  get state(): BatchProgress['state'] {
    return this.progress.state;
  }

  /** The next member to submit. */
  get next(): number {
    return this.progress.submitted;
  }

  /** Whether no member is in flight or parked, and none will be. */
  get isOver(): boolean {
    const none = this.of('open') + this.of('parked') === 0;
    return none && (this.state !== 'running' || this.next === this.progress.total);
  }

  /** How many members may be submitted now. */
  room(limit: number): number {
    if (this.state !== 'running') return 0;
    return Math.max(0, Math.min(limit - this.of('open'), this.progress.total - this.next));
  }

  of(fate: Fate): number {
    return this.counts.get(fate) ?? 0;
  }

  /** Up to so many members in flight or parked, from an index on and round again. */
  unsettled(from: number, most: number): { open: number[]; parked: number[] } {
    const found = { open: [] as number[], parked: [] as number[] };
    const { length } = this.fates;
    for (let step = 0; step < length && found.open.length + found.parked.length < most; step++) {
      const index = (from + step) % length;
      const fate = FATES[this.fates[index] as number];
      if (fate === 'open' || fate === 'parked') found[fate].push(index);
    }
    return found;
  }

  /** Takes a member's own report: it is the latest there is, also of one that ended before and was run again. */
  hear(argument: unknown, generation: string): void {
    const report = { ...(argument as Partial<MemberEnd> | null | undefined) };
    const valid =
      report.generation === generation &&
      typeof report.index === 'number' &&
      this.fates[report.index] !== undefined &&
      report.fate !== undefined &&
      ENDS.includes(report.fate);
    if (!valid) return;
    const { index, fate } = report as MemberEnd;
    this.messages++;
    this.set(index, fate);
    this.heard.delete(index);
    this.heard.add(index);
  }

  /** The last so many members that reported their end in this run. */
  lately(most: number): number[] {
    return [...this.heard].slice(-most);
  }

  /** Members up to an index were submitted; a report that came in meanwhile is newer. */
  submitted(to: number, news: readonly MemberNews[]): void {
    const reported = new Map(news.map(({ index, fate }) => [index, fate]));
    for (let index = this.next; index < to; index++) {
      if (this.fates[index] === 0) this.set(index, reported.get(index) ?? 'open');
    }
    this.write({ submitted: to }, { atOnce: false });
  }

  /** Takes what a look found, unless the member's own report came in meanwhile. */
  seen(news: readonly MemberNews[]): void {
    for (const { index, fate } of news) {
      const known = FATES[this.fates[index] ?? 0];
      if (known === 'open' || known === 'parked') this.set(index, fate);
    }
  }

  write(news: Partial<BatchProgress> = {}, { atOnce = true } = {}): void {
    this.progress = {
      ...this.progress,
      ...news,
      running: this.of('open'),
      parked: this.of('parked'),
      completed: this.of('completed'),
      failed: this.of('failed'),
      cancelled: this.of('cancelled'),
      refused: this.of('refused'),
      waiting: this.of('waiting'),
    };
    this.dirty = true;
    if (atOnce || Date.now() - this.writtenAt >= WRITE_EVERY_MS) this.publish();
  }

  end(state: 'completed' | 'incomplete' | 'stopped' | 'cancelled', news: Partial<BatchProgress> = {}): BatchProgress {
    this.write({ ...news, state, endedAt: new Date().toISOString() });
    return this.progress;
  }

  get record(): BatchRecord {
    return { progress: this.progress, fates: writeFates(this.fates) };
  }

  private publish(): void {
    upsertMemo({ ...this.record });
    this.writtenAt = Date.now();
    this.dirty = false;
  }

  private set(index: number, fate: Fate): void {
    this.count(FATES[this.fates[index] as number] as Fate, -1);
    this.count(fate, 1);
    this.fates[index] = FATES.indexOf(fate);
    this.dirty = true;
  }

  private count(fate: Fate, more: number): void {
    this.counts.set(fate, this.of(fate) + more);
  }
}
