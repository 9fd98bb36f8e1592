import { sql } from 'kysely';
import type { FacilityDatabase, FacilityTransaction } from '../database/open';
import type { Period } from './period';
import { MOST_ROWS, type ReportTable } from './table';

/** What a report is about. */
interface Subject {
  kind: 'jobs' | 'tickets';
  tenant: string;
  /** Null for all sites of the tenant. */
  siteId: number | null;
  period: Period;
}

type Rows = Pick<ReportTable, 'columns' | 'rows' | 'totals'>;
type Show = (time: Date | null) => string;

/**
 * Reads what a report shows, as it is at one moment: jobs by the time they are planned for, tickets by the time they
 * were raised.
 * @param clock Shows an instant as the report's zone does.
 */
export async function readRows(
  database: FacilityDatabase,
  subject: Subject,
  clock: (time: Date) => string,
): Promise<Rows> {
  const show: Show = (time) => (time ? clock(time).slice(0, 16) : '');
  return database
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute((transaction) =>
      subject.kind === 'jobs' ? readJobs(transaction, subject, show) : readTickets(transaction, subject, show),
    );
}

async function readJobs(transaction: FacilityTransaction, subject: Subject, show: Show): Promise<Rows> {
  const { tenant, siteId, period } = subject;
  const jobs = transaction
    .selectFrom('jobInstances')
    .innerJoin('sites', 'sites.id', 'jobInstances.siteId')
    .where('sites.tenant', '=', tenant)
    .where('plannedAt', '>=', period.from)
    .where('plannedAt', '<', period.to)
    .$if(siteId !== null, (query) => query.where('sites.id', '=', siteId));
  const rows = await jobs
    .selectAll('jobInstances')
    .select('sites.name as site')
    .orderBy('sites.name')
    .orderBy('plannedAt')
    .orderBy('jobInstances.id')
    .limit(MOST_ROWS)
    .execute();
  return {
    columns: [
      { title: 'Job', share: 0.6 },
      { title: 'Site', share: 2 },
      { title: 'Name', share: 3 },
      { title: 'Type', share: 1.1 },
      { title: 'Planned', share: 1.2 },
      { title: 'State', share: 1.5 },
      { title: 'Closed', share: 1.2 },
    ],
    rows: rows.map(({ id, site, name, identifier, plannedAt, status, closedAt }) => [
      String(id),
      site,
      name,
      identifier,
      show(plannedAt),
      status,
      show(closedAt),
    ]),
    totals: await jobs
      .select(['status as state', sql<number>`count(*)::integer`.as('count')])
      .groupBy('status')
      .orderBy('status')
      .execute(),
  };
}

async function readTickets(transaction: FacilityTransaction, subject: Subject, show: Show): Promise<Rows> {
  const { tenant, siteId, period } = subject;
  const tickets = transaction
    .selectFrom('tickets')
    .innerJoin('sites', 'sites.id', 'tickets.siteId')
    .where('sites.tenant', '=', tenant)
    .where('createdAt', '>=', period.from)
    .where('createdAt', '<', period.to)
    .$if(siteId !== null, (query) => query.where('sites.id', '=', siteId));
  const rows = await tickets
    .selectAll('tickets')
    .select('sites.name as site')
    .orderBy('sites.name')
    .orderBy('createdAt')
    .orderBy('tickets.id')
    .limit(MOST_ROWS)
    .execute();
  return {
    columns: [
      { title: 'Ticket', share: 0.6 },
      { title: 'Site', share: 2 },
      { title: 'Category', share: 1.3 },
      { title: 'Description', share: 3.6 },
      { title: 'Priority', share: 0.8 },
      { title: 'Level', share: 0.6 },
      { title: 'State', share: 1 },
      { title: 'Raised', share: 1.2 },
    ],
    rows: rows.map(({ id, site, category, description, priority, level, status, createdAt }) => [
      String(id),
      site,
      category,
      description,
      priority,
      String(level),
      status,
      show(createdAt),
    ]),
    totals: await tickets
      .select(['status as state', sql<number>`count(*)::integer`.as('count')])
      .groupBy('status')
      .orderBy('status')
      .execute(),
  };
}
