import type { Harness } from '../../test/support/harness';
import { startWorkerProcess } from '../../test/support/processes/worker-process';
import { type Asked, ended, type Paths, running } from './path';

/** A task in mid-attempt on a worker of its own. */
async function runningOn(harness: Harness, queue: string, asked: Asked) {
  const worker = await startWorkerProcess(harness, { queue, grace: 0 });
  const task = await running(harness, { ...asked, policy: { ...asked.policy, queue } });
  return { ...task, worker };
}

/** A task that must not run twice, whose worker was killed: it is parked, and another worker serves it. */
async function parked(harness: Harness, queue: string) {
  const { id, waitFor, worker } = await runningOn(harness, queue, { type: 'test.once' });
  await worker.stop('SIGKILL');
  await harness.touch(waitFor);
  const stop = await harness.startWorkers({ queues: [queue] });
  await harness.reaches(id, 'dead-lettered');
  return { id, stop };
}

/** What happens to tasks whose worker goes. */
export const lossPaths: Paths = {
  'worker-lost': async (harness) => {
    const { id, waitFor, worker } = await runningOn(harness, 'lost', {});
    await worker.stop('SIGKILL');
    await harness.touch(waitFor);
    const stop = await harness.startWorkers({ queues: ['lost'] });
    const runs = await ended(harness, id);
    await stop();
    return runs;
  },
  'worker-lost-too-often': async (harness) => {
    const policy = { attempts: 1, lostAttempts: 0 };
    const { id, worker } = await runningOn(harness, 'lost-for-good', { policy });
    await worker.stop('SIGKILL');
    const stop = await harness.startWorkers({ queues: ['lost-for-good'] });
    const runs = await ended(harness, id);
    await stop();
    return runs;
  },
  'inline-worker-lost': async (harness) => {
    const { id, waitFor, worker } = await runningOn(harness, 'lost-inline', { type: 'test.inline' });
    await worker.stop('SIGKILL');
    await harness.touch(waitFor);
    const stop = await harness.startWorkers({ queues: ['lost-inline'] });
    const runs = await ended(harness, id);
    await stop();
    return runs;
  },
  'handed-over': async (harness) => {
    const { id, waitFor, worker } = await runningOn(harness, 'handed-over', {});
    await worker.stop('SIGTERM');
    await harness.touch(waitFor);
    const stop = await harness.startWorkers({ queues: ['handed-over'] });
    const runs = await ended(harness, id);
    await stop();
    return runs;
  },
  'handed-over-too-often': async (harness) => {
    const policy = { attempts: 1, lostAttempts: 0 };
    const { id, worker } = await runningOn(harness, 'handed-over-for-good', { policy });
    await worker.stop('SIGTERM');
    const stop = await harness.startWorkers({ queues: ['handed-over-for-good'] });
    const runs = await ended(harness, id);
    await stop();
    return runs;
  },
  'outcome-unknown-then-retried': async (harness) => {
    const { id, stop } = await parked(harness, 'unknown-retried');
    const handle = harness.temporal.workflow.getHandle(id);
    await handle.signal('retry', { parking: 2, reason: 'meant for another parking' });
    await handle.signal('retry', { parking: 1, by: 'ann', input: { value: 'again' } });
    const runs = await ended(harness, id);
    await stop();
    return runs;
  },
  'outcome-unknown-then-resolved': async (harness) => {
    const { id, stop } = await parked(harness, 'unknown-resolved');
    await harness.tasks.act(id, 'resolve', { result: { value: 'by hand', attempt: 0 }, by: 'ann' });
    const runs = await ended(harness, id);
    await stop();
    return runs;
  },
  'outcome-unknown-then-abandoned': async (harness) => {
    const { id, stop } = await parked(harness, 'unknown-abandoned');
    await harness.tasks.act(id, 'abandon', { reason: 'never mind', by: 'ann' });
    const runs = await ended(harness, id);
    await stop();
    return runs;
  },
  'outcome-unknown-then-cancelled': async (harness) => {
    const { id, stop } = await parked(harness, 'unknown-cancelled');
    await harness.tasks.act(id, 'cancel');
    const runs = await ended(harness, id);
    await stop();
    return runs;
  },
};
