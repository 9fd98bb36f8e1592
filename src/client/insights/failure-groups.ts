import type { EntryStore } from '../../artifacts/store';
import type { FailureClass } from '../../protocol/task';
import { redactText } from '../../tasks/redact';
import { visibilityQuery } from '../list/list-query';
import { type ScannedRow, scanRows } from '../list/scan';
import type { Gateway } from '../temporal/gateway';
import { patiently } from '../temporal/visibility-rate';
import { ageOf, Cached } from './cached';
import { type FailureMark, FailureMemory } from './failure-memory';
import type { Exactness } from './ranges';

/** Dead letters that are the same trouble. Times are ISO. */
export interface FailureGroup {
  fingerprint: string;
  type: string;
  code: string;
  class: FailureClass;
  /** Of the newest of them; secrets redacted. */
  message: string;
  /** The task of that message. */
  example: string;
  count: number;
  /** When the first and the last of them were parked. */
  firstAt: string;
  lastAt: string;
  /** When this trouble was first seen of all. */
  firstSeenAt: string;
  mark?: FailureMark;
  /** Parked in each of the last 24 hours, the oldest first. */
  spark: number[];
}

export interface FailureGroups {
  takenAt: string;
  ageSeconds: number;
  total: number;
  /** `partial`: there are more dead letters than were looked at, the newest ones. */
  exactness: Exactness;
  /** The most frequent first. */
  groups: FailureGroup[];
}

interface Taken extends Omit<FailureGroups, 'takenAt' | 'ageSeconds'> {
  pages: number;
  scannedAt: number;
}

const QUERY = visibilityQuery({ state: ['dead-lettered'] });
const HOUR = 3_600_000;
const SPARK_HOURS = 24;
const MOST_ROWS = 20_000;
/** Whether there are more or fewer is one cheap call; what they are is one call for every 500 of them. */
const FRESH_MS = 5000;
const SECONDS_A_PAGE = 4;
const RESCAN_MS = 5 * 60_000;

/** Groups the dead letters by their trouble. */
export class FailureGroupsReader {
  private readonly memory: FailureMemory;
  private readonly cached: Cached<Taken>;

  constructor(
    private readonly gateway: Gateway,
    entries: EntryStore,
  ) {
    this.memory = new FailureMemory(entries);
    this.cached = new Cached(
      (before) => this.take(before),
      ({ pages }) => Math.max(FRESH_MS, SECONDS_A_PAGE * 1000 * pages),
    );
  }

  async read(): Promise<FailureGroups> {
    const read = await this.cached.get();
    const { pages: _pages, scannedAt: _at, ...shown } = read.value;
    return { ...shown, ...ageOf(read) };
  }

  private async take(before: Taken | undefined): Promise<Taken> {
    const { count: total } = await this.gateway.call(() => this.gateway.client.workflow.count(QUERY));
    if (before && before.total === total && Date.now() - before.scannedAt < RESCAN_MS) return before;
    const scannedAt = Date.now();
    const groups = new Map<string, FailureGroup>();
    let rows = 0;
    let pages = 1;
    const scan = scanRows(this.gateway, QUERY);
    for (;;) {
      const page = await patiently(() => scan.next());
      if (page.done) break;
      for (const row of page.value) collect(groups, row, scannedAt);
      rows += page.value.length;
      if (rows >= MOST_ROWS) break;
      pages++;
    }
    const partial = rows < total && rows >= MOST_ROWS;
    const found = [...groups.values()].sort((a, b) => b.count - a.count);
    const marked = await this.memory.mark(found, partial);
    return {
      total: partial ? total : rows,
      exactness: partial ? 'partial' : 'exact',
      groups: marked,
      pages,
      scannedAt,
    };
  }
}

function collect(groups: Map<string, FailureGroup>, row: ScannedRow, now: number): void {
  const { id, type, class: failureClass = 'unknown', code = 'UNKNOWN', parking, createdAt } = row;
  const { fingerprint = code } = row;
  const since = parking?.since ?? createdAt;
  const message = redactText(parking?.message ?? code);
  const known = groups.get(fingerprint);
  const group = known ?? {
    fingerprint,
    type,
    code,
    class: failureClass,
    message,
    example: id,
    count: 0,
    firstAt: since,
    lastAt: since,
    firstSeenAt: since,
    spark: new Array<number>(SPARK_HOURS).fill(0),
  };
  if (!known) groups.set(fingerprint, group);
  group.count++;
  if (since < group.firstAt) group.firstAt = since;
  if (since > group.lastAt) Object.assign(group, { lastAt: since, message, example: id });
  const hours = Math.floor((now - Date.parse(since)) / HOUR);
  const place = SPARK_HOURS - 1 - Math.max(0, hours);
  if (place >= 0) group.spark[place] = (group.spark[place] ?? 0) + 1;
}
