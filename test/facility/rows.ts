import { type Insertable, sql } from 'kysely';
import type { FacilityDatabase } from '../../examples/facility/src/database/open';
import type { FacilityTables } from '../../examples/facility/src/database/schema';

const MINUTE = 60_000;

/** A time so many minutes from now. */
export const minutes = (count: number) => new Date(Date.now() + count * MINUTE);

export interface Site {
  id: number;
  tenant: string;
  inCharge: number;
  admin: number;
}

/** Some columns of a row. */
type Row<Table extends keyof FacilityTables> = Partial<Insertable<FacilityTables[Table]>>;

/** Adds a row; its ID. */
export async function add<Table extends Exclude<keyof FacilityTables, 'effects'>>(
  database: FacilityDatabase,
  table: Table,
  row: Insertable<FacilityTables[Table]>,
): Promise<number> {
  // Every table but that of the effects has an ID, which the types lose for a table that is a parameter.
  const insert = database.insertInto(table as 'people').values(row as Insertable<FacilityTables['people']>);
  return (await insert.returning('id').executeTakeFirstOrThrow()).id;
}

let tenants = 0;

/** A tenant of its own with a site, who is in charge of it and a client admin: mails of other tests go elsewhere. */
export async function addSite(database: FacilityDatabase, more: Partial<{ name: string; timeZone: string }> = {}) {
  const tenant = `tenant${++tenants}`;
  const person = (name: string, clientAdmin: boolean) =>
    add(database, 'people', { tenant, name, email: `${name}@${tenant}.example.com`, clientAdmin });
  const inCharge = await person('keeper', false);
  const admin = await person('admin', true);
  const id = await add(database, 'sites', { tenant, name: 'Plant 1', inChargeId: inCharge, ...more });
  return { id, tenant, inCharge, admin } satisfies Site;
}

/** A job instance that became late ten minutes ago, with checkpoints in the states that are named. */
export async function addLateJob(
  database: FacilityDatabase,
  site: Site,
  more: Row<'jobInstances'> = {},
  checkpoints: readonly ('ASSIGNED' | 'COMPLETED')[] = [],
): Promise<number> {
  const id = await add(database, 'jobInstances', {
    jobId: null,
    siteId: site.id,
    name: 'Check the pumps',
    identifier: 'TASK',
    assigneeId: site.inCharge,
    plannedAt: minutes(-40),
    expiresAt: minutes(-10),
    notice: 'AUTOCLOSENOTIFY',
    ...more,
  });
  const rows = checkpoints.map((status, index) => ({
    instanceId: id,
    position: index + 1,
    name: `Gate ${index + 1}`,
    status,
  }));
  if (rows.length > 0) await database.insertInto('checkpoints').values(rows).execute();
  return id;
}

/** A ticket of a job that was closed without its checkpoints, raised half an hour and a minute ago. */
export async function addTicket(database: FacilityDatabase, site: Site, more: Row<'tickets'> = {}): Promise<number> {
  return add(database, 'tickets', {
    siteId: site.id,
    instanceId: null,
    category: 'AUTOCLOSED',
    description: 'The pumps <b>leak</b>',
    assigneeId: null,
    createdAt: minutes(-31),
    ...more,
  });
}

/** A daily report of a site's jobs for its keeper, in UTC. */
export async function addReport(
  database: FacilityDatabase,
  site: Site,
  more: Row<'reportDefinitions'> = {},
): Promise<number> {
  return add(database, 'reportDefinitions', {
    tenant: site.tenant,
    name: 'Daily jobs',
    kind: 'jobs',
    siteId: site.id,
    ownerId: site.admin,
    format: 'csv',
    frequency: 'daily',
    sendTime: '08:00',
    recipients: [`keeper@${site.tenant}.example.com`],
    ...more,
  });
}

let periods = 0;

/** A report that is to be mailed now. */
export async function addReportFile(
  database: FacilityDatabase,
  definitionId: number,
  more: Row<'reportFiles'> = {},
): Promise<number> {
  const day = (count: number) => new Date(Date.UTC(2026, 0, count));
  return add(database, 'reportFiles', {
    definitionId,
    name: 'jobs__2026-01-01__08-00-00.csv',
    periodFrom: day(++periods),
    periodTo: day(periods + 1),
    content: Buffer.from(`report ${periods}`),
    createdAt: minutes(-60),
    sendAt: minutes(0),
    mailedAt: null,
    removedAt: null,
    ...more,
  });
}

/** A PPM job that is planned every hour of three, an hour from now on, where nothing else is said. */
export async function addPpmJob(database: FacilityDatabase, site: Site, more: Row<'jobs'> = {}): Promise<number> {
  return add(database, 'jobs', {
    siteId: site.id,
    name: 'Oil the lift',
    identifier: 'PPM',
    assigneeId: site.inCharge,
    cron: '0 * * * *',
    validFrom: minutes(60),
    validUntil: minutes(240),
    ...more,
  });
}

/** A reminder that became due five minutes ago, of a job in an hour that the site's admin has to do. */
export async function addReminder(
  database: FacilityDatabase,
  site: Site,
  more: Row<'reminders'> = {},
  instance: Row<'jobInstances'> = {},
): Promise<number> {
  const instanceId = await add(database, 'jobInstances', {
    siteId: site.id,
    name: 'Oil the lift',
    identifier: 'PPM',
    assigneeId: site.admin,
    plannedAt: minutes(60),
    expiresAt: minutes(90),
    ...instance,
  });
  return add(database, 'reminders', { instanceId, dueAt: minutes(-5), ...more });
}

const TABLES = `people, sites, jobs, job_instances, checkpoints, tickets, ticket_history, escalation_matrix, reminders,
  report_definitions, report_files`;
let databases = 0;

/** Empties every table of the pack. IDs are not used again, so no key comes back. */
export async function emptyTables(database: FacilityDatabase): Promise<void> {
  await sql`truncate ${sql.raw(TABLES)}, effects`.execute(database);
}

/** Gives every database of a test file IDs of its own, since their tasks, of which keys name rows, share one Temporal. */
export async function separateIds(database: FacilityDatabase): Promise<void> {
  const first = ++databases * 1000;
  for (const table of TABLES.split(/,\s+/)) {
    await sql.raw(`alter table ${table} alter column id restart with ${first}`).execute(database);
  }
}

/**
 * Makes every insert and update of a table fail, or those of one row, as broken data would, until the returned function
 * is called.
 * @param sqlState Defaults to that of a deadlock: trouble that passes.
 */
export async function breakTable(
  database: FacilityDatabase,
  table: string,
  { id, sqlState = '40P01' }: { id?: number; sqlState?: string } = {},
): Promise<() => Promise<void>> {
  const name = `break_${table}`;
  const fault = `raise exception '% is broken', new.id using errcode = '${sqlState}';`;
  const body = id === undefined ? fault : `if new.id = ${id} then ${fault} end if;`;
  const run = (statement: string) => sql.raw(statement).execute(database);
  await run(`create or replace function ${name}() returns trigger language plpgsql
    as $$ begin ${body} return new; end $$`);
  await run(`create trigger ${name} before insert or update on ${table} for each row execute function ${name}()`);
  return async () => {
    await run(`drop trigger ${name} on ${table}`);
  };
}
