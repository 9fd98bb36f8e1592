import { TaskFailure } from 'holdfast';
import type { FacilityDatabase, FacilityTransaction } from '../database/open';
import { csvFile } from './csv-file';
import type { Definition } from './definition';
import { pdfFile } from './pdf-file';
import { nextTimeOfDay, type Period, periodInFileName, shownPeriod } from './period';
import { readRows } from './rows';

/** A report that is ready to be stored. */
interface MadeReport {
  name: string;
  content: Buffer;
  rows: number;
  createdAt: Date;
  sendAt: Date;
}

/** What storing it has come to. */
export interface StoredReport {
  /** False when there was one of the period. */
  stored: boolean;
  story: string;
}

/** Bytes that the texts of a report's mail may have. */
const MAIL_TEXTS = 8192;

/**
 * Reads the rows of a period and makes the file, which stays in memory: 10,000 rows are about a megabyte, and 1.5
 * seconds of work.
 * @param most Bytes that a mail may have.
 * @throws TaskFailure CONFIG_INVALID_SETTING when it is too large to be mailed: better now than at its time.
 */
export async function makeReport(
  database: FacilityDatabase,
  definition: Definition,
  { period, most, signal }: { period: Period; most: number; signal: AbortSignal },
): Promise<MadeReport> {
  const { kind, tenant, siteId, name, format, timeZone, sendTime, clock } = definition;
  const read = await readRows(database, { kind, tenant, siteId, period }, clock);
  const table = {
    title: name,
    about: aboutOf(definition),
    period: `${shownPeriod(period, clock)} (${timeZone})`,
    ...read,
  };
  const content = await (format === 'pdf' ? pdfFile(table, period.to, signal) : csvFile(table));
  if (content.length + MAIL_TEXTS > most) {
    const message = `The report ${JSON.stringify(name)} has ${content.length} bytes, and a mail takes ${most} with its texts: make it one of a single site or of a shorter time, or raise HOLDFAST_EMAIL_MAX_BYTES.`;
    throw new TaskFailure('CONFIG_INVALID_SETTING', message);
  }
  const createdAt = new Date();
  return {
    name: fileName(definition, period, createdAt),
    content,
    rows: read.rows.length,
    createdAt,
    sendAt: nextTimeOfDay(sendTime, timeZone, createdAt),
  };
}

/** What a report is about: `Jobs of Nordhafen`. */
export function aboutOf({ kind, site, tenant }: Pick<Definition, 'kind' | 'site' | 'tenant'>): string {
  return `${kind === 'jobs' ? 'Jobs' : 'Tickets'} of ${site ?? `all sites of ${tenant}`}`;
}

function fileName({ kind, format, clock }: Definition, period: Period, madeAt: Date): string {
  const time = clock(madeAt).slice(11).replaceAll(':', '-');
  return `${kind}__${periodInFileName(period, clock)}__${time}.${format}`;
}

/** Stores a report, unless there is one of its period. @param report Undefined when one was seen there. */
export async function storeReport(
  transaction: FacilityTransaction,
  { id: definitionId }: Pick<Definition, 'id'>,
  { period, report }: { period: Period; report: MadeReport | undefined },
): Promise<StoredReport> {
  const row =
    report &&
    (await transaction
      .insertInto('reportFiles')
      .values({
        definitionId,
        name: report.name,
        periodFrom: period.from,
        periodTo: period.to,
        content: report.content,
        createdAt: report.createdAt,
        sendAt: report.sendAt,
      })
      .onConflict((conflict) => conflict.columns(['definitionId', 'periodFrom', 'periodTo']).doNothing())
      .returning('id')
      .executeTakeFirst());
  if (!row) {
    const story = `Report ${definitionId} from ${period.from.toISOString()} to ${period.to.toISOString()} is there already.`;
    return { stored: false, story };
  }
  const { name, rows, sendAt } = report;
  const story = `Report ${definitionId} is made: file ${row.id}, ${name}, ${rows} rows, to be mailed at ${sendAt.toISOString()}.`;
  return { stored: true, story };
}
