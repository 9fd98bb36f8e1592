import { runVerifier } from '../src/activities/run-verifier';
import type { Verification } from '../src/activities/verify';
import type { TaskView } from '../src/client/view';
import { facilityContracts } from '../src/facility/contracts';
import { dueTickets } from '../src/facility/escalate/due-tickets';
import { seedFacility } from '../src/facility/seed/seed';
import type { Contract } from '../src/tasks/contract';
import { DATABASES } from './support/databases';
import { FacilityBench } from './support/facility';
import { Harness } from './support/harness';

const now = new Date();
const closers: (() => Promise<unknown>)[] = [];
let harness: Harness;
let bench: FacilityBench;

beforeAll(async () => {
  harness = await Harness.start();
  const { location, close } = await (DATABASES[0] as (typeof DATABASES)[number]).open();
  bench = await FacilityBench.start(harness, location);
  closers.push(
    () => harness.close(),
    close,
    () => bench.close(),
    await bench.startWorkers(),
  );
  await seedFacility(bench.database, { now, scale: 0.2 });
});
afterAll(async () => {
  for (const close of closers.reverse()) await close();
});

/** An item of each type that is due, and of which somebody is told. */
const ITEMS: Record<string, () => Promise<object>> = {
  'jobs.autoclose': async () => {
    const late = await bench.database
      .selectFrom('jobInstances')
      .select('id')
      .where('expiresAt', '<', now)
      .where('status', 'in', ['ASSIGNED', 'INPROGRESS'])
      .where('notice', '<>', 'NONE')
      .executeTakeFirstOrThrow();
    return { job: late.id };
  },
  'tickets.escalate': async () => {
    const [due] = await dueTickets(bench.database, now, 1);
    return { ticket: due?.id, level: due?.level };
  },
};

async function verify(type: string, request: { taskId: string; generation: string; input: unknown }) {
  const contract = facilityContracts.find((one) => one.type === type) as Contract;
  return runVerifier(contract, bench.facility.verifiers[type], request, { artifacts: harness.artifacts });
}

describe.each(Object.keys(ITEMS))('the verifier of %s', (type) => {
  let input: object;
  let before: Verification;
  let task: TaskView;

  beforeAll(async () => {
    input = await (ITEMS[type] as () => Promise<object>)();
    before = await verify(type, { taskId: `${type}:lost`, generation: 'one', input });
    task = await bench.run(type, input);
    expect(task).toMatchObject({ state: 'completed' });
  });

  it('says absent before anything is done', () => {
    expect(before).toEqual({ effect: 'absent', evidence: expect.stringContaining('no record of the effect') });
  });

  it('says done with what the task has returned', async () => {
    expect(await verify(type, await bench.tasks.input(task.id))).toEqual({
      effect: 'done',
      output: task.result,
      evidence: expect.stringMatching(new RegExp(`^The database has the effect .*, recorded at .* by ${task.id}\\.$`)),
    });
  });

  it('says unknown while the mails of a change were not handed over, and what to do', async () => {
    expect(await verify(type, { taskId: `${type}:lost`, generation: 'one', input })).toEqual({
      effect: 'unknown',
      evidence: expect.stringMatching(/but \d+ of its mails were not handed over: retry/),
    });
  });

  it('says unknown of a run, and of an item that is gone', async () => {
    const runs = [{}, { at: now.toISOString() }];
    for (const run of runs) {
      const found = await verify(type, { taskId: `${type}:run`, generation: 'one', input: run });
      expect(found).toEqual({ effect: 'unknown', evidence: expect.stringContaining('tasks of their own') });
    }
    const gone = Object.fromEntries(Object.keys(input).map((name) => [name, 2_000_000_000]));
    expect(await verify(type, { taskId: `${type}:gone`, generation: 'one', input: gone })).toEqual({
      effect: 'unknown',
      evidence: 'The database has no such item any more.',
    });
  });
});
