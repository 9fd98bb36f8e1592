/** What a report shows, whatever its format. Cells are texts, as many in each row as there are columns. */
export interface ReportTable {
  title: string;
  /** What the rows are, and of which sites: `Jobs of Nordhafen`. */
  about: string;
  /** The days, and the zone of all its times. */
  period: string;
  columns: readonly Column[];
  rows: readonly (readonly string[])[];
  /** How many there are in each state, those that are not shown among them. */
  totals: readonly { state: string; count: number }[];
}

interface Column {
  title: string;
  /** Its part of a page's width. */
  share: number;
}

/** A report is for people: longer ones are cut, and say so. */
export const MOST_ROWS = 10_000;

/** The line under a table: `Completed 3, …; 4 in all.` */
export function totalsLine({ totals }: ReportTable): string {
  const states = totals.map(({ state, count }) => `${state} ${count}`);
  return [...states, `All ${totalOf(totals)}`].join('   ');
}

/** What says that rows are missing; `undefined` when none is. */
export function cutLine({ rows, totals }: ReportTable): string | undefined {
  const total = totalOf(totals);
  return rows.length < total ? `Shown are the first ${rows.length} of ${total}.` : undefined;
}

function totalOf(totals: ReportTable['totals']): number {
  return totals.reduce((sum, { count }) => sum + count, 0);
}
