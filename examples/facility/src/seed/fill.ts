import type { FacilityTransaction } from '../database/open';
import { matrixOf } from './escalations';
import { insertAll } from './insert';
import { checkpointsOf, remindersOf } from './instance-parts';
import { instancesOf, type PlannedInstance } from './instances';
import { jobsOf } from './jobs';
import type { Random } from './random';
import { filesOf } from './report-files';
import { definitionsOf } from './reports';
import { addSites, type Office, type Site } from './sites';
import { overdueTickets, reportedTickets, systemTicket } from './tickets';

const HOUR_MS = 3_600_000;
/** Hours for which instances exist: what has been, and what a demo sees happen. */
const BEFORE_HOURS = 72;
const AFTER_HOURS = 26;

/** Rows that were made, by table. */
export type SeedCounts = Readonly<Record<string, number>>;

interface Seeding {
  transaction: FacilityTransaction;
  random: Random;
  now: Date;
}

interface Places {
  offices: Office[];
  sites: Site[];
}

type Numbered<Planned> = Planned & { id: number };

/** Makes the rows of so many sites: first those that others refer to. */
export async function fill(seeding: Seeding, siteCount: number): Promise<SeedCounts> {
  const { people, ...places } = await addSites(seeding.transaction, seeding.random, siteCount);
  const { instances, ...work } = await addWork(seeding, places);
  const tickets = await addTickets(seeding, places, instances);
  const reports = await addReports(seeding, places, instances);
  return { people, sites: places.sites.length, ...work, jobInstances: instances.length, ...tickets, ...reports };
}

async function addWork({ transaction, random, now }: Seeding, { sites }: Places) {
  const from = new Date(now.getTime() - BEFORE_HOURS * HOUR_MS);
  const until = new Date(now.getTime() + AFTER_HOURS * HOUR_MS);
  const planned = sites.flatMap((site) => jobsOf(random, site, now, until));
  const jobs = numbered(planned, await insertAll(transaction, 'jobs', rowsOf(planned)));
  const made = instancesOf(random, jobs, { from, now, until });
  const instances = numbered(made, await insertAll(transaction, 'jobInstances', rowsOf(made)));
  const checkpoints = await insertAll(transaction, 'checkpoints', checkpointsOf(random, instances));
  const reminders = await insertAll(transaction, 'reminders', remindersOf(random, instances, now));
  return { instances, jobs: jobs.length, checkpoints: checkpoints.length, reminders: reminders.length };
}

async function addTickets(
  { transaction, random, now }: Seeding,
  { offices, sites }: Places,
  instances: readonly Numbered<PlannedInstance>[],
) {
  const matrix = await insertAll(transaction, 'escalationMatrix', offices.flatMap(matrixOf));
  const siteOf = new Map(sites.map((site) => [site.id, site]));
  const planned = [
    ...overdueTickets(random, sites[0] as Site, now),
    ...sites.flatMap((site) => reportedTickets(random, site, now)),
    ...instances
      .filter(({ row }) => row.ticketGenerated)
      .map((instance) => systemTicket(random, siteOf.get(instance.row.siteId) as Site, instance, now)),
  ];
  const tickets = numbered(planned, await insertAll(transaction, 'tickets', rowsOf(planned)));
  const steps = tickets.flatMap(({ id, history }) => history.map((step) => ({ ...step, ticketId: id })));
  const history = await insertAll(transaction, 'ticketHistory', steps);
  return { escalationMatrix: matrix.length, tickets: tickets.length, ticketHistory: history.length };
}

async function addReports(
  { transaction, random, now }: Seeding,
  { offices, sites }: Places,
  instances: readonly PlannedInstance[],
) {
  const planned = definitionsOf(random, offices, sites, now);
  const definitions = numbered(planned, await insertAll(transaction, 'reportDefinitions', rowsOf(planned)));
  const files = await insertAll(transaction, 'reportFiles', filesOf(definitions, instances, now));
  return { reportDefinitions: definitions.length, reportFiles: files.length };
}

function rowsOf<Row>(planned: readonly { row: Row }[]): Row[] {
  return planned.map(({ row }) => row);
}

function numbered<Planned>(planned: readonly Planned[], ids: readonly number[]): Numbered<Planned>[] {
  return planned.map((one, index) => ({ ...one, id: ids[index] as number }));
}
