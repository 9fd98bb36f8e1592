import { setTimeout as sleep } from 'node:timers/promises';
import type { FacilityDatabase } from '../../examples/facility/src/database/open';
import { type Facility, openFacility } from '../../examples/facility/src/facility';
import { TaskClient } from '../../src/client/task-client';
import { Harness } from '../support/harness';
import { MailServer } from '../support/servers/mail-server';
import { PostgresServer } from '../support/servers/postgres';
import { audit, mailTaskIds } from './day/audit';
import { hastyContracts, PATIENT } from './day/chaos-contracts';
import type { Check } from './day/chapter';
import { CHAPTERS } from './day/chapters';
import { PastDay, RUNS, restingSchedules } from './day/day';
import { Operator } from './day/operator';
import { ended, runDay } from './day/run-day';
import { randomOf, Storm } from './day/storm';
import { addSite, emptyTables } from './rows';

/** `KILLS=60 npm run test:long -- facility-chaos` runs the day more often; `SEED`, as printed, makes the same choices again. */
const KILLS = Number(process.env.KILLS ?? 3);
const SEED = Number(process.env.SEED ?? Date.now() % 2 ** 31);
const KILLS_A_ROUND = 15;
const PARTS = 6;
const ROUNDS = Math.max(1, Math.round(KILLS / KILLS_A_ROUND));
const [WORKERS, SITES] = process.env.KILLS ? [3, 3] : [2, 1];
/** Seconds that a part of the day, or the healing after it, may take. */
const PATIENCE = 180;

const random = randomOf(SEED);
const types = hastyContracts.map(({ type }) => type).filter((type) => type in RUNS);

/** A time of a schedule has its task once, so each round has schedules of its own. */
const schedulesOf = (round: number) =>
  restingSchedules(types).map((order) => ({
    ...order,
    id: `${order.id}-${round}`,
    policy: { ...order.policy, ...PATIENT },
  }));

let harness: Harness;
let postgres: PostgresServer;
let mail: MailServer;
let facility: Facility;
let database: FacilityDatabase;
let tasks: TaskClient;
let storm: Storm;

beforeAll(async () => {
  [harness, postgres, mail] = await Promise.all([Harness.start(), PostgresServer.start(), MailServer.start()]);
  const url = await postgres.createDatabase();
  facility = await openFacility({ kind: 'postgres', url });
  database = await facility.database();
  const { artifacts, temporal: client } = harness;
  tasks = new TaskClient({ client, contracts: hastyContracts, artifacts, deadline: 10 });
  // Each step takes its time, now and then a long one, so that workers die in all of them.
  const slowly = (most: number) => () =>
    sleep(Math.random() * (Math.random() < 0.05 ? 10 : 1) * most).then(() => undefined);
  mail.manners = { connect: slowly(30), recipient: slowly(30), answer: slowly(150) };
  const args = [harness.server.address, artifacts.folder, url, mail.url];
  storm = new Storm(random, postgres, args, { ...process.env, ...harness.env });
  await storm.start(WORKERS);
});
afterAll(async () => {
  await storm.end();
  await facility.close();
  await mail.close();
  await postgres.stop();
  await harness.close();
});

/** Shares blows out among the parts of a day by chance. */
function blows(count: number): number[] {
  const parts = Array.from({ length: count }, () => Math.floor(random() * PARTS));
  return Array.from({ length: PARTS }, (_, part) => parts.filter((one) => one === part).length);
}

async function stormyDay(round: number): Promise<Record<string, unknown>> {
  const day = PastDay.latest();
  const schedules = schedulesOf(round);
  for (const order of schedules) await tasks.schedules.create(order);
  await emptyTables(database);
  mail.received.length = 0;
  const checks: [string, Check][] = [];
  for (let count = 0; count < SITES; count++) {
    const site = await addSite(database);
    for (const { type, add } of CHAPTERS) checks.push([type, await add({ database, day, site })]);
  }
  const kills = blows(Math.ceil(KILLS / ROUNDS));
  const crashes = blows(Math.ceil(KILLS / ROUNDS / 2.5));
  const operator = new Operator(tasks, mail);
  const evening = new AbortController();
  const watch = operator.watch(evening.signal);
  const fired = await runDay({
    schedulers: [tasks, tasks],
    schedules,
    day,
    parts: PARTS,
    patience: PATIENCE,
    meanwhile: (part) => storm.strike({ kills: kills[part] ?? 0, crashes: crashes[part] ?? 0 }),
  }).finally(() => evening.abort());
  await watch;
  expect(storm.dead).toEqual([]);
  await operator.untilNoneIsOpen(PATIENCE);
  // A reminder whose mail was in doubt when it was looked at is looked at again by the next run.
  const at = day.at(24).toISOString();
  const { task } = await tasks.submit({ type: 'reminders.send', input: { at }, key: `evening-${round}` });
  await ended(tasks, [task.id]);
  const mails = await ended(tasks, await mailTaskIds(database));
  expect(mails.filter(({ state }) => state !== 'completed')).toEqual([]);
  const runs = await Promise.all(fired.flatMap(({ started }) => started).map((id) => tasks.read(id)));
  const lost = runs.flatMap(({ failures }) => failures ?? []).filter(({ lost }) => lost).length;
  for (const { type, times, started, duplicates } of fired) {
    expect({ type, started: new Set(started).size, duplicates }).toEqual({ type, started: times, duplicates: times });
  }
  const dealtWith: Record<string, number> = {};
  for (const [type, check] of checks) dealtWith[type] = (dealtWith[type] ?? 0) + (await check());
  const { resolved, retried } = operator;
  const failed = runs.filter(({ state }) => state !== 'completed').map(({ id, failure }) => ({ id, failure }));
  return {
    runs: runs.length,
    failed,
    lostAttemptsOfRuns: lost,
    dealtWith,
    ...(await audit(database, mail)),
    settled: { resolved, retried },
  };
}

it(
  `workers and database struck at random while the day runs, ${ROUNDS} time(s): each thing that is due happens once`,
  async () => {
    for (let count = 0; count < ROUNDS; count++) {
      const [began, { kills, crashes, repeats }] = [Date.now(), storm];
      try {
        const figures = await stormyDay(count);
        console.info(
          `seed ${SEED}, round ${count + 1}: ${storm.kills - kills} workers killed, ${storm.crashes - crashes} crashes of the database, ${storm.repeats - repeats} changes asked for again, ` +
            `${((Date.now() - began) / 1000).toFixed(1)} s: ${JSON.stringify(figures)}`,
        );
      } catch (error) {
        console.error(`seed ${SEED}, round ${count + 1}: ${(error as Error).message}\n${storm.log.slice(-20_000)}`);
        throw error;
      }
    }
  },
  120_000 + ROUNDS * 300_000,
);
