import { type FailureClass, SEARCH_ATTRIBUTES } from '../../protocol/task';
import { redactText } from '../../tasks/redact';
import { quote } from '../list/list-query';
import { firstRows, type ScannedRow } from '../list/scan';
import type { Gateway } from '../temporal/gateway';
import { secondsSince } from './dead-letter';
import { parkedLongest } from './dead-letter-oldest';

/** Dead letters that are the same trouble. */
interface Trouble {
  fingerprint: string;
  type: string;
  class: FailureClass;
  code: string;
  count: number;
  /** The message of the newest of them, secrets redacted. */
  message: string;
  /** The task of that message. */
  example: string;
}

export interface DeadLetterCounts {
  total: number;
  byClass: Record<string, number>;
  byCode: Record<string, number>;
  /** The most frequent first. */
  byFingerprint: Trouble[];
  /** How long the one that waits longest has been parked, in seconds; absent when there is none or no time to find it. */
  oldestSeconds?: number;
  /** False when there are more troubles than were looked at: then all but the total is of a part only. */
  exact: boolean;
}

/** Each takes two calls, and Visibility allows ten a second on a stock server. */
const MOST_TROUBLES = 20;
/** Callers wait for the first count. */
const LONGEST_MS = 3000;

/**
 * Counts parked tasks by calls to Visibility whose number does not depend on that of the tasks. It groups by
 * nothing but the status of a run, so troubles are found one after the other: the newest task that has
 * none of the known fingerprints shows the next one.
 * @param query Of parked tasks only.
 */
export async function countDeadLetters(gateway: Gateway, query: string): Promise<DeadLetterCounts> {
  const until = Date.now() + LONGEST_MS;
  const count = async (condition: string) =>
    (await gateway.call(() => gateway.client.workflow.count(`${query} AND ${condition}`))).count;
  const { count: total } = await gateway.call(() => gateway.client.workflow.count(query));
  const troubles: Trouble[] = [];
  let counted = 0;
  while (counted < total && troubles.length < MOST_TROUBLES && Date.now() < until) {
    const known = troubles.map(({ fingerprint }) => quote(fingerprint)).join(', ');
    const others = known && ` AND ${SEARCH_ATTRIBUTES.failureFingerprint} NOT IN (${known})`;
    const [row] = await firstRows(gateway, `${query}${others}`, 1);
    if (!row?.fingerprint) break;
    const { id, type, class: failureClass = 'unknown', code = 'UNKNOWN', fingerprint, parking } = row;
    const same = await count(`${SEARCH_ATTRIBUTES.failureFingerprint} = ${quote(fingerprint)}`);
    const message = redactText(parking?.message ?? code);
    troubles.push({ fingerprint, type, class: failureClass, code, count: same, message, example: id });
    counted += same;
  }
  const oldest = total > 0 && Date.now() < until ? await parkedLongest(gateway, query, total) : undefined;
  return {
    total,
    byClass: sumBy('class', troubles),
    byCode: sumBy('code', troubles),
    byFingerprint: troubles.sort((a, b) => b.count - a.count),
    ...(oldest && { oldestSeconds: secondsSince(oldest, new Date()) }),
    exact: counted >= total,
  };
}

/** The same from rows that were compared one by one, for what Visibility itself would count too much of. */
export async function countScanned(pages: AsyncIterable<readonly ScannedRow[]>): Promise<DeadLetterCounts> {
  const until = Date.now() + LONGEST_MS;
  const troubles = new Map<string, Trouble>();
  let total = 0;
  let oldest: string | undefined;
  let exact = true;
  for await (const rows of pages) {
    for (const { id, type, class: failureClass = 'unknown', code = 'UNKNOWN', parking, createdAt, ...row } of rows) {
      const { fingerprint = code } = row;
      const since = parking?.since ?? createdAt;
      total++;
      if (oldest === undefined || since < oldest) oldest = since;
      const message = redactText(parking?.message ?? code);
      const known = troubles.get(fingerprint);
      if (known) known.count++;
      else troubles.set(fingerprint, { fingerprint, type, class: failureClass, code, count: 1, message, example: id });
    }
    if (Date.now() > until) {
      exact = false;
      break;
    }
  }
  const found = [...troubles.values()].sort((a, b) => b.count - a.count);
  return {
    total,
    byClass: sumBy('class', found),
    byCode: sumBy('code', found),
    byFingerprint: found.slice(0, MOST_TROUBLES),
    ...(oldest !== undefined && { oldestSeconds: secondsSince(oldest, new Date()) }),
    exact,
  };
}

function sumBy(field: 'class' | 'code', troubles: readonly Trouble[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const { [field]: name, count } of troubles) sums[name] = (sums[name] ?? 0) + count;
  return sums;
}
