import { setTimeout as sleep } from 'node:timers/promises';
import { defaultPayloadConverter } from '@temporalio/common';
import { causesOfMany } from '../../src/client/diagnosis/causes';
import type { OutsideWitness } from '../../src/client/diagnosis/findings';
import { Fleet } from '../../src/client/diagnosis/fleet';
import type { TaskToVerify } from '../../src/client/diagnosis/options';
import { StuckQueries } from '../../src/client/diagnosis/stuck-query';
import { Visibility } from '../../src/client/diagnosis/visibility';
import { TaskReader } from '../../src/client/read/reader';
import { Gateway } from '../../src/client/temporal/gateway';
import { parkedTask } from '../support/dead-letters';
import { Harness, readLedger } from '../support/harness';
import { startWorkerProcess } from '../support/processes/worker-process';
import { until } from '../support/until';

const PARKED = 6;
const RUNNING = 7;

let harness: Harness;
let lost: string;
let waiting: string;

beforeAll(async () => {
  harness = await Harness.start();
  const ledger = harness.file();
  const doomed = await startWorkerProcess(harness);
  lost = await submit('test.once', { ledger, waitFor: harness.file(), checkpoint: { page: 2 } });
  // The checkpoint travels with a heartbeat.
  await until('its checkpoint is known', async () => (await harness.tasks.read(lost)).lastHeartbeatAt);
  expect(readLedger(ledger).begun).toHaveLength(1);
  await doomed.stop('SIGKILL');

  await completeUnseen();
  await harness.startWorkers();
  waiting = await submit('test.inline', {}, { policy: { queue: 'nobody' } });
  for (let count = 0; count < PARKED; count++) {
    await parkedTask(harness, { code: count < 2 ? 'EXTERNAL_API_DOWN' : 'TRANSIENT_NETWORK' });
  }
  for (let count = 0; count < RUNNING; count++) {
    await harness.reaches(await submit('test.probe', { waitFor: harness.file(), checkpoint: count }), 'running');
  }
  await harness.reaches(lost, 'dead-lettered');
  await until('Visibility knows all', async () => {
    const { types } = await harness.tasks.diagnose({ hours: 0, limit: 0 });
    const counts = Object.fromEntries(types.map(({ type, causes }) => [type, causes[0]?.cause]));
    return counts['test.once'] === 'waits-for-an-operator' && types.length === 5;
  });
});
afterAll(() => harness.close());

async function submit(type: string, input: object, more: object = {}): Promise<string> {
  return (await harness.tasks.submit({ type, input, ...more })).task.id;
}

/** A task whose handler completes while nobody is there any more to take note of it. */
async function completeUnseen(): Promise<void> {
  const taskQueue = { name: 'forsaken' };
  const doomed = await startWorkerProcess(harness, { queue: taskQueue.name });
  const id = await submit('test.by-input', { waitFor: harness.file() }, { policy: { queue: taskQueue.name } });
  await harness.reaches(id, 'running');
  await doomed.stop('SIGKILL');
  // Once its attempt counts as lost, the next one is made here, by hand.
  const { connection, workflowService } = harness.temporal;
  const { namespace } = harness;
  const { taskToken } = await until('the next attempt can be taken', async () => {
    const poll = () => workflowService.pollActivityTaskQueue({ namespace, taskQueue, identity: 'test' });
    const task = await connection.withDeadline(Date.now() + 30_000, poll);
    return task.taskToken?.length ? task : undefined;
  });
  const payloads = [defaultPayloadConverter.toPayload({ output: { value: null, attempt: 2 }, failures: [] })];
  await workflowService.respondActivityTaskCompleted({ namespace, taskToken, result: { payloads } });
}

/** What is concluded of one sample of each type when the outside world says so. */
async function concluded(verify?: (task: TaskToVerify) => Promise<OutsideWitness> | undefined) {
  const { types, recommendations } = await harness.tasks.diagnose({
    hours: 0,
    limit: 1,
    checkExecution: true,
    verifyWithin: 0.3,
    ...(verify && { verify }),
  });
  const executions = Object.fromEntries(types.map(({ type, samples }) => [type, samples[0]?.execution]));
  return { executions, recommendations };
}

const evidence = 'looked';

describe('checking whether a task was executed', () => {
  it('without a verifier believes the record, and says what the record does not show', async () => {
    const { executions } = await concluded();
    expect(executions).toMatchObject({
      'test.once': { conclusion: 'INCONCLUSIVE', history: { last: 'lost' }, fleet: { attemptIsAlive: false } },
      'test.inline': { conclusion: 'NOT EXECUTED', history: { last: 'not-started' }, fleet: { workers: 0 } },
      'test.parked': { conclusion: 'INCONCLUSIVE', history: { last: 'failed' }, fleet: { attemptIsAlive: false } },
      'test.probe': { conclusion: 'INCONCLUSIVE', history: { last: 'running' }, fleet: { attemptIsAlive: true } },
      'test.by-input': { conclusion: 'EXECUTED', history: { last: 'completed' }, fleet: { attemptIsAlive: false } },
    });
    expect(executions['test.once']?.outside).toBeUndefined();
  });

  it('with one believes the outside world, unless an attempt is still at it', async () => {
    const absent = await concluded(async () => ({ effect: 'absent', evidence }));
    expect(absent.executions).toMatchObject({
      'test.once': { conclusion: 'NOT EXECUTED', outside: { effect: 'absent', evidence } },
      'test.probe': { conclusion: 'INCONCLUSIVE', because: 'looked; but an attempt may still be at it' },
    });
    const failed = await concluded(async () => ({ effect: 'failed', evidence }));
    expect(failed.executions).toMatchObject({ 'test.once': { conclusion: 'FAILED' } });
    expect(failed.recommendations.map(({ text }) => text)).toContainEqual(expect.stringContaining('failed outside'));
  });

  it('offers a repair only where a result is known and no attempt is at it', async () => {
    const offers = async (outside: OutsideWitness, type: string) => {
      const verify = (task: TaskToVerify) => (task.type === type ? Promise.resolve(outside) : undefined);
      const { executions, recommendations } = await concluded(verify);
      expect(executions[type]?.conclusion).toBe('EXECUTED');
      return recommendations.some(({ command }) => command?.endsWith('--repair'));
    };
    expect(await offers({ effect: 'done', output: {}, evidence }, 'test.once')).toBe(true);
    expect(await offers({ effect: 'done', evidence }, 'test.once')).toBe(false);
    expect(await offers({ effect: 'done', output: {}, evidence }, 'test.probe')).toBe(false);
  });

  it('concludes that nothing was done where no attempt has ever started, whatever a verifier does not know', async () => {
    const { executions } = await concluded(async () => ({ effect: 'unknown', evidence }));
    expect(executions).toMatchObject({
      'test.inline': {
        conclusion: 'NOT EXECUTED',
        because: 'no attempt has ever started',
        outside: { effect: 'unknown' },
      },
      'test.once': { conclusion: 'INCONCLUSIVE', because: evidence },
      'test.probe': { conclusion: 'INCONCLUSIVE' },
    });
  });

  it('takes a verifier that fails or hangs for one that does not know', async () => {
    const failing = await concluded(async () => {
      throw new Error('password=hunter2 was refused');
    });
    expect(failing.executions['test.once']).toMatchObject({
      conclusion: 'INCONCLUSIVE',
      because: expect.stringMatching(/^The verifier failed: password=\[REDACTED\]/),
    });
    const signals: AbortSignal[] = [];
    const hanging = await concluded(({ signal }) => {
      signals.push(signal);
      return sleep(60_000, undefined, { signal, ref: false }).then(() => ({ effect: 'done', evidence }));
    });
    expect(hanging.executions['test.once']).toMatchObject({ conclusion: 'INCONCLUSIVE' });
    expect(signals.map(({ aborted }) => aborted)).toEqual(signals.map(() => true));
  });

  it('hands the verifier the task: input, generation, and what its last attempt saved, also if that was lost', async () => {
    const asked = new Map<string, TaskToVerify>();
    await concluded(async (task) => {
      asked.set(task.type, task);
      return { effect: 'unknown', evidence };
    });
    const { generation } = await harness.tasks.read(lost);
    expect(asked.get('test.once')).toMatchObject({ taskId: lost, generation, checkpoint: { page: 2 } });
    expect(asked.get('test.once')?.input).toMatchObject({ checkpoint: { page: 2 }, waitFor: expect.any(String) });
    expect(asked.get('test.probe')?.checkpoint).toBe(RUNNING - 1);
    expect(asked.get('test.inline')).toMatchObject({ taskId: waiting, checkpoint: undefined });
  });
});

describe('of more tasks than are looked at', () => {
  async function causes(type: string) {
    const gateway = new Gateway(harness.temporal, 10);
    const fleet = await Fleet.read(gateway, ['default', 'nobody']);
    const sources = {
      visibility: new Visibility(gateway),
      queries: new StuckQueries(new Date()),
      reader: new TaskReader(gateway, harness.artifacts),
      fleet,
    };
    return causesOfMany(type, sources, [], new Date(Date.now() - 60_000), 5);
  }

  it('counts what many share: a queue without workers, the failure codes of parked ones', async () => {
    expect(await causes('test.inline')).toMatchObject([{ cause: 'no-worker', what: 'nobody', count: 1, exact: true }]);
    expect(await causes('test.parked')).toMatchObject([
      { cause: 'parked', what: 'TRANSIENT_NETWORK', count: PARKED - 2, exact: true },
      { cause: 'parked', what: 'EXTERNAL_API_DOWN', count: 2, exact: true },
    ]);
  });

  it('estimates the others from a sample over all ages, and says so', async () => {
    expect(await causes('test.probe')).toMatchObject([
      { cause: 'running', count: RUNNING, exact: false, sampled: RUNNING },
    ]);
  });
});

it('refuses what is no number of hours or samples', async () => {
  await expect(harness.tasks.diagnose({ hours: Number.NaN })).rejects.toMatchObject({ code: 'invalid-request' });
  await expect(harness.tasks.diagnose({ limit: 101 })).rejects.toMatchObject({ code: 'invalid-request' });
});
