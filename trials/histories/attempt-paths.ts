import { ended, type Paths, running, submitted } from './path';

/** How attempts end a task without anybody's word. */
export const attemptPaths: Paths = {
  completed: async (harness) => {
    const { id } = await submitted(harness, { input: { value: 42 } });
    return ended(harness, id);
  },
  'retried-and-completed': async (harness) => {
    const { id } = await submitted(harness, { input: { failures: 2 } });
    return ended(harness, id);
  },
  'used-up': async (harness) => {
    const { id } = await submitted(harness, { input: { failures: 9 } });
    return ended(harness, id);
  },
  'failed-for-good': async (harness) => {
    const { id } = await submitted(harness, { input: { failures: 9, code: 'PERMANENT_VALIDATION' } });
    return ended(harness, id);
  },
  'attempt-timed-out': async (harness) => {
    const input = { waitFor: harness.file() };
    const { id } = await submitted(harness, { input, policy: { timeout: 1, attempts: 1 } });
    return ended(harness, id);
  },
  'unknown-to-its-worker': async (harness) => {
    const policy = { queue: 'ignorant', attempts: 1, lostAttempts: 0 };
    const { id } = await submitted(harness, { policy });
    const stop = await harness.startWorkers({ queues: ['ignorant'], contracts: [], handlers: {} });
    const runs = await ended(harness, id);
    await stop();
    return runs;
  },
  'bad-start-input': async (harness) => {
    const start = { workflowId: 'by-hand', taskQueue: 'default', args: ['nonsense'] };
    const handle = await harness.temporal.workflow.start('test.probe', start);
    await handle.result().catch(() => undefined);
    return [{ id: 'by-hand', runId: handle.firstExecutionRunId }];
  },
  'picked-up-in-time': async (harness) => {
    const first = await submitted(harness, { policy: { maxQueueTime: 60 } });
    return [first, ...(await ended(harness, first.id))];
  },
  'never-a-free-slot': async (harness) => {
    const policy = { queue: 'narrow' };
    const stop = await harness.startWorkers({ queues: ['narrow'], concurrency: 1 });
    const busy = await running(harness, { policy });
    const first = await submitted(harness, { policy: { ...policy, maxQueueTime: 2 } });
    const runs = await ended(harness, first.id);
    await harness.touch(busy.waitFor);
    await stop();
    return [first, ...runs];
  },
  'inline-completed': async (harness) => {
    const { id } = await submitted(harness, { type: 'test.inline', input: { value: 42 } });
    return ended(harness, id);
  },
  'inline-then-ordinary': async (harness) => {
    const { id } = await submitted(harness, { type: 'test.inline', input: { failures: 2 } });
    return ended(harness, id);
  },
  'inline-cancelled': async (harness) => {
    const { id } = await running(harness, { type: 'test.inline', policy: { timeout: 60 } });
    await harness.tasks.act(id, 'cancel');
    return ended(harness, id);
  },
  'inline-failed-for-good': async (harness) => {
    const { id } = await submitted(harness, {
      type: 'test.inline',
      input: { failures: 1, code: 'PERMANENT_VALIDATION' },
    });
    return ended(harness, id);
  },
};
