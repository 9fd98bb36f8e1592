import { randomUUID } from 'node:crypto';
import type { Calls } from './calls';
import { type Figure, longest, median, percentile, takeTurns, timeEach } from './figures';
import type { Stage } from './stage';

const ROUNDS = 300;
/** Longer than the scenario takes. */
const OPEN_MS = 120_000;

/** The answers to repeated submissions, while nothing else is asked for, against the floor: one bare description. */
export async function measureDuplicates(calls: Calls, { client, tasks }: Stage): Promise<Figure[]> {
  const submission = { type: 'bench.ordinary', input: {}, key: randomUUID() };
  const open = { type: 'bench.ordinary', input: { ms: OPEN_MS }, key: randomUUID() };
  const { task, wait } = await tasks.submit(submission);
  await wait(60);
  const running = await tasks.submit(open);
  const { key, ...body } = submission;
  const samples = await takeTurns(ROUNDS, {
    describe: () => client.workflow.getHandle(task.id).describe(),
    ended: () => tasks.submit(submission),
    running: () => tasks.submit(open),
    http: () => calls.post(body, { 'Idempotency-Key': key }),
  });
  await tasks.act(running.task.id, 'cancel');
  const unseen = await measureUnseen(calls, tasks);
  const against = median(samples.describe);
  return [
    ...compare('of an ended task, TaskClient', against, samples.ended),
    ...compare('of a running task, TaskClient', against, samples.running),
    ...compare('of a key new to the process, TaskClient', against, unseen),
    ...compare('of an ended task, HTTP', against, samples.http),
  ];
}

/** A process that has not seen the key tries to start the task first. The API's process makes the tasks here. */
async function measureUnseen(calls: Calls, tasks: Stage['tasks']): Promise<number[]> {
  const run = randomUUID();
  const body = { type: 'bench.inline', input: {} };
  await timeEach(ROUNDS, (index) => calls.post(body, { 'Idempotency-Key': `${run}-${index}`, Prefer: 'wait=60' }));
  return timeEach(ROUNDS, (index) => tasks.submit({ ...body, key: `${run}-${index}` }));
}

function compare(of: string, against: number, samples: readonly number[]): Figure[] {
  const unit = 'ms';
  const aim = { atMost: 10 };
  return [
    { what: `duplicate ${of}, p50 against a bare description`, unit, against, holdfast: median(samples) },
    { what: `duplicate ${of}, p95 (the original's aim: < 10 ms)`, unit, holdfast: percentile(samples, 0.95), aim },
    { what: `duplicate ${of}, longest`, unit, holdfast: longest(samples) },
  ];
}
