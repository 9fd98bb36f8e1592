import type { BulkRequest } from '../../src/client/bulk/bulk-order';
import { BULK_WORKFLOW, type BulkProgress } from '../../src/protocol/bulk';
import { CONTROL_QUEUE } from '../../src/protocol/task';
import { parkedTask } from '../../test/support/dead-letters';
import type { Harness } from '../../test/support/harness';
import { until } from '../../test/support/until';
import { endOfControl, type Paths } from './path';

/** A canary's first two stages, and one more for the last. */
const THREE_STAGES = 12;

async function parked(harness: Harness, count: number, input: object = {}): Promise<string[]> {
  const tasks = await Promise.all(Array.from({ length: count }, () => parkedTask(harness, input)));
  return tasks.map(({ id }) => id);
}

const canary = { rate: 100, canary: true, canarySeconds: 60 };

async function started(harness: Harness, ids: string[], more: Partial<BulkRequest> = {}): Promise<string> {
  const request = { action: 'retry', ids, message: { by: 'ann', reason: 'mended' }, rate: 100, ...more } as const;
  return (await harness.tasks.bulkActions.start(request)).bulkAction.id;
}

async function reaches(harness: Harness, id: string, ...states: BulkProgress['state'][]): Promise<void> {
  await until(`${id} is ${states.join(' or ')}`, async () =>
    states.includes((await harness.tasks.bulkActions.read(id)).state),
  );
}

/** What becomes of bulk actions. A dry run is none: nothing is started for it. */
export const bulkPaths: Paths = {
  'bulk-completed': async (harness) => {
    const ids = await parked(harness, 3);
    return endOfControl(harness, await started(harness, [...ids, 'test.parked:nobody']));
  },
  'bulk-in-slices': async (harness) => {
    // Two tasks are ten seconds of work, which is a slice.
    const ids = await parked(harness, 3);
    return endOfControl(harness, await started(harness, ids, { rate: 0.2 }));
  },
  'bulk-of-nothing': async (harness) => {
    const filter = { tag: 'nobody-has-it' };
    const message = { by: 'ann', reason: 'not needed' };
    const { bulkAction } = await harness.tasks.bulkActions.start({ action: 'abandon', filter, message });
    return endOfControl(harness, bulkAction.id);
  },
  'bulk-canary-goes-on': async (harness) => {
    const ids = await parked(harness, THREE_STAGES);
    return endOfControl(harness, await started(harness, ids, canary));
  },
  'bulk-canary-stopped': async (harness) => {
    const ids = await parked(harness, THREE_STAGES, { failures: 9 });
    return endOfControl(harness, await started(harness, ids, canary));
  },
  'bulk-canary-undecided': async (harness) => {
    const ids = await parked(harness, 2);
    const waitFor = harness.file();
    const message = { by: 'ann', reason: 'mended', input: { waitFor } };
    const runs = await endOfControl(harness, await started(harness, ids, { ...canary, canarySeconds: 1, message }));
    await harness.touch(waitFor);
    return runs;
  },
  'bulk-cancelled': async (harness) => {
    const id = await started(harness, await parked(harness, 3), { rate: 0.1 });
    await reaches(harness, id, 'acting');
    await harness.tasks.bulkActions.cancel(id, { by: 'ann', reason: 'not now' });
    return endOfControl(harness, id);
  },
  'bulk-cancelled-while-watching': async (harness) => {
    const waitFor = harness.file();
    const message = { by: 'ann', reason: 'mended', input: { waitFor } };
    const id = await started(harness, await parked(harness, 2), { ...canary, message });
    await reaches(harness, id, 'watching');
    await harness.tasks.bulkActions.cancel(id, { by: 'ann', reason: 'not now' });
    const runs = await endOfControl(harness, id);
    await harness.touch(waitFor);
    return runs;
  },
  'bulk-without-an-order': async (harness) => {
    const start = { workflowId: 'bulk-action:by-hand', taskQueue: CONTROL_QUEUE, args: ['nonsense'] };
    const { workflowId } = await harness.temporal.workflow.start(BULK_WORKFLOW, start);
    return endOfControl(harness, workflowId);
  },
};
