import { Client } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { TaskClient } from '../../src/client/task-client';
import { lazyConnection } from '../../src/client/temporal/connect';
import { closeConnection } from '../../src/worker/connect';
import { CallRefuser } from '../support/faults/call-refuser';
import { Harness, readLedger } from '../support/harness';
import { probeContracts } from '../support/probe-tasks';
import { until } from '../support/until';

/** The server's calls by which attempts are held, let go and started early: a preview, which servers may lack. */
const CALLS = /\/(PauseActivity|UnpauseActivity|ResetActivity|UpdateActivityOptions)$/;

let harness: Harness;
let refuser: CallRefuser;
let tasks: TaskClient;
const closers: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  harness = await Harness.start();
  refuser = await CallRefuser.start(harness.server.port);
  refuser.denied = CALLS;
  const connection = lazyConnection({ address: refuser.address });
  const client = new Client({ connection, namespace: harness.namespace });
  tasks = new TaskClient({ client, contracts: probeContracts, artifacts: harness.artifacts, deadline: 10 });
  closers.push(
    () => harness.close(),
    () => refuser.close(),
    () => connection.close(),
  );
});
afterAll(async () => {
  for (const close of closers.reverse()) await close();
});

/** A worker that the server refuses these calls. */
async function workerComes(queue: string, concurrency = 20): Promise<() => Promise<void>> {
  const connection = await NativeConnection.connect({ address: refuser.address });
  const stop = await harness.startWorkers({ connection, queues: [queue], concurrency });
  const leave = async () => {
    await stop();
    await closeConnection(connection);
  };
  closers.push(leave);
  return leave;
}

async function submit(queue: string, input: object = {}, policy: object = {}) {
  const ledger = harness.file();
  const { task } = await tasks.submit({
    type: 'test.probe',
    input: { ledger, ...input },
    policy: { queue, ...policy },
  });
  return { id: task.id, ledger };
}

async function wakesLate(milliseconds: number): Promise<void> {
  const begin = Date.now();
  await until('the next attempt would have begun', () => Date.now() - begin > milliseconds);
}

describe.each(['UNIMPLEMENTED', 'PERMISSION_DENIED'] as const)(
  'on a server that answers %s to holding attempts',
  (status) => {
    const queueOf = (what: string) => `${what}-${status.toLowerCase().replace('_', '-')}`;
    beforeAll(() => {
      refuser.status = status;
    });

    it('a task that is paused between attempts is held, and uses up none', async () => {
      const queue = queueOf('between');
      await workerComes(queue);
      const { id, ledger } = await submit(queue, { failures: 1, retryAfter: 2 }, { attempts: 2 });
      await harness.reaches(id, 'retrying');
      await tasks.act(id, 'pause', { by: 'ann' });
      await harness.reaches(id, 'paused');
      await wakesLate(3500);
      expect(await tasks.read(id)).toMatchObject({ state: 'paused', attempts: 1, failures: [{ attempt: 1 }] });
      expect(readLedger(ledger).begun).toHaveLength(1);
      expect(refuser.refused).toContain('PauseActivity');
      await tasks.act(id, 'resume');
      expect(await tasks.wait(id, 60)).toMatchObject({ state: 'completed', attempts: 2, failures: [{ attempt: 1 }] });
    });

    it('a task that is paused while it runs is held before its next attempt, with all that it knows', async () => {
      const queue = queueOf('running');
      await workerComes(queue);
      const waitFor = harness.file();
      const input = { failures: 1, waitFor, checkpoint: 'here', progress: [30] };
      const { id, ledger } = await submit(queue, input, { attempts: 2 });
      await harness.reaches(id, 'running');
      await tasks.act(id, 'pause');
      await until('the pause shows', async () => (await tasks.read(id)).pauseRequested);
      await harness.touch(waitFor);
      await until('its first attempt has failed', async () => (await tasks.read(id)).failures?.length);
      await until('it is held', async () => {
        const { raw } = await harness.temporal.workflow.getHandle(id).describe();
        return !raw.pendingActivities?.length;
      });
      const held = await tasks.read(id);
      expect(held).toMatchObject({ state: 'paused', attempts: 1, progress: 30, failures: [{ attempt: 1 }] });
      expect(held.why?.message).toBe('Paused by an operator');
      await tasks.act(id, 'resume');
      expect(await tasks.wait(id, 60)).toMatchObject({ state: 'completed', attempts: 2 });
      expect(readLedger(ledger).begun.map(({ attempt }) => attempt)).toEqual([1, 2]);
    });

    it('a task that is paused while it waits for a place does not run when one comes free', async () => {
      const queue = queueOf('one-place');
      await workerComes(queue, 1);
      const waitFor = harness.file();
      const other = await submit(queue, { waitFor });
      await harness.reaches(other.id, 'running');
      const { id, ledger } = await submit(queue);
      await until('it waits for the place', async () => {
        const { raw } = await harness.temporal.workflow.getHandle(id).describe();
        return raw.pendingActivities?.length;
      });
      await tasks.act(id, 'pause');
      await wakesLate(1200);
      await harness.touch(waitFor);
      await harness.reaches(other.id, 'completed');
      await until('it is held', async () => {
        const { raw } = await harness.temporal.workflow.getHandle(id).describe();
        return !raw.pendingActivities?.length;
      });
      expect(await tasks.read(id)).toMatchObject({ state: 'paused', attempts: 0 });
      expect(readLedger(ledger).begun).toEqual([]);
      await tasks.act(id, 'cancel');
      expect(await tasks.wait(id, 60)).toMatchObject({ state: 'cancelled', attempts: 0 });
    });

    it('a task that is paused while no worker is up is held by the one that comes', async () => {
      const queue = queueOf('away');
      const leave = await workerComes(queue);
      const { id, ledger } = await submit(queue, { failures: 1, retryAfter: 2 }, { attempts: 2 });
      await harness.reaches(id, 'retrying');
      await leave();
      await tasks.act(id, 'pause');
      await wakesLate(2500);
      await workerComes(queue);
      await harness.reaches(id, 'paused');
      await until('it is held', async () => {
        const { raw } = await harness.temporal.workflow.getHandle(id).describe();
        return !raw.pendingActivities?.length;
      });
      expect(readLedger(ledger).begun).toHaveLength(1);
      await tasks.act(id, 'fail', { reason: 'not wanted' });
      expect(await tasks.wait(id, 60)).toMatchObject({ state: 'failed', attempts: 1, failures: [{ attempt: 1 }] });
    });

    it('an early retry is refused with the time of the next attempt', async () => {
      const queue = queueOf('early');
      await workerComes(queue);
      const { id } = await submit(queue, { failures: 1, retryAfter: 3 });
      const { nextAttemptAt = '' } = await harness.reaches(id, 'retrying');
      const message = `This Temporal server cannot start an attempt before its time; the next one starts at ${nextAttemptAt}.`;
      await expect(tasks.act(id, 'retry')).rejects.toMatchObject({ code: 'state-conflict', message });
      expect(await tasks.wait(id, 60)).toMatchObject({ state: 'completed', attempts: 2 });
    });
  },
);
