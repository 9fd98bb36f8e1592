import type { ScannedRow } from '../list/scan';
import { inQueues, type StuckQueries } from './stuck-query';
import { MOST_READ, type Visibility } from './visibility';

/** Tasks that still count as scheduled although their time has come: nobody is there to begin them. */
export interface PastDue {
  /** The newest first, by type. */
  byType: ReadonlyMap<string, readonly ScannedRow[]>;
  count: number;
  /** False when there are more than were looked at. */
  exact: boolean;
}

/**
 * Finds scheduled tasks whose time came before the cutoff. A worker begins them when it comes, so only queues
 * that nobody polls have any.
 * @param unserved Queues that nobody polls.
 */
export async function findPastDue(
  visibility: Visibility,
  queries: StuckQueries,
  unserved: readonly string[],
): Promise<PastDue> {
  const byType = new Map<string, ScannedRow[]>();
  if (unserved.length === 0) return { byType, count: 0, exact: true };
  // Only their memos say when they may begin.
  const rows = await visibility.newest(inQueues(queries.waiting('scheduled'), unserved), MOST_READ);
  const due = rows.filter(({ runAt }) => runAt === undefined || Date.parse(runAt) <= queries.cutoff.getTime());
  for (const row of due) byType.set(row.type, [...(byType.get(row.type) ?? []), row]);
  return { byType, count: due.length, exact: rows.length < MOST_READ };
}
