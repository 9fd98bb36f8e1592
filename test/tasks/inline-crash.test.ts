import { Harness, readLedger } from '../support/harness';
import type { RunningProcess } from '../support/processes/running-process';
import { startWorkerProcess } from '../support/processes/worker-process';
import { until } from '../support/until';

/** Losses that a task gets over. */
const LOST_ATTEMPTS = 1;
const QUEUE = 'deadly';
const LOSS = {
  attempt: 1,
  code: 'SYSTEM_WORKER_CRASH',
  lost: true,
  message: expect.stringContaining('inline attempt'),
};

let harness: Harness;
let worker: RunningProcess | undefined;
let begun = 0;
let respawning: NodeJS.Timeout | undefined;

beforeAll(async () => {
  harness = await Harness.start();
});
afterAll(async () => {
  clearInterval(respawning);
  await worker?.stop('SIGKILL');
  await harness.close();
});

async function workerComes(): Promise<void> {
  begun++;
  worker = await startWorkerProcess(harness, { queue: QUEUE });
}

function isDead({ pid }: RunningProcess): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
}

/** Starts a worker anew as often as one dies, as any supervisor does. */
function keepAlive(): void {
  let starting = false;
  respawning = setInterval(() => {
    if (starting || !worker || !isDead(worker)) return;
    starting = true;
    void workerComes().finally(() => {
      starting = false;
    });
  }, 200);
}

it('an inline task that kills its workers is counted and ended like any other', async () => {
  await workerComes();
  const policy = { queue: QUEUE, lostAttempts: LOST_ATTEMPTS };
  const ledger = harness.file();
  const deadly = await harness.tasks.submit({ type: 'test.inline', input: { ledger, crashes: 99 }, policy });
  await until('the first worker is dead', () => worker && isDead(worker));

  // No worker is left: the loss shows all the same, once the server has found out.
  const seen = await until('the loss shows', async () => {
    const view = await harness.tasks.read(deadly.task.id);
    return view.failures?.length ? view : undefined;
  });
  expect(seen).toMatchObject({ attempts: 1, failures: [LOSS] });
  const waiting = await harness.tasks.why(deadly.task.id);
  expect(JSON.stringify(waiting)).not.toContain('replay');

  // With workers again the losses go on being counted, and come to an end.
  keepAlive();
  const ended = await harness.tasks.wait(deadly.task.id, 120);
  expect(ended).toMatchObject({
    state: 'failed',
    attempts: LOST_ATTEMPTS + 1,
    failure: { code: 'SYSTEM_WORKER_CRASH', message: `${LOST_ATTEMPTS + 1} attempts were lost with their workers` },
    failures: [LOSS, { attempt: 2, lost: true }],
  });
  expect(readLedger(ledger).begun.map(({ attempt }) => attempt)).toEqual([1, 2]);
  expect(begun).toBeLessThanOrEqual(LOST_ATTEMPTS + 2);
  const story = await harness.tasks.timeline(deadly.task.id);
  expect(story.filter(({ event }) => event === 'attempt-lost')).toHaveLength(LOST_ATTEMPTS + 1);
}, 180_000);

it('an inline task that was lost with its worker once completes, with the loss in its record', async () => {
  const policy = { queue: QUEUE };
  const { task } = await harness.tasks.submit({ type: 'test.inline', input: { crashes: 1 }, policy });
  const ended = await harness.tasks.wait(task.id, 120);
  expect(ended).toMatchObject({ state: 'completed', attempts: 2, failures: [LOSS], result: { attempt: 2 } });
}, 180_000);
