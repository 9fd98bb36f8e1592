import type { NewRow } from './insert';
import type { Random } from './random';
import type { Office, Site } from './sites';
import { timeOfDay } from './zone';

const MINUTE_MS = 60_000;
/** Between the times at which two reports are mailed, so that some are every hour. */
const APART_MS = 35 * MINUTE_MS;

/** A definition before it has its ID. */
export interface PlannedReport {
  row: NewRow<'reportDefinitions'>;
  /** Its file of the last period is there, and its time to be mailed is now. */
  isReady: boolean;
}

/** The reports of the clients' offices, and one of every third site. */
export function definitionsOf(
  random: Random,
  offices: readonly Office[],
  sites: readonly Site[],
  now: Date,
): PlannedReport[] {
  const ofOffices = offices.flatMap(officeReports);
  const ofSites = sites.filter((_, index) => index % 3 === 0).map(siteReport);
  const [ready] = ofSites;
  return [...ofOffices, ...ofSites].map((row, index) => {
    const isReady = row === ready;
    const later = new Date(now.getTime() + (index + 1) * APART_MS + random.between(0, 10) * MINUTE_MS);
    return { row: { ...row, sendTime: timeOfDay(row.timeZone, isReady ? readyAt(now) : later) }, isReady };
  });
}

/** When the report that is ready is to be mailed: soon, so that it still waits when the first run comes. */
export function readyAt(now: Date): Date {
  return new Date(Math.ceil(now.getTime() / MINUTE_MS) * MINUTE_MS + 4 * MINUTE_MS);
}

type Definition = Omit<NewRow<'reportDefinitions'>, 'sendTime'> & { timeZone: string };

/** What the office of a client gets, with its admins among the recipients as they are entered. */
function officeReports({ client, admins }: Office): Definition[] {
  const { tenant, zones, reports, workingDays } = client;
  const [{ id: ownerId }] = admins;
  const whole = { tenant, ownerId, timeZone: zones[0], recipients: admins.map(({ email }) => email), siteId: null };
  return [
    { ...whole, name: reports.daily, kind: 'jobs', format: 'pdf', frequency: 'daily' },
    { ...whole, name: reports.workingDays, kind: 'tickets', format: 'csv', frequency: 'working-days', workingDays },
    { ...whole, name: reports.weekly, kind: 'jobs', format: 'csv', frequency: 'weekly' },
    { ...whole, name: reports.monthly, kind: 'tickets', format: 'pdf', frequency: 'monthly' },
  ];
}

function siteReport({ id, name, timeZone, office: { client, leads }, inCharge }: Site): Definition {
  return {
    tenant: client.tenant,
    name: `${client.reports.daily}: ${name}`,
    kind: 'jobs',
    siteId: id,
    ownerId: inCharge.id,
    format: 'csv',
    frequency: 'daily',
    timeZone,
    recipients: [inCharge.email, leads[0].email],
  };
}
