import { redactText } from '../tasks/redact';
import { secondsSince } from './dead-letter';
import type { Gateway } from './gateway';
import { type ScannedRow, scanRows } from './scan';

/** Dead letters that are the same trouble. */
interface Trouble {
  fingerprint: string;
  type: string;
  code: string;
  count: number;
  /** The message of one of them, secrets redacted. */
  message: string;
  /** The task of that message. */
  example: string;
}

export interface DeadLetterCounts {
  total: number;
  byClass: Record<string, number>;
  byCode: Record<string, number>;
  /** The most frequent first; the first hundred. */
  byFingerprint: Trouble[];
  /** Age of the one that waits longest, in seconds; absent when there is none. */
  oldestSeconds?: number;
  /** False when there are more than were looked at one by one: then all but `total` is of the first ones only. */
  exact: boolean;
}

/** Rows that one count looks at, and the longest time it takes to, in milliseconds: callers wait for the first one. */
const BOUND = 20_000;
const LONGEST_MS = 3000;
const TROUBLES_SHOWN = 100;

/**
 * Counts parked tasks. Visibility groups by nothing but the status of a run, so its rows are read and
 * tallied here; the total is its own.
 * @param query Of parked tasks only.
 */
export async function countDeadLetters(gateway: Gateway, query: string): Promise<DeadLetterCounts> {
  const until = Date.now() + LONGEST_MS;
  const { count: total } = await gateway.call(() => gateway.client.workflow.count(query));
  const tally = new Tally();
  let looked = 0;
  for await (const rows of total > 0 ? scanRows(gateway, query) : []) {
    for (const row of rows) tally.add(row);
    looked += rows.length;
    if (looked >= BOUND || Date.now() > until) break;
  }
  return { total, ...tally.result(new Date()), exact: looked >= total };
}

class Tally {
  private readonly byClass: Record<string, number> = {};
  private readonly byCode: Record<string, number> = {};
  private readonly troubles = new Map<string, Trouble>();
  private oldest: string | undefined;

  add({ id, type, class: failureClass = 'unknown', code = 'UNKNOWN', fingerprint = '', parking }: ScannedRow): void {
    this.byClass[failureClass] = (this.byClass[failureClass] ?? 0) + 1;
    this.byCode[code] = (this.byCode[code] ?? 0) + 1;
    const known = this.troubles.get(fingerprint);
    if (known) known.count++;
    else
      this.troubles.set(fingerprint, {
        fingerprint,
        type,
        code,
        count: 1,
        message: parking?.message ?? '',
        example: id,
      });
    if (parking && (this.oldest === undefined || parking.since < this.oldest)) this.oldest = parking.since;
  }

  result(now: Date): Omit<DeadLetterCounts, 'total' | 'exact'> {
    const { byClass, byCode, oldest } = this;
    const byFingerprint = [...this.troubles.values()]
      .sort((a, b) => b.count - a.count)
      .slice(0, TROUBLES_SHOWN)
      .map((trouble) => ({ ...trouble, message: redactText(trouble.message) }));
    return { byClass, byCode, byFingerprint, ...(oldest && { oldestSeconds: secondsSince(oldest, now) }) };
  }
}
