import { quote } from '../list/list-query';
import type { ScannedRow } from '../list/scan';
import type { Visibility } from './visibility';

/** Eight ages, twenty-five tasks of each: two hundred in all. */
const SLICES = 8;
const ROWS_EACH = 25;

/** Tasks of about the same age: how many there are, and some of them. */
export interface Slice {
  count: number;
  rows: ScannedRow[];
}

/** Takes a sample that is spread over the ages of a query's tasks. */
export async function readSlices(visibility: Visibility, query: string, from: Date, to: Date): Promise<Slice[]> {
  const step = (to.getTime() - from.getTime()) / SLICES;
  const at = (index: number) => quote(new Date(from.getTime() + index * step).toISOString());
  const slices: Slice[] = [];
  for (let index = 0; index < SLICES; index++) {
    // The outer ends stay open: the query has its own, and no task shall be left out for a millisecond.
    const begin = index === 0 ? '' : ` AND StartTime >= ${at(index)}`;
    const end = index === SLICES - 1 ? '' : ` AND StartTime < ${at(index + 1)}`;
    const slice = `${query}${begin}${end}`;
    const count = await visibility.count(slice);
    if (count > 0) slices.push({ count, rows: await visibility.newest(slice, ROWS_EACH) });
  }
  return slices;
}
