import type { OperatorMessage, SignalName } from '../../src/protocol/task';
import type { Harness } from '../../test/support/harness';
import { until } from '../../test/support/until';
import { ended, type Path, type Paths, running, submitted } from './path';

/** A verdict on a running attempt. */
function verdict(name: SignalName, message: OperatorMessage, input: object = {}): Path {
  return async (harness) => {
    const { id, waitFor } = await running(harness, { input });
    await harness.temporal.workflow.getHandle(id).signal(name, message);
    if ('deaf' in input) await harness.touch(waitFor);
    return ended(harness, id);
  };
}

async function pauseShows(harness: Harness, id: string, shows: boolean): Promise<void> {
  await until(
    'the pause shows or is over',
    async () => Boolean((await harness.tasks.read(id)).pauseRequested) === shows,
  );
}

async function failed(harness: Harness) {
  const { id } = await submitted(harness, { input: { failures: 9, code: 'PERMANENT_VALIDATION' } });
  return harness.reaches(id, 'failed');
}

const GARBAGE = ['retry', 'resolve', 'fail', 'abandon', 'pause', 'resume', 'expire', 'no-such-signal'];

async function sendGarbage(harness: Harness, id: string): Promise<void> {
  const handle = harness.temporal.workflow.getHandle(id);
  for (const name of GARBAGE) {
    await handle.signal(name, [1, 2]);
    await handle.signal(name, { by: 5, reason: {} });
    await handle.signal(name, { parking: 99, reason: 'late', result: 1 });
    if (name !== 'pause') await handle.signal(name);
    await harness.temporal.workflowService.signalWorkflowExecution({
      namespace: harness.namespace,
      workflowExecution: { workflowId: id },
      signalName: name,
      input: { payloads: [{ metadata: { encoding: Buffer.from('no/such-thing') }, data: Buffer.from('"x"') }] },
    });
  }
}

/** What operators say to tasks that run, and to tasks that have ended. */
export const operatorPaths: Paths = {
  'resolved-while-running': verdict('resolve', { result: { value: 'by hand', attempt: 0 }, by: 'ann' }),
  'failed-while-running': verdict('fail', { reason: 'not wanted' }),
  'abandoned-while-running': verdict('abandon', { reason: 'never mind' }),
  'expired-while-running': verdict('expire', { reason: 'ran for too long' }),
  'verdict-too-late': verdict('fail', { reason: 'too late' }, { deaf: true }),
  'paused-and-resumed-while-running': async (harness) => {
    const { id, waitFor } = await running(harness);
    await harness.tasks.act(id, 'pause');
    await pauseShows(harness, id, true);
    await harness.tasks.act(id, 'resume');
    await pauseShows(harness, id, false);
    await harness.touch(waitFor);
    return ended(harness, id);
  },
  'held-after-a-failed-attempt': async (harness) => {
    const { id, waitFor } = await running(harness, { input: { failures: 1 } });
    await harness.tasks.act(id, 'pause');
    await pauseShows(harness, id, true);
    await harness.touch(waitFor);
    await harness.reaches(id, 'paused');
    await harness.tasks.act(id, 'resume');
    return ended(harness, id);
  },
  'paused-between-attempts': async (harness) => {
    const { id } = await submitted(harness, { input: { failures: 1, retryAfter: 3 } });
    await harness.reaches(id, 'retrying');
    await harness.tasks.act(id, 'pause');
    await harness.reaches(id, 'paused');
    await harness.tasks.act(id, 'resume');
    return ended(harness, id);
  },
  'resolved-between-attempts': async (harness) => {
    const { id } = await submitted(harness, { input: { failures: 1, retryAfter: 3600 } });
    await harness.reaches(id, 'retrying');
    await harness.tasks.act(id, 'resolve', { result: { value: 'by hand', attempt: 0 } });
    return ended(harness, id);
  },
  'cancelled-while-running': async (harness) => {
    const { id } = await running(harness);
    await harness.tasks.act(id, 'cancel');
    return ended(harness, id);
  },
  'cancelled-between-attempts': async (harness) => {
    const { id } = await submitted(harness, { input: { failures: 1, retryAfter: 3600 } });
    await harness.reaches(id, 'retrying');
    await harness.tasks.act(id, 'cancel');
    return ended(harness, id);
  },
  'cancelled-too-late': async (harness) => {
    const { id, waitFor } = await running(harness, { input: { deaf: true } });
    await harness.tasks.act(id, 'cancel');
    await harness.touch(waitFor);
    return ended(harness, id);
  },
  'garbage-signals': async (harness) => {
    const { id, waitFor } = await running(harness);
    await sendGarbage(harness, id);
    await harness.touch(waitFor);
    return ended(harness, id);
  },
  redriven: async (harness) => {
    const first = await failed(harness);
    await harness.tasks.act(first.id, 'retry', { input: { value: 'corrected' }, by: 'ann', reason: 'typo' });
    return [first, await harness.reaches(first.id, 'completed')];
  },
  'redriven-with-a-result': async (harness) => {
    const first = await failed(harness);
    await harness.tasks.act(first.id, 'resolve', { result: { value: 'by hand', attempt: 0 }, by: 'ann' });
    return [first, await harness.reaches(first.id, 'completed')];
  },
};
