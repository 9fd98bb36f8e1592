import { quote } from '../list/list-query';
import type { ScannedRow } from '../list/scan';
import type { Visibility } from './visibility';

/** How many tasks share a value, and the newest of them. */
export interface Counted {
  value: string;
  count: number;
  newest: ScannedRow;
}

/** More values than that are not looked for; each takes two calls. */
const MOST_VALUES = 300;

/**
 * Counts a query's tasks by a field, the most frequent value first. Visibility groups by nothing but the status of
 * a run, so values are found one after the other: the newest task with none of the known ones shows the next.
 * @param query Finds only tasks that have the field.
 * @param read Reads the field of a row.
 */
export async function countBy(
  visibility: Visibility,
  query: string,
  field: string,
  read: (row: ScannedRow) => string | undefined,
): Promise<Counted[]> {
  const total = await visibility.count(query);
  const found: Counted[] = [];
  for (let counted = 0; counted < total && found.length < MOST_VALUES; ) {
    const known = found.map(({ value }) => quote(value)).join(', ');
    const [newest] = await visibility.newest(known ? `${query} AND ${field} NOT IN (${known})` : query, 1);
    const value = newest && read(newest);
    // Visibility lags: what was counted may have ended since.
    if (!newest || value === undefined || found.some((one) => one.value === value)) break;
    const count = await visibility.count(`${query} AND ${field} = ${quote(value)}`);
    found.push({ value, count, newest });
    counted += count;
  }
  return found.sort((a, b) => b.count - a.count);
}
