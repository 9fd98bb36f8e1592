import { TestApi } from '../support/api';
import { parkedTask } from '../support/dead-letters';
import { Harness, readLedger } from '../support/harness';
import type { RunningProcess } from '../support/processes/running-process';
import { startWorkerProcess } from '../support/processes/worker-process';
import { until } from '../support/until';
import { endOfBulk, reportOf, startBulk, untilMatched } from './bulk';

let harness: Harness;
let api: TestApi;
const processes: RunningProcess[] = [];

beforeAll(async () => {
  harness = await Harness.start();
  api = await TestApi.start(harness);
});
afterEach(async () => {
  for (const worker of processes.splice(0)) await worker.stop('SIGKILL');
});
afterAll(async () => {
  await api.close();
  await harness.close();
});

async function startProcess(queue: string): Promise<RunningProcess> {
  const worker = await startWorkerProcess(harness, { queue });
  processes.push(worker);
  return worker;
}

/** Dead letters that heal when they run again, each with a ledger of its own. */
async function parked(count: number, queue: string): Promise<{ id: string; ledger: string }[]> {
  const policy = { queue, redrives: { transient: [3600] } };
  return Promise.all(
    Array.from({ length: count }, async () => {
      const ledger = harness.file();
      const { id } = await parkedTask(harness, { ledger }, { policy, tags: [queue] });
      return { id, ledger };
    }),
  );
}

/** Every one began twice, once to fail and once to heal: none was lost, none doubled. */
async function expectEachOnce(tasks: readonly { id: string; ledger: string }[]): Promise<void> {
  for (const { id } of tasks) await harness.reaches(id, 'completed');
  const begun = tasks.map(({ ledger }) => readLedger(ledger).begun.length);
  expect(begun).toEqual(tasks.map(() => 2));
}

describe('dead letters', () => {
  it('that are due are redriven by their own timers, and no other: three of four, with two workers', async () => {
    await Promise.all([startProcess('due'), startProcess('due')]);
    const ledgers = await Promise.all(
      [1.5, 1.5, 1.5, 3600].map(async (delay) => {
        const ledger = harness.file();
        const policy = { queue: 'due', redrives: { transient: [delay] } };
        const { task } = await harness.tasks.submit({ type: 'test.parked', input: { failures: 1, ledger }, policy });
        return { id: task.id, ledger, due: delay < 3600 };
      }),
    );
    const due = ledgers.filter((one) => one.due);
    await expectEachOnce(due);
    const [future] = ledgers.filter((one) => !one.due);
    expect((await harness.reaches(future?.id ?? '', 'dead-lettered')).parking?.number).toBe(1);
    expect(readLedger(future?.ledger ?? '').begun).toHaveLength(1);
  });

  it('that two bulk actions are about at once are redriven once each', async () => {
    await Promise.all([startProcess('twice'), startProcess('twice')]);
    const tasks = await parked(12, 'twice');
    await untilMatched(api, { tag: 'twice' }, 12);
    const order = { action: 'retry', filter: { tag: 'twice' }, rate: 50 };
    const started = await Promise.all([startBulk(api, order), startBulk(api, order)]);
    const ended = await Promise.all(started.map(({ id }) => endOfBulk(api, id)));
    for (const one of ended) expect(one.done + one.movedOn + one.refused).toBe(one.matched);
    await expectEachOnce(tasks);
  });
});

describe('a bulk action whose worker is killed', () => {
  it('continues elsewhere: every task has its turn once, and the report lists each once', async () => {
    const first = await startProcess('killed');
    const tasks = await parked(30, 'killed');
    await untilMatched(api, { tag: 'killed' }, 30);
    const { id } = await startBulk(api, { action: 'retry', filter: { tag: 'killed' }, rate: 10 });
    // In the middle of a second: some have received it, and the report does not show that yet.
    await until('some have been told since the last report', async () => {
      const reported = (await reportOf(api, id)).length;
      const told = tasks.filter(({ ledger }) => readLedger(ledger).begun.length > 1).length;
      return reported >= 10 && told >= reported + 3 && told <= reported + 7;
    });
    await first.stop('SIGKILL');
    await startProcess('killed');

    expect(await endOfBulk(api, id)).toMatchObject({ state: 'completed', matched: 30, done: 30, movedOn: 0 });
    const report = await reportOf(api, id);
    expect(report.map((line) => line.id).sort()).toEqual(tasks.map((task) => task.id).sort());
    for (const task of tasks) {
      await harness.reaches(task.id, 'completed');
      // The handler may have begun again, as its worker was killed too; the task was redriven once.
      const redriven = (await harness.tasks.timeline(task.id)).filter(({ event }) => event === 'redriven');
      expect(redriven).toHaveLength(1);
    }
  });
});
