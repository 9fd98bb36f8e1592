import type { Harness } from '../../test/support/harness';
import { until } from '../../test/support/until';
import { ended, endedOn, type Path, type Paths, submitted } from './path';

const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1000);

/** A task that an operator pauses before it has a worker, and what becomes of it then. */
function pausedUnserved(
  queue: string,
  then: (harness: Harness, id: string) => Promise<unknown>,
  runAt?: () => Date,
): Path {
  return async (harness) => {
    const { id } = await submitted(harness, { policy: { queue }, ...(runAt && { runAt: runAt() }) });
    await harness.tasks.act(id, 'pause');
    return endedOn(harness, queue, id, async () => {
      await harness.reaches(id, 'paused');
      await then(harness, id);
    });
  };
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
  'scheduled-and-paused-before-its-first-worker': pausedUnserved(
    'much-later',
    async (harness, id) => {
      await harness.tasks.act(id, 'resume');
      await harness.reaches(id, 'scheduled');
      await harness.tasks.act(id, 'cancel');
    },
    () => inSeconds(3600),
  ),
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
  'paused-before-its-first-worker': pausedUnserved('late', (harness, id) => harness.tasks.act(id, 'resume')),
  'paused-then-resolved': pausedUnserved('later', (harness, id) =>
    harness.tasks.act(id, 'resolve', { result: { value: 'by hand', attempt: 0 } }),
  ),
  'paused-then-cancelled': pausedUnserved('never', (harness, id) => harness.tasks.act(id, 'cancel')),
  'failed-before-its-first-worker': async (harness) => {
    const { id } = await submitted(harness, { policy: { queue: 'too-late' } });
    await harness.tasks.act(id, 'fail', { reason: 'not needed' });
    return endedOn(harness, 'too-late', id);
  },
};
