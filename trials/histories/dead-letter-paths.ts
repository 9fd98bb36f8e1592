import type { OperatorMessage, SignalName } from '../../src/protocol/task';
import type { Harness } from '../../test/support/harness';
import { until } from '../../test/support/until';
import { ended, type Path, type Paths, submitted } from './path';

/** A task that is parked for an hour, unless somebody says something. */
async function parked(harness: Harness, type = 'test.parked') {
  const { id } = await submitted(harness, { type, input: { failures: 1 } });
  await harness.reaches(id, 'dead-lettered');
  return id;
}

/** A word to a parked task that ends it, or has it run again and complete. */
function told(name: SignalName, message: OperatorMessage): Path {
  return async (harness) => {
    const id = await parked(harness);
    await harness.temporal.workflow.getHandle(id).signal(name, message);
    return ended(harness, id);
  };
}

/** A task whose failures of class transient are redriven in a moment. */
function redriven(asked: { type?: string; input: object; policy?: object }, times = 2): Path {
  return async (harness) => {
    const redrives = { transient: Array.from({ length: times }, () => 0.2) };
    const { id } = await submitted(harness, { type: 'test.parked', ...asked, policy: { ...asked.policy, redrives } });
    return ended(harness, id);
  };
}

/** What becomes of tasks whose attempts are used up. */
export const deadLetterPaths: Paths = {
  'dead-lettered-and-redriven': redriven({ input: { failures: 1 } }),
  'dead-lettered-twice-and-redriven': redriven({ input: { failures: 2 } }),
  'abandoned-after-redrives': redriven({ input: { failures: 9 } }),
  'abandoned-at-once': redriven({ input: { failures: 1, code: 'PERMANENT_VALIDATION' } }),
  'abandoned-not-idempotent': redriven({ type: 'test.once', input: { failures: 1 } }),
  'not-idempotent-with-nothing-done-redriven': redriven({
    type: 'test.once',
    input: { failures: 2, nothingDone: true },
    policy: { attempts: 1 },
  }),
  'inline-dead-lettered-and-redriven': redriven({
    type: 'test.inline',
    input: { failures: 2 },
    policy: { attempts: 2 },
  }),
  'processing-time-over': async (harness) => {
    const policy = { attempts: 9, timeout: 1, maxProcessingTime: 1.5 };
    const { id } = await submitted(harness, { input: { waitFor: harness.file() }, policy });
    return ended(harness, id);
  },
  'dead-lettered-then-retried': told('retry', { by: 'ann', reason: 'mended' }),
  'dead-lettered-then-corrected': told('retry', { by: 'ann', input: { value: 'corrected' } }),
  'dead-lettered-then-resolved': told('resolve', { result: { value: 'by hand', attempt: 0 } }),
  'dead-lettered-then-failed': told('fail', { reason: 'not wanted' }),
  'dead-lettered-then-abandoned': told('abandon', { reason: 'never mind' }),
  'dead-lettered-then-expired': told('expire', { reason: 'too long' }),
  'dead-lettered-then-retried-later': async (harness) => {
    const id = await parked(harness);
    const handle = harness.temporal.workflow.getHandle(id);
    await handle.signal('retry', { at: new Date(Date.now() + 3600_000).toISOString() });
    await until('the hour shows', async () => {
      const { parking } = await harness.tasks.read(id);
      return Date.parse(parking?.nextRedriveAt ?? '') > Date.now() + 3000_000 && parking;
    });
    await handle.signal('retry', { at: new Date(Date.now() + 1500).toISOString() });
    return ended(harness, id);
  },
  'dead-lettered-then-cancelled': async (harness) => {
    const id = await parked(harness);
    await harness.tasks.act(id, 'cancel');
    return ended(harness, id);
  },
  'dead-lettered-and-paused': async (harness) => {
    const { id } = await submitted(harness, {
      type: 'test.parked',
      input: { failures: 1 },
      policy: { redrives: { transient: [1.5] } },
    });
    await harness.reaches(id, 'dead-lettered');
    await harness.temporal.workflow.getHandle(id).signal('pause');
    await harness.reaches(id, 'paused');
    await harness.tasks.act(id, 'resume');
    return ended(harness, id);
  },
  'dead-lettered-garbage': async (harness) => {
    const id = await parked(harness);
    const handle = harness.temporal.workflow.getHandle(id);
    for (const garbage of [7, [], { at: 'soon' }, { by: 1 }, { parking: 9, reason: 'late' }]) {
      for (const name of ['retry', 'resolve', 'fail', 'abandon', 'expire']) await handle.signal(name, garbage);
    }
    await handle.signal('retry', { parking: 1 });
    return ended(harness, id);
  },
  'critical-dead-lettered': async (harness) => {
    const id = await parked(harness, 'test.critical');
    await harness.tasks.act(id, 'retry');
    return ended(harness, id);
  },
  'abandoned-then-redriven': async (harness) => {
    const { id } = await submitted(harness, { type: 'test.parked', input: { failures: 1, code: 'PERMANENT_LOGIC' } });
    const first = await harness.reaches(id, 'failed');
    await harness.tasks.act(id, 'retry', { input: {}, at: new Date(Date.now() + 1500).toISOString() });
    return [first, ...(await ended(harness, id))];
  },
};
