import { stringify } from 'csv-stringify/sync';
import { shownTime } from '../shown-time';
import type { NewRow } from './insert';
import type { PlannedInstance } from './instances';
import { type PlannedReport, readyAt } from './reports';
import { dayBegins } from './zone';

const MINUTE_MS = 60_000;
/** Days before the last one whose reports were mailed and removed. */
const DAYS_BACK = 2;

interface Period {
  from: Date;
  to: Date;
}

/** The files of the daily reports: of earlier days, and of the last day for the one that is ready. */
export function filesOf(
  definitions: readonly (PlannedReport & { id: number })[],
  instances: readonly PlannedInstance[],
  now: Date,
): NewRow<'reportFiles'>[] {
  return definitions
    .filter(({ row }) => row.frequency === 'daily')
    .flatMap(({ id, row, isReady }) => {
      const begins = dayBegins(row.timeZone ?? 'UTC', now, DAYS_BACK + 2);
      const [last, ...before] = begins.slice(1).map((from, index) => ({ from, to: begins[index] as Date }));
      const files = before.map((period) => mailedFile(id, row, period));
      if (!isReady || !last) return files;
      return [
        ...files,
        {
          ...fileOf(id, row, last),
          content: contentOf(row, last, instances),
          createdAt: last.to,
          sendAt: readyAt(now),
        },
      ];
    });
}

function fileOf(definitionId: number, { kind, format }: PlannedReport['row'], { from, to }: Period) {
  const name = `${kind}__${from.toISOString().slice(0, 10)}__${to.toISOString().slice(11, 19).replaceAll(':', '-')}.${format}`;
  return { definitionId, name, periodFrom: from, periodTo: to };
}

function mailedFile(id: number, row: PlannedReport['row'], period: Period): NewRow<'reportFiles'> {
  const sendAt = new Date(period.to.getTime() + 60 * MINUTE_MS);
  const mailedAt = new Date(sendAt.getTime() + 4 * MINUTE_MS);
  const createdAt = new Date(period.to.getTime() + 5 * MINUTE_MS);
  return { ...fileOf(id, row, period), content: null, createdAt, sendAt, mailedAt, removedAt: mailedAt };
}

/** What its site planned in the period. */
function contentOf(
  { siteId }: PlannedReport['row'],
  { from, to }: Period,
  instances: readonly PlannedInstance[],
): Buffer {
  const rows = instances
    .filter(({ row }) => row.siteId === siteId && row.plannedAt >= from && row.plannedAt < to)
    .map(({ row }) => [row.name, shownTime(row.plannedAt, row.offsetMinutes), row.status]);
  return Buffer.from(stringify([['Job', 'Planned', 'State'], ...rows], { escape_formulas: true, bom: true }));
}
