import { readFileSync } from 'node:fs';
import type { BatchRequest } from '../../src/client/batches/batches';
import { BATCH_WORKFLOW } from '../../src/protocol/batch';
import { CONTROL_QUEUE } from '../../src/protocol/task';
import { endOfBatch, membersOf, startBatch } from '../support/batches';
import { Harness, readLedger } from '../support/harness';
import { startWorkerProcess } from '../support/processes/worker-process';
import { until } from '../support/until';

/** A stock server suggests a new run after 4,096 events. */
const EARLY = { 'limit.historyCount.suggestContinueAsNew': 60 };

let harness: Harness;

beforeAll(async () => {
  harness = await Harness.start({ dynamicConfig: EARLY });
});
afterAll(() => harness.close());

const start = (request: Partial<BatchRequest>) => startBatch(harness, request);
const end = (id: string) => endOfBatch(harness, id);

function probes(count: number, input: (index: number) => object = () => ({})) {
  return Array.from({ length: count }, (_, index) => ({ type: 'test.probe', input: input(index) }));
}

/** Most attempts that ran at one time, by what they themselves wrote. */
function mostAtOnce(ledger: string): number {
  let [now, most] = [0, 0];
  for (const line of readFileSync(ledger, 'utf8').trim().split('\n')) {
    now += line.includes('"done"') ? -1 : 1;
    most = Math.max(most, now);
  }
  return most;
}

async function runsOf(id: string): Promise<number> {
  let runs = 0;
  for await (const _ of harness.temporal.workflow.list({ query: `WorkflowId = '${id}'` })) runs++;
  return runs;
}

describe('a batch that no worker has taken yet', () => {
  it('can be read, and cancelled: none of its members ever begins', async () => {
    const { id } = await start({ tasks: probes(3) });
    expect(await harness.tasks.batches.read(id)).toMatchObject({ state: 'waiting', total: 3, waiting: 3 });
    expect((await membersOf(harness, id)).map(({ state }) => state)).toEqual(['waiting', 'waiting', 'waiting']);
    await harness.tasks.batches.cancel(id, {});
    const stop = await harness.startWorkers();
    expect(await end(id)).toMatchObject({ state: 'cancelled', submitted: 0, waiting: 3 });
    await stop();
  });
});

describe('a batch whose worker is killed', () => {
  it('loses and doubles nothing', async () => {
    const [ledger, waitFor] = [harness.file(), harness.file()];
    const first = await startWorkerProcess(harness);
    const tasks = probes(40, (index) => ({ ledger, ...(index > 25 && { waitFor }) }));
    const { id } = await start({ tasks, limit: 10 });
    await until('it is in the middle', () => readLedger(ledger).done > 15);
    await first.stop('SIGKILL');
    await harness.touch(waitFor);
    const second = await startWorkerProcess(harness);
    expect(await end(id)).toMatchObject({ state: 'completed', completed: 40, total: 40 });
    await second.stop('SIGTERM');
    // The five attempts that a worker runs at once may have begun again. A second task would have another effect key.
    const { begun } = readLedger(ledger);
    expect(new Set(begun.map(({ effectKey }) => effectKey)).size).toBe(40);
    expect(begun.length).toBeLessThanOrEqual(45);
  });
});

describe('a batch', () => {
  beforeAll(() => harness.startWorkers());

  it('runs every member once, never more at a time than its limit, and counts them over several runs of its own', async () => {
    const ledger = harness.file();
    const tasks = probes(60, (value) => ({ ledger, value }));
    const { id } = await start({ id: 'all', tasks, limit: 7 });
    const ended = await end(id);
    expect(ended).toMatchObject({
      state: 'completed',
      total: 60,
      submitted: 60,
      completed: 60,
      waiting: 0,
      running: 0,
    });
    expect([readLedger(ledger).begun.length, readLedger(ledger).done]).toEqual([60, 60]);
    expect(mostAtOnce(ledger)).toBeLessThanOrEqual(7);
    await until('it had several runs', async () => (await runsOf(id)) > 1);
    const members = await membersOf(harness, id);
    expect(members.map(({ index, state }) => [index, state])).toEqual(tasks.map((_, index) => [index, 'completed']));
    expect(await harness.tasks.read(members[17]?.id ?? '')).toMatchObject({
      result: { value: 17 },
      key: 'batch:all:17',
      tags: ['batch:all'],
    });
  });

  it('ends when all members have ended, however they did, and says how many did how', async () => {
    const cancelled = harness.file();
    const tasks = [
      ...probes(2),
      { type: 'test.inline', input: {} },
      // It continues as new once a worker has it, which is no end.
      { type: 'test.probe', input: {}, policy: { maxQueueTime: 600 } },
      { type: 'test.probe', input: { failures: 1, code: 'PERMANENT_VALIDATION' } },
      { type: 'test.probe', input: { waitFor: cancelled }, key: 'mine' },
    ];
    const { id } = await start({ tasks });
    const { id: member = '' } = (await until('it is submitted', async () => {
      const found = (await membersOf(harness, id))[5];
      return found?.id ? found : undefined;
    })) as { id?: string };
    await harness.reaches(member, 'running');
    await harness.tasks.act(member, 'cancel');
    expect(await end(id)).toMatchObject({ state: 'completed', completed: 4, failed: 1, cancelled: 1 });
    expect((await membersOf(harness, id)).slice(4)).toMatchObject([
      { state: 'failed' },
      { id: member, key: 'mine', state: 'cancelled' },
    ]);
  });

  it('submits the task at the end once, after the last member', async () => {
    const [ledger, last] = [harness.file(), harness.file()];
    const tasks = probes(8, () => ({ ledger }));
    const atEnd = { type: 'test.probe', input: { ledger: last } };
    const { id } = await start({ id: 'with-end', tasks, atEnd });
    const ended = await end(id);
    const endTaskId = ended.atEnd && 'id' in ended.atEnd ? ended.atEnd.id : '';
    const task = await harness.reaches(endTaskId, 'completed');
    expect(task).toMatchObject({ key: 'batch:with-end:end' });
    expect(readLedger(last).begun.length).toBe(1);
    expect(Date.parse(task.createdAt)).toBeGreaterThan(Date.parse(ended.startedAt ?? ''));
    for (const { id: member = '' } of await membersOf(harness, id)) {
      const { endedAt = '' } = await harness.tasks.read(member);
      expect(endedAt <= task.createdAt).toBe(true);
    }
  });

  it('submits no further members once too many have failed; no task follows then', async () => {
    const ledger = harness.file();
    const tasks = probes(20, () => ({ ledger, failures: 1, code: 'PERMANENT_VALIDATION' }));
    const atEnd = { type: 'test.probe', input: {} };
    const { id } = await start({ tasks, atEnd, limit: 2, stopAfterFailures: 3 });
    const ended = await end(id);
    expect(ended).toMatchObject({ state: 'stopped', stoppedBecause: '3 of its members failed or were refused' });
    expect(ended.failed + ended.waiting).toBe(20);
    expect(ended.failed).toBeLessThanOrEqual(5);
    expect(ended.atEnd).toBeUndefined();
    expect(readLedger(ledger).begun.length).toBe(ended.failed);
  });

  it('can be cancelled: open members are cancelled and awaited, the others never begin', async () => {
    const waitFor = harness.file();
    // Enough that the batch goes on in a new run while it waits for their ends.
    const tasks = probes(50, () => ({ waitFor }));
    const { id } = await start({ tasks, limit: 40, atEnd: { type: 'test.probe', input: {} } });
    await until('as many as may are in flight', async () => (await harness.tasks.batches.read(id)).running === 40);
    expect(await harness.tasks.batches.cancel(id, { by: 'ada' })).toMatchObject({ id });
    const ended = await end(id);
    expect(ended).toMatchObject({ state: 'cancelled', cancelled: 40, waiting: 10, running: 0 });
    expect(ended.atEnd).toBeUndefined();
    await expect(harness.tasks.batches.cancel(id, {})).rejects.toMatchObject({ code: 'state-conflict' });
  });

  it('finds members that cannot report their end: one that was terminated, one whose key stands for an earlier task', async () => {
    const [first, second] = [harness.file(), harness.file()];
    const input = { waitFor: second };
    const { task } = await harness.tasks.submit({ type: 'test.probe', input, key: 'earlier' });
    const tasks = [...probes(1, () => ({ waitFor: first })), { type: 'test.probe', input, key: 'earlier' }];
    const { id } = await start({ tasks, lookSeconds: 1 });
    await until('both are submitted', async () => (await harness.tasks.batches.read(id)).running === 2);
    const [silent, foreign] = await membersOf(harness, id);
    expect(foreign).toMatchObject({ id: task.id, state: 'open', detail: expect.stringContaining('before') });
    await harness.temporal.workflow.getHandle(silent?.id ?? '').terminate('by hand');
    await harness.touch(second);
    expect(await end(id)).toMatchObject({ state: 'completed', failed: 1, completed: 1 });
  });

  it('counts at once what has ended before, and members that cannot be submitted, and says why', async () => {
    const { task } = await harness.tasks.submit({ type: 'test.probe', input: { value: 1 }, key: 'taken' });
    await harness.reaches(task.id, 'completed');
    const { id } = await start({
      tasks: [
        { type: 'test.probe', input: { value: 1 }, key: 'taken', tenant: 'another' },
        { type: 'test.probe', input: { value: 1 }, key: 'taken' },
      ],
    });
    expect(await end(id)).toMatchObject({ state: 'completed', completed: 2 });
    const { id: refusing } = await start({ tasks: [{ type: 'test.probe', input: { value: 2 }, key: 'taken' }] });
    expect(await end(refusing)).toMatchObject({ state: 'incomplete', completed: 0, refused: 1 });
    const detail = expect.stringContaining('used with another payload');
    expect(await membersOf(harness, refusing)).toEqual([
      { index: 0, type: 'test.probe', key: 'taken', state: 'refused', detail },
    ]);
  });

  it("lets somebody else's task be when it is cancelled", async () => {
    const waitFor = harness.file();
    const submission = { type: 'test.probe', input: { waitFor }, key: 'not mine' };
    const { task } = await harness.tasks.submit(submission);
    const { id } = await start({ tasks: [submission] });
    await until('it is submitted', async () => (await harness.tasks.batches.read(id)).running === 1);
    await harness.tasks.batches.cancel(id, {});
    expect(await end(id)).toMatchObject({ state: 'cancelled', cancelled: 1 });
    await harness.touch(waitFor);
    await harness.reaches(task.id, 'completed');
  });

  it('finds a member that it submits again, also when its key has come free meanwhile', async () => {
    const ledger = harness.file();
    const member = {
      type: 'test.probe',
      input: { ledger, failures: 1, code: 'PERMANENT_VALIDATION' },
      policy: { failureWindow: 1 },
      batch: { id: 'batch:again', index: 0, generation: 'one' },
    };
    const { task } = await harness.tasks.submit(member);
    const { endedAt = '' } = await harness.reaches(task.id, 'failed');
    await until('the window is over', () => Date.now() > Date.parse(endedAt) + 1100);
    expect((await harness.tasks.submit(member)).task).toMatchObject({ id: task.id, runId: task.runId });
    expect(readLedger(ledger).begun.length).toBe(1);
    // The next batch of this ID is another one.
    const next = { ...member, batch: { ...member.batch, generation: 'two' } };
    expect((await harness.tasks.submit(next)).task.runId).not.toBe(task.runId);
  });

  it('gives the place of a parked member to others, waits for it, and takes its redrive into account', async () => {
    const tasks = [{ type: 'test.parked', input: { failures: 1 } }, ...probes(3)];
    const { id } = await start({ tasks, limit: 1, lookSeconds: 1 });
    const parked = await until('it is parked, and the others done', async () => {
      const view = await harness.tasks.batches.read(id);
      return view.parked === 1 && view.completed === 3 ? view : undefined;
    });
    expect(parked.state).toBe('running');
    const [member] = await membersOf(harness, id);
    await harness.tasks.act(member?.id ?? '', 'retry');
    expect(await end(id)).toMatchObject({ state: 'completed', completed: 4, parked: 0 });
  });

  it('takes back a failure when the member is run again while the batch is open', async () => {
    const waitFor = harness.file();
    const failing = { type: 'test.probe', input: { failures: 1, code: 'PERMANENT_VALIDATION' } };
    const { id } = await start({ tasks: [failing, ...probes(1, () => ({ waitFor }))] });
    await until('one has failed', async () => (await harness.tasks.batches.read(id)).failed === 1);
    const [member] = await membersOf(harness, id);
    await harness.tasks.act(member?.id ?? '', 'retry', { input: {} });
    await until('it is counted anew', async () => (await harness.tasks.batches.read(id)).completed === 1);
    await harness.touch(waitFor);
    expect(await end(id)).toMatchObject({ completed: 2, failed: 0 });
  });

  it('heeds no word but that of its own members', async () => {
    const waitFor = harness.file();
    const { id } = await start({ tasks: probes(1, () => ({ waitFor })) });
    await until('it is submitted', async () => (await harness.tasks.batches.read(id)).running === 1);
    const handle = harness.temporal.workflow.getHandle(id);
    for (const word of [null, 5, 'x', [1], { index: 0, fate: 'completed' }, { index: 9, fate: {}, generation: 5 }]) {
      await handle.signal('memberEnded', word);
    }
    await harness.touch(waitFor);
    expect(await end(id)).toMatchObject({ completed: 1, failed: 0 });
  });

  it('fails at once when it was started by hand with anything else', async () => {
    const options = { workflowId: 'batch:by-hand', taskQueue: CONTROL_QUEUE, args: ['nonsense'] };
    const handle = await harness.temporal.workflow.start(BATCH_WORKFLOW, options);
    await expect(handle.result()).rejects.toMatchObject({ cause: { type: 'PERMANENT_VALIDATION' } });
  });
});
