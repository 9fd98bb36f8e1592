import { facilityContracts } from '../../examples/facility/src/contracts';
import { dueTickets } from '../../examples/facility/src/escalate/due-tickets';
import { ppmJobs } from '../../examples/facility/src/plan/ppm-jobs';
import { dueReminders } from '../../examples/facility/src/remind/due-reminders';
import { dueReports } from '../../examples/facility/src/report/due-reports';
import { dueFiles } from '../../examples/facility/src/report-mail/due-files';
import { seedFacility } from '../../examples/facility/src/seed/seed';
import { runVerifier } from '../../src/activities/attempt/run-verifier';
import type { Verification } from '../../src/activities/attempt/verify';
import type { TaskView } from '../../src/client/read/view';
import type { Contract } from '../../src/tasks/contract';
import { Harness } from '../support/harness';
import { openPglite } from './databases';
import { FacilityBench } from './facility-bench';

const now = new Date();
const closers: (() => Promise<unknown>)[] = [];
let harness: Harness;
let bench: FacilityBench;

beforeAll(async () => {
  harness = await Harness.start();
  const { location, close } = await openPglite();
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

/** An item of each type that is due; of a job, one of which somebody is notified. */
const ITEMS: Record<(typeof facilityContracts)[number]['type'], () => Promise<object>> = {
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
  'ppm.create': async () => ({ job: (await ppmJobs(bench.database, now, 1))[0]?.id }),
  'reminders.send': async () => ({ reminder: (await dueReminders(bench.database, now, 1))[0]?.id }),
  'reports.create': async () => {
    const [due] = (await dueReports(bench.database, now, 1)).due;
    return { report: due?.id, from: due?.period.from.toISOString(), to: due?.period.to.toISOString() };
  },
  'reports.mail': async () => ({ file: (await dueFiles(bench.database, now, 1))[0]?.id }),
};

async function verify(type: string, request: { taskId: string; generation: string; input: unknown }) {
  const contract = facilityContracts.find((one) => one.type === type) as Contract;
  return runVerifier(contract, bench.facility.verifiers[type], request, { artifacts: harness.artifacts });
}

describe.each(Object.entries(ITEMS))('the verifier of %s', (type, find) => {
  let input: object;
  let before: Verification;
  let task: TaskView;

  beforeAll(async () => {
    input = await find();
    before = await verify(type, { taskId: `${type}:lost`, generation: 'one', input });
    task = await bench.run(type, input);
    expect(task).toMatchObject({ state: 'completed' });
  });

  it('says absent before anything is done', () => {
    expect(before).toEqual({
      effect: 'absent',
      evidence: expect.stringMatching(/no record of the effect|no mail of it/),
    });
  });

  it('says done with what the task has returned', async () => {
    expect(await verify(type, await bench.tasks.input(task.id))).toEqual({
      effect: 'done',
      output: task.result,
      evidence: expect.stringMatching(/^The database has the effect .*, recorded at .* by .*\.$|is SUCCESS since/),
    });
  });

  it('says unknown of a run', async () => {
    for (const run of [{}, { at: now.toISOString() }]) {
      const found = await verify(type, { taskId: `${type}:run`, generation: 'one', input: run });
      expect(found).toEqual({ effect: 'unknown', evidence: expect.stringContaining('tasks of their own') });
    }
  });

  it('never says done of an item that is gone', async () => {
    const gone = Object.fromEntries(
      Object.entries(input).map(([name, value]) => [name, typeof value === 'number' ? 2_000_000_000 : value]),
    );
    const found = await verify(type, { taskId: `${type}:gone`, generation: 'one', input: gone });
    // Planning is named by its task, and not by its row.
    expect(found.effect).toBe(type === 'ppm.create' ? 'absent' : 'unknown');
  });

  if (type === 'jobs.autoclose' || type === 'tickets.escalate') {
    it('says unknown while the mails of a change were not handed over, and what to do', async () => {
      await bench.database.updateTable('effects').set({ toldAt: null }).where('taskId', '=', task.id).execute();
      expect(await verify(type, await bench.tasks.input(task.id))).toEqual({
        effect: 'unknown',
        evidence: expect.stringContaining('but nothing says that its mails were handed over: retry'),
      });
    });
  }
});
