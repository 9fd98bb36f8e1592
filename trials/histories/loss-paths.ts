import type { Harness } from '../../test/support/harness';
import { startWorkerProcess } from '../../test/support/processes/worker-process';
import { type Asked, endedOn, type Path, type Paths, running } from './path';

/** A task in mid-attempt on a worker of its own. */
async function runningOn(harness: Harness, queue: string, asked: Asked) {
  const worker = await startWorkerProcess(harness, { queue, grace: 0 });
  const task = await running(harness, { ...asked, policy: { ...asked.policy, queue } });
  return { ...task, worker };
}

/** A task whose worker goes, and that goes on at another one. */
function afterLoss(queue: string, signal: 'SIGKILL' | 'SIGTERM', asked: Asked = {}): Path {
  return async (harness) => {
    const { id, waitFor, worker } = await runningOn(harness, queue, asked);
    await worker.stop(signal);
    await harness.touch(waitFor);
    return endedOn(harness, queue, id);
  };
}

/** A task that must not run twice, whose worker was killed: it is parked until somebody says what has become of it. */
function parkedUntil(queue: string, say: (harness: Harness, id: string) => Promise<unknown>): Path {
  return async (harness) => {
    const { id, waitFor, worker } = await runningOn(harness, queue, { type: 'test.once' });
    await worker.stop('SIGKILL');
    await harness.touch(waitFor);
    return endedOn(harness, queue, id, async () => {
      await harness.reaches(id, 'dead-lettered');
      await say(harness, id);
    });
  };
}

const NO_LOSS = { policy: { attempts: 1, lostAttempts: 0 } };

/** What happens to tasks whose worker goes. */
export const lossPaths: Paths = {
  'worker-lost': afterLoss('lost', 'SIGKILL'),
  'worker-lost-too-often': afterLoss('lost-for-good', 'SIGKILL', NO_LOSS),
  'inline-worker-lost': afterLoss('lost-inline', 'SIGKILL', { type: 'test.inline' }),
  'handed-over': afterLoss('handed-over', 'SIGTERM'),
  'handed-over-too-often': afterLoss('handed-over-for-good', 'SIGTERM', NO_LOSS),
  'outcome-unknown-then-retried': parkedUntil('unknown-retried', async (harness, id) => {
    const handle = harness.temporal.workflow.getHandle(id);
    await handle.signal('retry', { parking: 2, reason: 'meant for another parking' });
    await handle.signal('retry', { parking: 1, by: 'ann', input: { value: 'again' } });
  }),
  'outcome-unknown-then-resolved': parkedUntil('unknown-resolved', (harness, id) =>
    harness.tasks.act(id, 'resolve', { result: { value: 'by hand', attempt: 0 }, by: 'ann' }),
  ),
  'outcome-unknown-then-abandoned': parkedUntil('unknown-abandoned', (harness, id) =>
    harness.tasks.act(id, 'abandon', { reason: 'never mind', by: 'ann' }),
  ),
  'outcome-unknown-then-cancelled': parkedUntil('unknown-cancelled', (harness, id) => harness.tasks.act(id, 'cancel')),
};
