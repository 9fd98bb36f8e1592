import { NativeConnection } from '@temporalio/worker';
import { closeConnection } from '../../src/worker/connect';
import { CallRefuser } from '../../test/support/faults/call-refuser';
import type { Harness } from '../../test/support/harness';
import { until } from '../../test/support/until';
import { ended, endedOn, type Paths, running, submitted } from './path';

/** A task whose first run ends with its first worker, which is not there yet. */
const limited = (harness: Harness, queue: string) => submitted(harness, { policy: { queue, maxQueueTime: 600 } });

/** What one run or activity hands to the next. */
export const carriedPaths: Paths = {
  'picked-up-with-a-pause': async (harness) => {
    const first = await limited(harness, 'carried');
    await harness.tasks.act(first.id, 'pause');
    const runs = await endedOn(harness, 'carried', first.id, async () => {
      await harness.reaches(first.id, 'paused');
      await harness.tasks.act(first.id, 'resume');
    });
    return [first, ...runs];
  },
  'picked-up-with-a-verdict': async (harness) => {
    const first = await limited(harness, 'carried-verdict');
    await harness.tasks.act(first.id, 'abandon', { reason: 'not wanted' });
    return [first, ...(await endedOn(harness, 'carried-verdict', first.id))];
  },
  'cancelled-instead-of-picked-up': async (harness) => {
    const { id } = await limited(harness, 'carried-cancel');
    await harness.tasks.act(id, 'cancel');
    return endedOn(harness, 'carried-cancel', id);
  },
  'messages-in-their-order': async (harness) => {
    const { id } = await submitted(harness, { policy: { queue: 'in-order' } });
    await harness.tasks.act(id, 'fail', { reason: 'the first one' });
    // The client would refuse it, as the first one comes before; others can send it.
    const second = { result: { value: 'the second one', attempt: 0 } };
    await harness.temporal.workflow.getHandle(id).signal('resolve', second);
    return endedOn(harness, 'in-order', id);
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
