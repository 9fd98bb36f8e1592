import type { Harness } from '../../test/support/harness';
import { until } from '../../test/support/until';
import { ended, type Paths, submitted } from './path';

const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1000);

/** A task that nobody serves yet, and a way to serve it. */
async function unserved(harness: Harness, queue: string, more: { runAt?: Date } = {}) {
  const { id } = await submitted(harness, { policy: { queue }, ...more });
  return { id, serve: () => harness.startWorkers({ queues: [queue] }) };
}

async function scheduledAndPaused(harness: Harness, runAt: Date) {
  const { id } = await submitted(harness, { runAt });
  await harness.tasks.act(id, 'pause');
  await harness.reaches(id, 'paused');
  return id;
}

/** What can happen before the first attempt. */
export const waitingPaths: Paths = {
  scheduled: async (harness) => {
    const { id } = await submitted(harness, { runAt: inSeconds(2) });
    return ended(harness, id);
  },
  'scheduled-and-picked-up': async (harness) => {
    const first = await submitted(harness, { runAt: inSeconds(2), policy: { maxQueueTime: 60 } });
    await until('a second run has begun', async () => (await harness.tasks.read(first.id)).runId !== first.runId);
    return [first, ...(await ended(harness, first.id))];
  },
  'scheduled-paused-resumed': async (harness) => {
    const id = await scheduledAndPaused(harness, inSeconds(10));
    await harness.tasks.act(id, 'resume');
    await harness.reaches(id, 'scheduled');
    return ended(harness, id);
  },
  'paused-past-its-time': async (harness) => {
    const runAt = inSeconds(4);
    const id = await scheduledAndPaused(harness, runAt);
    await until('its timer has fired', async () => {
      const { events } = await harness.temporal.workflow.getHandle(id).fetchHistory();
      return events?.some((event) => event.timerFiredEventAttributes);
    });
    await harness.tasks.act(id, 'resume');
    return ended(harness, id);
  },
  'scheduled-and-paused-before-its-first-worker': async (harness) => {
    const { id, serve } = await unserved(harness, 'much-later', { runAt: inSeconds(3600) });
    await harness.tasks.act(id, 'pause');
    const stop = await serve();
    await harness.reaches(id, 'paused');
    await harness.tasks.act(id, 'resume');
    await harness.reaches(id, 'scheduled');
    await harness.tasks.act(id, 'cancel');
    const runs = await ended(harness, id);
    await stop();
    return runs;
  },
  'scheduled-cancelled': async (harness) => {
    const { id } = await submitted(harness, { runAt: inSeconds(3600) });
    await harness.tasks.act(id, 'cancel');
    return ended(harness, id);
  },
  'scheduled-failed-by-operator': async (harness) => {
    const { id } = await submitted(harness, { runAt: inSeconds(3600) });
    await harness.tasks.act(id, 'fail', { reason: 'not needed' });
    return ended(harness, id);
  },
  'paused-before-its-first-worker': async (harness) => {
    const { id, serve } = await unserved(harness, 'late');
    await harness.tasks.act(id, 'pause');
    const stop = await serve();
    await harness.reaches(id, 'paused');
    await harness.tasks.act(id, 'resume');
    const runs = await ended(harness, id);
    await stop();
    return runs;
  },
  'paused-then-resolved': async (harness) => {
    const { id, serve } = await unserved(harness, 'later');
    await harness.tasks.act(id, 'pause');
    const stop = await serve();
    await harness.reaches(id, 'paused');
    await harness.tasks.act(id, 'resolve', { result: { value: 'by hand', attempt: 0 } });
    const runs = await ended(harness, id);
    await stop();
    return runs;
  },
  'paused-then-cancelled': async (harness) => {
    const { id, serve } = await unserved(harness, 'never');
    await harness.tasks.act(id, 'pause');
    const stop = await serve();
    await harness.reaches(id, 'paused');
    await harness.tasks.act(id, 'cancel');
    const runs = await ended(harness, id);
    await stop();
    return runs;
  },
  'failed-before-its-first-worker': async (harness) => {
    const { id, serve } = await unserved(harness, 'too-late');
    await harness.tasks.act(id, 'fail', { reason: 'not needed' });
    const stop = await serve();
    const runs = await ended(harness, id);
    await stop();
    return runs;
  },
};
