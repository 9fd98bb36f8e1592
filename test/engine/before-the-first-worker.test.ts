import type { OperatorMessage } from '../../src/protocol/task';
import { Harness, readLedger } from '../support/harness';
import { until } from '../support/until';

let harness: Harness;
let stopWorkers: (() => Promise<void>) | undefined;

/** Nobody serves this queue until a test starts its worker. */
const QUEUE = 'later';
/** A task with such a limit continues as new in its very first step. */
const LIMITED = { queue: QUEUE, maxQueueTime: 600 };
const UNLIMITED = { queue: QUEUE };

beforeAll(async () => {
  harness = await Harness.start();
});
afterEach(async () => {
  await stopWorkers?.();
  stopWorkers = undefined;
});
afterAll(() => harness.close());

async function workerComes(): Promise<void> {
  stopWorkers = await harness.startWorkers({ queues: [QUEUE] });
}

async function submit(policy: object, more: object = {}) {
  const ledger = harness.file();
  const { task } = await harness.tasks.submit({ type: 'test.probe', input: { ledger }, policy, ...more });
  return { id: task.id, ledger };
}

type Sent = ['pause' | 'resume' | 'cancel' | 'abandon' | 'fail' | 'resolve', OperatorMessage?];
const RESULT = { value: 'by hand', attempt: 0 };

const CASES: [string, Sent[], object][] = [
  ['pause', [['pause']], { state: 'paused', attempts: 0 }],
  ['cancel', [['cancel']], { state: 'cancelled' }],
  ['abandon', [['abandon', { reason: 'not wanted' }]], { state: 'failed', failure: { code: 'ABANDONED' } }],
  [
    'fail',
    [['fail', { reason: 'wrong' }]],
    { state: 'failed', failure: { code: 'FAILED_BY_OPERATOR', message: 'wrong' } },
  ],
  ['resolve', [['resolve', { result: RESULT }]], { state: 'completed', result: RESULT, resolvedBy: 'operator' }],
  ['pause, then cancel', [['pause'], ['cancel']], { state: 'cancelled' }],
  ['pause, then fail', [['pause'], ['fail', { reason: 'wrong' }]], { state: 'failed' }],
];

describe.each([
  ['with a maxQueueTime', LIMITED],
  ['without one', UNLIMITED],
])('a message accepted before the first worker, of a task %s,', (_, policy) => {
  it('comes before a later one that contradicts it, which is refused', async () => {
    const { id } = await submit(policy);
    await harness.tasks.act(id, 'fail', { reason: 'wrong' });
    const later = harness.tasks.act(id, 'resolve', { result: RESULT });
    await expect(later).rejects.toMatchObject({ code: 'state-conflict', message: expect.stringContaining('to fail') });
    await workerComes();
    await harness.reaches(id, 'failed');
  });

  it('is obeyed by the worker that comes: the handler does not run', async () => {
    const tasks = await Promise.all(
      CASES.map(async ([name, sent, expected]) => {
        const { id, ledger } = await submit(policy);
        for (const [action, message] of sent) await harness.tasks.act(id, action, message);
        return { name, id, ledger, expected: expected as { state: 'paused' } };
      }),
    );
    await workerComes();
    for (const { name, id, ledger, expected } of tasks) {
      const view = await harness.reaches(id, expected.state);
      expect({ name, ...view }).toMatchObject({ name, ...expected });
      expect({ name, begun: readLedger(ledger).begun }).toEqual({ name, begun: [] });
    }
    // What was paused is held, not lost.
    const [paused] = tasks;
    if (!paused) throw new Error('no case');
    await harness.tasks.act(paused.id, 'resume');
    expect(await harness.tasks.wait(paused.id, 60)).toMatchObject({ state: 'completed', attempts: 1 });
  });

  it('and taken back again leaves nothing behind', async () => {
    const { id } = await submit(policy);
    await harness.tasks.act(id, 'pause');
    await harness.temporal.workflow.getHandle(id).signal('resume');
    await workerComes();
    expect(await harness.tasks.wait(id, 60)).toMatchObject({ state: 'completed', attempts: 1 });
  });
});

it('a message that was obeyed is not obeyed again by the run of an operator’s retry', async () => {
  const { id, ledger } = await submit(LIMITED);
  await harness.tasks.act(id, 'pause');
  await harness.tasks.act(id, 'fail', { reason: 'wrong' });
  await workerComes();
  await harness.reaches(id, 'failed');
  await harness.tasks.act(id, 'retry');
  expect(await harness.tasks.wait(id, 60)).toMatchObject({ state: 'completed' });
  expect(readLedger(ledger).done).toBe(1);
});

it('the timeline of a task shows what was sent before its first worker', async () => {
  const { id } = await submit(LIMITED);
  await harness.tasks.act(id, 'pause', { by: 'ann', reason: 'wait' });
  await workerComes();
  await harness.reaches(id, 'paused');
  const story = await harness.tasks.timeline(id);
  expect(story).toContainEqual(expect.objectContaining({ event: 'operator-pause', by: 'ann', reason: 'wait' }));
  await until('it says so', async () => (await harness.tasks.why(id)).evidence.pausedBy === 'ann');
});
