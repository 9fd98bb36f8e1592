import { openFacility } from '../../examples/facility/src/facility';
import type { Handler } from '../../src/activities/attempt/handler';
import { emailSend } from '../../src/catalogue/email-send/contract';
import { createEmailSend } from '../../src/catalogue/email-send/handler';
import { queuesOf } from '../../src/tasks/queues';
import { TestApi } from '../support/api';
import { Harness } from '../support/harness';
import { settingsFor } from '../support/inputs/emails';
import { sharedServer } from './databases';
import { audit, mailTaskIds } from './day/audit';
import type { Check } from './day/chapter';
import { CHAPTERS } from './day/chapters';
import { MINUTE, PastDay, RUNS, restingSchedules } from './day/day';
import { ended } from './day/run-day';
import { FacilityBench, quickContracts } from './facility-bench';
import { addSite } from './rows';

const PARTS = 6;
/** What falls due in the last minutes of a part is found by no run of it. */
const QUARTER = 15 * MINUTE;

/** What a scheduler or somebody else asks for over HTTP. */
interface Order {
  type: string;
  key: string;
  input: object;
}

const types = quickContracts.map(({ type }) => type).filter((type) => type in RUNS);
const day = PastDay.latest();

let harness: Harness;
let bench: FacilityBench;
let api: TestApi;
let end: () => Promise<void>;

beforeAll(async () => {
  harness = await Harness.start();
  const url = await (await sharedServer()).createDatabase();
  bench = await FacilityBench.start(harness, { kind: 'postgres', url });
  // The second worker has connections of its own to everything.
  const second = await openFacility({ kind: 'postgres', url });
  const handlers = { ...second.handlers, [emailSend.type]: createEmailSend(settingsFor(bench.mail)) };
  const options = { contracts: quickContracts, queues: queuesOf(quickContracts) };
  const stops = await Promise.all([
    bench.startWorkers(),
    harness.startWorkers({ ...options, handlers: handlers as unknown as Record<string, Handler> }),
  ]);
  api = await TestApi.start(harness, { tasks: bench.tasks, contracts: quickContracts });
  end = async () => {
    for (const stop of stops) await stop();
    await second.close();
    await api.close();
    await bench.close();
    await harness.close();
  };
});
afterAll(() => end());

/** Submits over HTTP, and tells whether an earlier submission answered. */
async function submit({ type, key, input }: Order): Promise<{ id: string; duplicate: boolean }> {
  const { status, body } = await api.post('/v1/tasks', { type, input }, { 'Idempotency-Key': key });
  expect({ key, status }).toEqual({ key, status: status === 200 ? 200 : 202 });
  return { id: body.id, duplicate: status === 200 };
}

/** Everything twice in the same moment, one the other way round. */
async function submitTwice(orders: readonly Order[]) {
  const [one, other] = await Promise.all([
    Promise.all(orders.map(submit)),
    Promise.all([...orders].reverse().map(submit)).then((answers) => answers.reverse()),
  ]);
  return {
    answers: [...one, ...other],
    /** Of each order, by how many of the two its task was made. */
    made: orders.map((_, index) => [one[index], other[index]].filter((answer) => answer?.duplicate === false).length),
  };
}

async function counted(name: string): Promise<number> {
  const { body } = await api.get('/metrics');
  const lines = (body as string).split('\n').filter((line) => line.startsWith(`${name}{`));
  return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}

/** What two schedulers ask for in a part of the day, each of every time. */
async function runsIn({ from, to }: { from: Date; to: Date }): Promise<Order[]> {
  const orders = restingSchedules(types).map(async ({ id, type }) => {
    const times = await bench.tasks.schedules.timesOf(id, from, to);
    return times.map((time) => ({
      type,
      key: `schedule:${id}:${time.toISOString()}`,
      input: { at: time.toISOString() },
    }));
  });
  return (await Promise.all(orders)).flat();
}

/** @param anew Those of the types that look at a repeated item anew, or the others. */
async function itemsBy(time: Date, anew: boolean): Promise<Order[]> {
  const items = CHAPTERS.filter((chapter) => (chapter.anew ?? false) === anew).map(async ({ type, due }) =>
    (await due(bench.database, time)).map((item) => ({ type, ...item })),
  );
  return (await Promise.all(items)).flat();
}

it('two schedulers, two workers and everything asked for thrice: no effect happens twice, and each duplicate is counted', async () => {
  const checks: [string, Check][] = [];
  const site = await addSite(bench.database);
  for (const { type, add } of CHAPTERS) checks.push([type, await add({ database: bench.database, day, site })]);
  for (const order of restingSchedules(types)) await bench.tasks.schedules.create(order);

  let [submitted, injected, times, items, races, others] = [0, 0, 0, 0, 0, 0];
  for (const part of day.parts(PARTS)) {
    const late = new Date(part.to.getTime() - QUARTER);
    const [runs, due, anew] = [await runsIn(part), await itemsBy(late, false), await itemsBy(late, true)];
    // Half of the items are asked for before the runs hand them out, and half about then or later.
    const [ofRuns, ofSome, ofAnew] = await Promise.all([
      submitTwice(runs),
      submitTwice(due.filter((_, index) => index % 2 === 0)),
      submitTwice(anew),
    ]);
    await ended(
      bench.tasks,
      ofRuns.answers.slice(0, 1).map(({ id }) => id),
    );
    const ofOthers = await submitTwice(due.filter((_, index) => index % 2 === 1));
    const made = [...ofSome.made, ...ofOthers.made];
    const early = [...ofRuns.answers, ...ofSome.answers, ...ofOthers.answers, ...ofAnew.answers];
    expect(ofRuns.made.filter((made) => made !== 1)).toEqual([]);
    expect(made.filter((count) => count > 1)).toEqual([]);
    await ended(bench.tasks, [...new Set(early.map(({ id }) => id))]);
    // A third time, when all is over.
    const third = await Promise.all([...runs, ...due].map(submit));
    expect(third.filter(({ duplicate }) => !duplicate)).toEqual([]);
    times += runs.length;
    items += due.length;
    others += ofAnew.answers.filter(({ duplicate }) => duplicate).length;
    races += made.filter((count) => count === 0).length;
    submitted += early.length + third.length;
    injected += [...early, ...third].filter(({ duplicate }) => duplicate).length;
  }
  await ended(bench.tasks, await mailTaskIds(bench.database));

  // Of three submissions two are duplicates; of an item that a run was quicker with, all three.
  expect(injected).toBe(2 * (times + items) + races + others);
  expect(await counted('holdfast_tasks_duplicates_total')).toBe(injected);
  expect(await counted('holdfast_tasks_submitted_total')).toBe(submitted - injected);
  const dealtWith: Record<string, number> = {};
  for (const [type, check] of checks) dealtWith[type] = await check();
  const { effects, mails } = await audit(bench.database, bench.mail);
  const twice = bench.mail.received.length - new Set(bench.mail.received.map(({ messageId }) => messageId)).size;
  expect(twice).toBe(0);
  console.info(
    `${submitted} submissions of ${times} fire times and ${items} items: ${injected} duplicates answered, as many in /metrics ` +
      `(a run was quicker with ${races} items, and ${others} are of items that are looked at anew). ${effects} effects in the database, ${mails} mails, ${twice} twice: duplicate rate 0; ` +
      `dealt with ${JSON.stringify(dealtWith)}`,
  );
}, 300_000);
