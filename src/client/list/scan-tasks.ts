import type { Gateway } from '../temporal/gateway';
import { matchesRow } from './filter-match';
import { type TaskFilter, visibilityQuery } from './list-query';
import { type ScannedRow, scanRows } from './scan';

/** The rows of tasks that are what was asked for, to the letter. */
export async function* scanTasks(gateway: Gateway, filter: TaskFilter): AsyncGenerator<ScannedRow[]> {
  for await (const rows of scanRows(gateway, visibilityQuery(filter))) {
    yield rows.filter((row) => matchesRow(row, filter));
  }
}
