import { NativeConnection } from '@temporalio/worker';
import { closeConnection } from '../../src/worker/connect';
import { CallRefuser } from '../../test/support/faults/call-refuser';
import type { Harness } from '../../test/support/harness';
import { until } from '../../test/support/until';
import { ended, type Paths, running, submitted } from './path';

/** A task whose first run ends with its first worker, which is not there yet. */
async function limited(harness: Harness, queue: string) {
  const first = await submitted(harness, { policy: { queue, maxQueueTime: 600 } });
  return { first, id: first.id, serve: () => harness.startWorkers({ queues: [queue] }) };
}

/** What one run or activity hands to the next. */
export const carriedPaths: Paths = {
  'picked-up-with-a-pause': async (harness) => {
    const { first, id, serve } = await limited(harness, 'carried');
    await harness.tasks.act(id, 'pause');
    const stop = await serve();
    await harness.reaches(id, 'paused');
    await harness.tasks.act(id, 'resume');
    const runs = [first, ...(await ended(harness, id))];
    await stop();
    return runs;
  },
  'picked-up-with-a-verdict': async (harness) => {
    const { first, id, serve } = await limited(harness, 'carried-verdict');
    await harness.tasks.act(id, 'abandon', { reason: 'not wanted' });
    const stop = await serve();
    const runs = [first, ...(await ended(harness, id))];
    await stop();
    return runs;
  },
  'cancelled-instead-of-picked-up': async (harness) => {
    const { id, serve } = await limited(harness, 'carried-cancel');
    await harness.tasks.act(id, 'cancel');
    const stop = await serve();
    const runs = await ended(harness, id);
    await stop();
    return runs;
  },
  'messages-in-their-order': async (harness) => {
    const { id } = await submitted(harness, { policy: { queue: 'in-order' } });
    await harness.tasks.act(id, 'fail', { reason: 'the first one' });
    await harness.tasks.act(id, 'resolve', { result: { value: 'the second one', attempt: 0 } });
    const stop = await harness.startWorkers({ queues: ['in-order'] });
    const runs = await ended(harness, id);
    await stop();
    return runs;
  },
  'waited-between-attempts': async (harness) => {
    const policy = { queue: 'one-place', maxQueueTime: 8 };
    const stop = await harness.startWorkers({ queues: ['one-place'], concurrency: 1 });
    const first = await submitted(harness, { input: { failures: 1, retryAfter: 1 }, policy });
    await harness.reaches(first.id, 'retrying');
    const other = await running(harness, { policy: { queue: 'one-place' } });
    await until('its turn is over', async () => {
      const { events } = await harness.temporal.workflow.getHandle(first.id).fetchHistory();
      return events?.some((event) => event.activityTaskTimedOutEventAttributes);
    });
    await harness.touch(other.waitFor);
    const [last] = await ended(harness, first.id);
    await stop();
    return last ? [last] : [];
  },
  'held-by-the-workflow': async (harness) => {
    const refuser = await CallRefuser.start(harness.server.port);
    Object.assign(refuser, { denied: /\/(Unp|P)auseActivity$/, status: 'UNIMPLEMENTED' });
    const connection = await NativeConnection.connect({ address: refuser.address });
    const stop = await harness.startWorkers({ connection, queues: ['unheld'] });
    const { id, waitFor } = await running(harness, { input: { failures: 1 }, policy: { queue: 'unheld' } });
    await harness.temporal.workflow.getHandle(id).signal('pause');
    await until('the pause shows', async () => (await harness.tasks.read(id)).pauseRequested);
    await harness.touch(waitFor);
    await until('the workflow holds it', async () => {
      const { raw } = await harness.temporal.workflow.getHandle(id).describe();
      return !raw.pendingActivities?.length;
    });
    await harness.tasks.act(id, 'resume');
    const runs = await ended(harness, id);
    await stop();
    await closeConnection(connection);
    await refuser.close();
    return runs;
  },
};
