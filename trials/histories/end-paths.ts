import { ended, type Paths, running, submitted } from './path';

/** Where nobody listens: the workflow's part is over once the deliveries are made. */
const notify = [{ url: 'https://hooks.example.com/ends' }];

/** Ends of which somebody asked to be notified. */
export const endPaths: Paths = {
  'end-told-completed': async (harness) => ended(harness, (await submitted(harness, { notify })).id),
  'end-told-failed': async (harness) => {
    const { id } = await submitted(harness, { input: { failures: 9, code: 'PERMANENT_VALIDATION' }, notify });
    return ended(harness, id);
  },
  'end-told-cancelled': async (harness) => {
    const { id } = await running(harness, { notify });
    await harness.tasks.act(id, 'cancel');
    return ended(harness, id);
  },
  'end-told-resolved': async (harness) => {
    const { id } = await submitted(harness, { input: { failures: 9, code: 'PERMANENT_VALIDATION' }, notify });
    await harness.reaches(id, 'failed');
    await harness.tasks.act(id, 'resolve', { result: { value: 'by hand', attempt: 0 } });
    return ended(harness, id);
  },
};
