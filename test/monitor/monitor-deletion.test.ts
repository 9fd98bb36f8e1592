import { Harness } from '../support/harness';
import { KEEP_ALL, monitorStatus, runMonitor } from '../support/monitor';
import { until } from '../support/until';

const DAY = 86_400;
/** Completed tasks stay for six seconds, failed ones for an hour. */
const KEEP = { ...KEEP_ALL, completed: 6 / DAY, failed: 3600 / DAY };
/** A key that is free soon: only the retention keeps the task then. */
const SOON = { window: 1, failureWindow: 1 };

let harness: Harness;
let stopMonitor: () => Promise<void>;

beforeAll(async () => {
  harness = await Harness.start();
  await harness.startWorkers();
  stopMonitor = await runMonitor(harness, { keep: KEEP });
});
afterAll(async () => {
  await stopMonitor();
  await harness.close();
});

async function submit(input: object, more: object = {}) {
  const { task } = await harness.tasks.submit({ type: 'test.probe', input, policy: SOON, ...more });
  return task.id;
}

const exists = (id: string) =>
  harness.tasks.read(id).then(
    () => true,
    () => false,
  );

const goneFor = (id: string) => until(`${id} is deleted`, async () => !(await exists(id)));

it('S3-16: deletes ended tasks after their own retention, and nothing before or besides', async () => {
  const later = new Date(Date.now() + 3600_000);
  const kept = {
    'answers for its key': await submit({}, { policy: { window: 3600 } }),
    failed: await submit({ failures: 1, code: 'PERMANENT_VALIDATION' }),
    'has not ended': await submit({}, { runAt: later }),
    'runs again': await submit({}, { runAt: later }),
  };
  const old = await submit({ lines: ['hello'] }, { key: 'old' });
  const cancelled = await submit({}, { runAt: later });
  await harness.reaches(old, 'completed');
  for (const id of [cancelled, kept['runs again']]) {
    await harness.tasks.act(id, 'cancel');
    await harness.reaches(id, 'cancelled');
  }
  // A new run of the same task: the cancelled one before it belongs to its story.
  await harness.tasks.act(kept['runs again'], 'retry', { input: { waitFor: harness.file() } });
  await harness.reaches(kept.failed, 'failed');
  expect(await harness.artifacts.listLog(old)).toHaveLength(1);

  await goneFor(cancelled);
  await goneFor(old);
  const { lastPass } = await monitorStatus(harness);
  const young = await submit({});
  await harness.reaches(young, 'completed');
  await until('passes have looked at the others too', async () => {
    const next = (await monitorStatus(harness)).lastPass;
    return Date.parse(next?.startedAt ?? '') > Date.parse(lastPass?.endedAt ?? '');
  });

  expect(await exists(young)).toBe(true);
  for (const [what, id] of Object.entries(kept)) expect([what, await exists(id)]).toEqual([what, true]);
  const story = await harness.tasks.timeline(kept['runs again']);
  expect(story.map(({ event }) => event)).toEqual(expect.arrayContaining(['created', 'cancelled', 'redriven']));
  expect(await harness.artifacts.listLog(old)).toEqual([]);
  const again = await harness.tasks.submit({ type: 'test.probe', input: { lines: ['hello'] }, key: 'old' });
  expect(again.duplicate).toBe(false);
});
