import { execFile } from 'node:child_process';
import path from 'node:path';
import { sql } from 'kysely';
import { lateJobs } from '../../examples/facility/src/autoclose/late-jobs';
import { type FacilityDatabase, openDatabase } from '../../examples/facility/src/database/open';
import { dueTickets } from '../../examples/facility/src/escalate/due-tickets';
import { ppmJobs } from '../../examples/facility/src/plan/ppm-jobs';
import { dueReminders } from '../../examples/facility/src/remind/due-reminders';
import { dueReports } from '../../examples/facility/src/report/due-reports';
import { dueFiles, missedFiles } from '../../examples/facility/src/report-mail/due-files';
import { seedFacility, seedIfEmpty } from '../../examples/facility/src/seed/seed';
import { claimFolder } from '../../src/folder-claim';
import { DATABASES } from './databases';

const TABLES = [
  'people',
  'sites',
  'jobs',
  'jobInstances',
  'checkpoints',
  'tickets',
  'ticketHistory',
  'escalationMatrix',
  'reminders',
  'reportDefinitions',
  'reportFiles',
] as const;

/** One kind is enough: the rows are the same. */
const PGLITE = DATABASES[0] as (typeof DATABASES)[number];
const now = new Date('2027-03-30T21:40:12Z');
const closers: (() => Promise<unknown>)[] = [];
let database: FacilityDatabase;
let scratch: FacilityDatabase;
let counts: Readonly<Record<string, number>>;

beforeAll(async () => {
  database = await open();
  scratch = await open();
  counts = await seedFacility(database, { now });
});
afterAll(async () => {
  for (const close of closers.reverse()) await close();
});

async function open(): Promise<FacilityDatabase> {
  const { location, close } = await PGLITE.open();
  const opened = await openDatabase(location);
  closers.push(close, () => opened.destroy());
  return opened;
}

/** The scratch database, as if it were new. */
async function emptied(): Promise<FacilityDatabase> {
  await sql`truncate people, sites, jobs, job_instances, checkpoints, tickets, ticket_history, escalation_matrix,
    reminders, report_definitions, report_files restart identity`.execute(scratch);
  return scratch;
}

async function everything(from: FacilityDatabase): Promise<unknown[]> {
  const tables: unknown[] = [];
  for (const table of TABLES) tables.push(await from.selectFrom(table).selectAll().orderBy('id').execute());
  return tables;
}

it('says how many rows it has made of each table', async () => {
  const there: Record<string, number> = {};
  for (const table of TABLES) {
    const rows = await database.selectFrom(table).select('id').execute();
    there[table] = rows.length;
  }
  expect(there).toEqual(counts);
  expect(counts).toMatchObject({ sites: 20 });
  expect(counts.jobInstances).toBeGreaterThan(500);
});

it('is the same data for the same seed and time, and other data for another seed', async () => {
  const made: unknown[][] = [];
  for (const seed of [1, 1, 2]) {
    await seedFacility(await emptied(), { now, seed, scale: 0.2 });
    made.push(await everything(scratch));
  }
  const [first, again, other] = made;
  expect(again).toEqual(first);
  expect(other?.[0]).not.toEqual(first?.[0]);
});

it('leaves a database with people in it alone, and says so', async () => {
  await expect(seedFacility(database, { now })).rejects.toThrow(
    /^The facility database has \d+ people in it already.*empty database only/,
  );
  expect(await seedIfEmpty(database, { now })).toBeUndefined();
  const wrong = { scale: [0, -1, Number.NaN, 101], seed: [1.5, Number.NaN] };
  for (const scale of wrong.scale) await expect(seedFacility(database, { now, scale })).rejects.toThrow(/scale/);
  for (const seed of wrong.seed) await expect(seedFacility(database, { now, seed })).rejects.toThrow(/seed/);
  expect((await everything(database)).map((rows) => (rows as unknown[]).length)).toEqual(
    TABLES.map((table) => counts[table]),
  );
});

it('is made once by two that fill one database at a time', async () => {
  const shared = await emptied();
  const ends = await Promise.allSettled([1, 2].map((seed) => seedFacility(shared, { now, seed, scale: 0.1 })));
  expect(ends.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(await shared.selectFrom('sites').select('id').execute()).toHaveLength(2);
});

/** What no row may be like. `$1` is the time of the data. */
const IMPOSSIBLE = {
  'an instance that is late before it is planned': 'select id from job_instances where expires_at <= planned_at',
  'an open instance that was closed, or a closed one that was not':
    "select id from job_instances where (status in ('ASSIGNED', 'INPROGRESS')) <> (closed_at is null)",
  'an instance that was closed before its time, or later than now':
    'select id from job_instances where closed_at < planned_at or closed_at > $1',
  'an instance that was begun before its time':
    "select id from job_instances where planned_at > $1 and status <> 'ASSIGNED'",
  'an instance that was planned further than its job is':
    'select i.id from job_instances i join jobs j on j.id = i.job_id where i.planned_at > coalesce(j.generated_until, $1) or j.generated_until is null',
  'an instance that differs from its job':
    'select i.id from job_instances i join jobs j on j.id = i.job_id where (i.site_id, i.name, i.identifier, i.assignee_id, i.notice) <> (j.site_id, j.name, j.identifier, j.assignee_id, j.notice)',
  'a time that is shown in another zone than that of its site':
    "select i.id from job_instances i join sites s on s.id = i.site_id where (i.planned_at at time zone s.time_zone) <> (i.planned_at at time zone 'UTC') + i.offset_minutes * interval '1 minute'",
  'a tour without checkpoints':
    "select i.id from job_instances i where identifier like '%TOUR' and not exists (select from checkpoints where instance_id = i.id)",
  'a completed tour with a checkpoint that is not':
    "select i.id from job_instances i join checkpoints c on c.instance_id = i.id where i.status = 'COMPLETED' and c.status <> 'COMPLETED'",
  'a tour in part without a checkpoint that is done and one that is not':
    "select i.id from job_instances i join checkpoints c on c.instance_id = i.id where i.status in ('INPROGRESS', 'PARTIALLYCOMPLETED') group by i.id having count(*) filter (where c.status = 'COMPLETED') not between 1 and count(*) - 1",
  'a ticket of an instance that has none, or an instance without its ticket':
    'select i.id from job_instances i left join tickets t on t.instance_id = i.id where i.ticket_generated <> (t.id is not null) or t.site_id <> i.site_id or t.created_at <> i.closed_at',
  'a ticket of the future': 'select id from tickets where created_at > $1',
  'a ticket whose level is not told by its history':
    'select t.id from tickets t left join ticket_history h on h.ticket_id = t.id group by t.id having t.level <> coalesce(max(h.level), 0) or t.level <> count(h.id)',
  'a ticket that was raised too early, or later than now':
    "select h.id from ticket_history h join tickets t on t.id = h.ticket_id join sites s on s.id = t.site_id join escalation_matrix m on (m.tenant, m.category, m.level) = (s.tenant, t.category, h.level) where h.at > $1 or h.at < t.created_at + m.wait * case m.unit when 'MINUTE' then interval '1 minute' when 'HOUR' then interval '1 hour' when 'DAY' then interval '1 day' else interval '7 days' end",
  'a ticket that is not with whom it was given to':
    'select t.id from tickets t join ticket_history h on h.ticket_id = t.id and h.level = t.level where t.assignee_id <> h.to_assignee_id',
  'a category without an escalation':
    'select t.id from tickets t join sites s on s.id = t.site_id where not exists (select from escalation_matrix m where m.tenant = s.tenant and m.category = t.category)',
  'a reminder at another time than its job asks for':
    "select r.id from reminders r join job_instances i on i.id = r.instance_id join jobs j on j.id = i.job_id where r.due_at <> i.planned_at - j.reminder_minutes * interval '1 minute'",
  'a reminder that was sent before its time':
    "select id from reminders where (status = 'SUCCESS') <> (settled_at is not null) or settled_at < due_at or settled_at > $1",
  'a report file that was made before its period was over, or mailed before it was made':
    'select id from report_files where not (period_from < period_to and period_to <= created_at and created_at <= send_at and created_at <= $1) or mailed_at < send_at',
  'a report file that is mailed and still there':
    'select id from report_files where (mailed_at is null) <> (content is not null)',
  'somebody of another client':
    'select s.id from sites s join people p on p.id = s.in_charge_id where p.tenant <> s.tenant union all select j.id from jobs j join sites s on s.id = j.site_id join people p on p.id = j.assignee_id where p.tenant <> s.tenant union all select m.id from escalation_matrix m join people p on p.id = m.assignee_id where p.tenant <> m.tenant union all select d.id from report_definitions d join people p on p.id = d.owner_id left join sites s on s.id = d.site_id where p.tenant <> d.tenant or s.tenant <> d.tenant',
  'an address that somebody could own':
    "select id from people where email <> 'TBD' and lower(email) !~ '^[a-z0-9.]+@[a-z-]+[.]example[.](com|org|net)$'",
  'somebody in charge, or at work, without an address':
    "select p.id from people p where p.email = 'TBD' and not p.client_admin",
};

it.each(Object.entries(IMPOSSIBLE))('has not %s', async (_what, query) => {
  const { rows } = await sql.raw(query.replaceAll('$1', `timestamptz '${now.toISOString()}'`)).execute(database);
  expect(rows).toEqual([]);
});

it('has what real data has: several zones, names in other letters, a formula, a placeholder and a double', async () => {
  const sites = await database.selectFrom('sites').select(['name', 'timeZone']).execute();
  expect(new Set(sites.map(({ timeZone }) => timeZone)).size).toBeGreaterThan(3);
  expect(sites.map(({ name }) => name)).toContain('=Plant 3');
  expect(sites.some(({ name }) => /\p{Script=Greek}/u.test(name))).toBe(true);
  const [report] = await database.selectFrom('reportDefinitions').select('recipients').orderBy('id').execute();
  const [first = '', ...others] = report?.recipients ?? [];
  expect(others).toEqual([first.toUpperCase(), 'TBD']);
});

it('has instances in every state', async () => {
  const states = await database.selectFrom('jobInstances').select('status').distinct().orderBy('status').execute();
  expect(states.map(({ status }) => status)).toEqual([
    'ASSIGNED',
    'AUTOCLOSED',
    'COMPLETED',
    'INPROGRESS',
    'PARTIALLYCOMPLETED',
  ]);
});

/** Also of the smallest data: nothing is left to chance. */
describe.each([1, 0.05])('of scale %d', (scale) => {
  let filled: FacilityDatabase;

  beforeAll(async () => {
    filled = scale === 1 ? database : await emptied();
    if (scale !== 1) await seedFacility(filled, { now, scale, seed: 7 });
  });

  const hoursLater = (hours: number) => new Date(now.getTime() + hours * 3_600_000);

  it('some jobs are late, and more become late over the day', async () => {
    const late = await lateJobs(filled, now, 10_000);
    expect(late.length).toBeGreaterThanOrEqual(3);
    const later = await lateJobs(filled, hoursLater(6), 10_000);
    expect(later.length).toBeGreaterThan(late.length);
  });

  it('some tickets have waited too long for level 1, and some for level 2', async () => {
    const levels = (await dueTickets(filled, now, 10_000)).map(({ level }) => level);
    expect(levels).toEqual(expect.arrayContaining([1, 2]));
  });

  it('maintenance is to be planned, and reminders are to be sent', async () => {
    expect(await ppmJobs(filled, now, 10_000)).not.toEqual([]);
    expect(await dueReminders(filled, now, 10_000)).not.toEqual([]);
  });

  it('reports of every frequency are to be made, and one is to be mailed by whichever run comes first', async () => {
    const { due, there } = await dueReports(filled, now, 10_000);
    const ids = due.map(({ id }) => id);
    const definitions = filled.selectFrom('reportDefinitions').where('id', 'in', ids);
    const frequencies = await definitions.select('frequency').distinct().orderBy('frequency').execute();
    expect(frequencies.map(({ frequency }) => frequency)).toEqual(['daily', 'monthly', 'weekly', 'working-days']);
    expect(there).toBe(1);
    for (const minutes of [0, 27]) {
      expect(await dueFiles(filled, hoursLater(minutes / 60), 10)).toHaveLength(1);
      expect(await missedFiles(filled, hoursLater(minutes / 60), 10)).toEqual([]);
    }
  });
});

describe('npm run facility:seed', () => {
  let folder: string;

  beforeAll(async () => {
    const { location, close } = await PGLITE.open();
    ({ folder = '' } = location as { folder?: string });
    closers.push(close);
  });

  function seed(location: string, ...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
    const { PATH } = process.env;
    const env = { PATH, HOLDFAST_HOME: path.dirname(folder), FACILITY_DATABASE: location };
    const main = path.join(__dirname, '..', '..', 'scripts', 'facility-seed.js');
    return new Promise((resolve) => {
      execFile(process.execPath, [main, ...args], { env }, (error, stdout, stderr) =>
        resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
      );
    });
  }

  const refusals: [what: string, location: string, args: string[], words: RegExp][] = [
    [
      'a server that is away',
      'postgres://me:secret@127.0.0.1:1/x',
      [],
      /postgres:\/\/me@127\.0\.0\.1:1\/x.*ECONNREFUSED/,
    ],
    ['a setting that is off', 'off', [], /FACILITY_DATABASE: is neither/],
    ['a size that is no number', 'embedded', ['--scale', 'many'], /--scale many: give a number/],
    ['an option that there is not', 'embedded', ['--size', '3'], /Unknown option '--size'/],
  ];
  it.each(refusals)('ends with one line and code 1 for %s', async (_what, location, args, words) => {
    const { code, stderr, stdout } = await seed(location, ...args);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(words);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).not.toContain('secret');
  });

  it('fills an embedded database that nobody has, and once', async () => {
    const { release } = await claimFolder(folder, () => 'this test has it');
    const held = await seed('embedded', '--scale', '0.05');
    expect(held).toEqual({ code: 1, stdout: '', stderr: expect.stringContaining(`in use by process ${process.pid}`) });
    await release();

    const filled = await seed('embedded', '--scale', '0.05', '--seed', '3');
    expect(filled).toMatchObject({ code: 0, stderr: '' });
    expect(filled.stdout).toMatch(/^Seed data is in .*facility:\n {2}people +9\n {2}sites +1\n/);
    const again = await seed('embedded', '--scale', '0.05');
    expect(again).toEqual({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/^The facility database has 9 people.*\n$/),
    });
  });
});
