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

let tenants = 0;

/** A tenant of its own with a site, who is in charge of it and a client admin: mails of other tests go elsewhere. */
export async function addSite(database: FacilityDatabase, more: Partial<{ name: string; timeZone: string }> = {}) {
  const tenant = `tenant${++tenants}`;
  const person = (name: string, clientAdmin: boolean) =>
    database
      .insertInto('people')
      .values({ tenant, name, email: `${name}@${tenant}.example.com`, clientAdmin })
      .returning('id')
      .executeTakeFirstOrThrow();
  const inCharge = (await person('keeper', false)).id;
  const admin = (await person('admin', true)).id;
  const { id } = await database
    .insertInto('sites')
    .values({ tenant, name: 'Plant 1', inChargeId: inCharge, ...more })
    .returning('id')
    .executeTakeFirstOrThrow();
  return { id, tenant, inCharge, admin } satisfies Site;
}

/** A job instance that became late ten minutes ago, with checkpoints in the states that are named. */
export async function addLateJob(
  database: FacilityDatabase,
  site: Site,
  more: Partial<Insertable<FacilityTables['jobInstances']>> = {},
  checkpoints: readonly ('ASSIGNED' | 'COMPLETED')[] = [],
): Promise<number> {
  const { id } = await database
    .insertInto('jobInstances')
    .values({
      jobId: null,
      siteId: site.id,
      name: 'Check the pumps',
      identifier: 'TASK',
      assigneeId: site.inCharge,
      plannedAt: minutes(-40),
      expiresAt: minutes(-10),
      notice: 'AUTOCLOSENOTIFY',
      ...more,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  const rows = checkpoints.map((status, index) => ({
    instanceId: id,
    position: index + 1,
    name: `Gate ${index + 1}`,
    status,
  }));
  if (rows.length > 0) await database.insertInto('checkpoints').values(rows).execute();
  return id;
}

/** A daily report of a site's jobs for its keeper, in UTC. */
export async function addReport(
  database: FacilityDatabase,
  site: Site,
  more: Partial<Insertable<FacilityTables['reportDefinitions']>> = {},
): Promise<number> {
  const { id } = await database
    .insertInto('reportDefinitions')
    .values({
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
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

let periods = 0;

/** A report that is to be mailed now. */
export async function addReportFile(
  database: FacilityDatabase,
  definitionId: number,
  more: Partial<Insertable<FacilityTables['reportFiles']>> = {},
): Promise<number> {
  const day = (count: number) => new Date(Date.UTC(2026, 0, count));
  const { id } = await database
    .insertInto('reportFiles')
    .values({
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
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

/** A PPM job that is planned every hour of three, an hour from now on, where nothing else is said. */
export async function addPpmJob(
  database: FacilityDatabase,
  site: Site,
  more: Partial<Insertable<FacilityTables['jobs']>> = {},
): Promise<number> {
  const { id } = await database
    .insertInto('jobs')
    .values({
      siteId: site.id,
      name: 'Oil the lift',
      identifier: 'PPM',
      assigneeId: site.inCharge,
      cron: '0 * * * *',
      validFrom: minutes(60),
      validUntil: minutes(240),
      ...more,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

/** A reminder that became due five minutes ago, of a job in an hour that the site's admin has to do. */
export async function addReminder(
  database: FacilityDatabase,
  site: Site,
  more: Partial<Insertable<FacilityTables['reminders']>> = {},
  instance: Partial<Insertable<FacilityTables['jobInstances']>> = {},
): Promise<number> {
  const { id: instanceId } = await database
    .insertInto('jobInstances')
    .values({
      siteId: site.id,
      name: 'Oil the lift',
      identifier: 'PPM',
      assigneeId: site.admin,
      plannedAt: minutes(60),
      expiresAt: minutes(90),
      ...instance,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  const { id } = await database
    .insertInto('reminders')
    .values({ instanceId, dueAt: minutes(-5), ...more })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
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
