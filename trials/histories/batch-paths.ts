import type { BatchRequest } from '../../src/client/batches/batches';
import { BATCH_WORKFLOW } from '../../src/protocol/batch';
import { CONTROL_QUEUE } from '../../src/protocol/task';
import { membersOf, startBatch } from '../../test/support/batches';
import type { Harness } from '../../test/support/harness';
import { until } from '../../test/support/until';
import { ended, endOfControl, type Paths, type Run } from './path';

const FOR_GOOD = { failures: 1, code: 'PERMANENT_VALIDATION' };

const probe = (input: object = {}) => ({ type: 'test.probe', input });

async function started(harness: Harness, tasks: object[], more: Partial<BatchRequest> = {}): Promise<string> {
  return (await startBatch(harness, { tasks, ...more })).id;
}

/** The task of a member, once it is in flight. */
function memberOf(harness: Harness, id: string, index = 0): Promise<string> {
  return until(`member ${index} is submitted`, async () => {
    const member = (await membersOf(harness, id))[index];
    return member?.state === 'open' ? member.id : undefined;
  });
}

/** The run of the one member of a batch, once it has ended. */
async function memberEnds(harness: Harness, task: object): Promise<Run[]> {
  const id = await started(harness, [task]);
  await endOfControl(harness, id);
  const [member] = await membersOf(harness, id);
  return ended(harness, member?.id ?? '');
}

/** What becomes of batches, and of tasks that belong to one. */
export const batchPaths: Paths = {
  'batch-completed': async (harness) => {
    const tasks = [probe(), probe(FOR_GOOD), probe()];
    return endOfControl(harness, await started(harness, tasks, { limit: 2, atEnd: probe() }));
  },
  'batch-stopped': async (harness) => {
    const tasks = Array.from({ length: 6 }, () => probe(FOR_GOOD));
    return endOfControl(harness, await started(harness, tasks, { limit: 1, stopAfterFailures: 2 }));
  },
  'batch-cancelled': async (harness) => {
    const waitFor = harness.file();
    const id = await started(harness, [probe({ waitFor }), probe({ waitFor }), probe()], { limit: 2 });
    await harness.reaches(await memberOf(harness, id), 'running');
    await harness.tasks.batches.cancel(id, { by: 'ann', reason: 'not now' });
    return endOfControl(harness, id);
  },
  'batch-looked-at-its-members': async (harness) => {
    const id = await started(harness, [probe({ waitFor: harness.file() })], { lookSeconds: 2 });
    const member = await memberOf(harness, id);
    // Once in vain.
    const handle = harness.temporal.workflow.getHandle(id);
    await until('it has looked', async () => (await handle.describe()).historyLength > 16);
    await harness.temporal.workflow.getHandle(member).terminate('by hand');
    return endOfControl(harness, id);
  },
  'batch-garbage': async (harness) => {
    const waitFor = harness.file();
    const id = await started(harness, [probe({ waitFor })]);
    await memberOf(harness, id);
    for (const word of [null, 5, 'text', [1], { index: 0, fate: 'completed', generation: 'another' }]) {
      await harness.temporal.workflow.getHandle(id).signal('memberEnded', word);
    }
    await harness.touch(waitFor);
    return endOfControl(harness, id);
  },
  'batch-without-an-order': async (harness) => {
    const start = { workflowId: 'batch:by-hand', taskQueue: CONTROL_QUEUE, args: ['nonsense'] };
    const { workflowId } = await harness.temporal.workflow.start(BATCH_WORKFLOW, start);
    return endOfControl(harness, workflowId);
  },
  'batch-member-completed': (harness) => memberEnds(harness, probe({ value: 42 })),
  'batch-member-failed': (harness) => memberEnds(harness, probe(FOR_GOOD)),
  'batch-member-inline': (harness) => memberEnds(harness, { type: 'test.inline', input: {} }),
  'batch-member-cancelled': async (harness) => {
    const id = await started(harness, [probe({ waitFor: harness.file() })]);
    const member = await memberOf(harness, id);
    await harness.reaches(member, 'running');
    await harness.tasks.act(member, 'cancel');
    return ended(harness, member);
  },
  'batch-member-picked-up-in-time': async (harness) => {
    const id = await started(harness, [{ ...probe(), policy: { maxQueueTime: 60 } }]);
    await endOfControl(harness, id);
    const [member] = await membersOf(harness, id);
    return ended(harness, member?.id ?? '');
  },
  'batch-member-of-a-batch-that-is-gone': async (harness) => {
    const waitFor = harness.file();
    const id = await started(harness, [probe({ waitFor })]);
    const member = await memberOf(harness, id);
    await harness.temporal.workflow.getHandle(id).terminate('by hand');
    await harness.touch(waitFor);
    return ended(harness, member);
  },
};

/** Paths for a server that suggests a new run after a few events; a stock one does so after 4,096. */
export const earlyBatchPaths: Paths = {
  'batch-continued': async (harness) => {
    const tasks = Array.from({ length: 12 }, () => probe());
    const id = await started(harness, tasks, { limit: 3 });
    const { runId: first } = await harness.temporal.workflow.getHandle(id).describe();
    return [{ id, runId: first }, ...(await endOfControl(harness, id))];
  },
};
