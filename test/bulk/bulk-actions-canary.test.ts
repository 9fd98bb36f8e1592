import { TestApi } from '../support/api';
import { parkedTask } from '../support/dead-letters';
import { Harness } from '../support/harness';
import { until } from '../support/until';
import { endOfBulk, readBulk, reportOf, runBulk, startBulk, untilMatched } from './bulk';

/** One task, then ten: with so many more there is a last stage too. */
const COUNT = 14;

let harness: Harness;
let api: TestApi;

beforeAll(async () => {
  harness = await Harness.start();
  await harness.startWorkers();
  api = await TestApi.start(harness);
});
afterAll(async () => {
  await api.close();
  await harness.close();
});

const parked = (tag: string, input: object) => parkedTask(harness, input, { tags: [tag] });

async function parkedMany(count: number, tag: string, input: object): Promise<string[]> {
  const tasks = await Promise.all(Array.from({ length: count }, () => parked(tag, input)));
  return tasks.map(({ id }) => id);
}

/** How many of them were never told anything. */
async function untouched(ids: readonly string[]): Promise<number> {
  const tasks = await Promise.all(ids.map((id) => harness.tasks.read(id)));
  return tasks.filter(({ state, parking }) => state === 'dead-lettered' && parking?.number === 1).length;
}

const canary = (tag: string) => ({ action: 'retry', filter: { tag }, canary: true, rate: 100 });

describe('a canary', () => {
  it('waits for what comes of one task, then of ten, and goes on with all when they heal', async () => {
    const waitFor = harness.file();
    const ids = await parkedMany(COUNT, 'heals', { failures: 1, waitFor: undefined });
    await untilMatched(api, { tag: 'heals' }, COUNT);
    const { id } = await startBulk(api, { ...canary('heals'), input: { waitFor } });
    const watching = await until('it watches the first', async () => {
      const view = await readBulk(api, id);
      return view.state === 'watching' ? view : undefined;
    });
    expect(watching).toMatchObject({ stage: 1, stages: 3, matched: COUNT, done: 1 });
    expect(await untouched(ids)).toBe(COUNT - 1);

    await harness.touch(waitFor);
    expect(await endOfBulk(api, id)).toMatchObject({ state: 'completed', stage: 3, done: COUNT });
    for (const one of ids) await harness.reaches(one, 'completed');
  });

  it('stops after the first task when the failure comes back, and says so', async () => {
    const ids = await parkedMany(COUNT, 'sick', { failures: 99 });
    await untilMatched(api, { tag: 'sick' }, COUNT);
    const ended = await runBulk(api, canary('sick'));
    const [first] = await reportOf(api, ended.id);
    expect(ended).toMatchObject({
      state: 'stopped',
      done: 1,
      stoppedBecause: `Stage 1 of 3: the same failure came back, for one in ${first?.id}`,
    });
    expect(await untouched(ids)).toBe(COUNT - 1);
  });

  it('stops after the ten when only the first has healed', async () => {
    const sick = await parkedMany(COUNT, 'mixed', { failures: 99 });
    // The newest comes first.
    const { id: healthy } = await parked('mixed', { failures: 1 });
    await untilMatched(api, { tag: 'mixed' }, COUNT + 1);
    const ended = await runBulk(api, canary('mixed'));
    expect(ended).toMatchObject({ state: 'stopped', stage: 2, done: 11 });
    expect(ended.stoppedBecause).toMatch(/^Stage 2 of 3: the same failure came back/);
    expect((await harness.tasks.read(healthy)).state).toBe('completed');
    expect(await untouched(sick)).toBe(COUNT - 10);
  });

  it('passes over tasks that have moved on: they prove nothing', async () => {
    const ids = await parkedMany(3, 'gone', { failures: 1 });
    await untilMatched(api, { tag: 'gone' }, 3);
    const ended = await runBulk(api, { ...canary(''), filter: undefined, ids: ['test.parked:nobody', ...ids] });
    expect(ended).toMatchObject({ state: 'completed', done: 3, refused: 1 });
  });

  it('stops when nothing has come of the first within its time', async () => {
    const waitFor = harness.file();
    const ids = await parkedMany(2, 'slow', { failures: 1 });
    await untilMatched(api, { tag: 'slow' }, 2);
    const ended = await runBulk(api, { ...canary('slow'), canarySeconds: 1, input: { waitFor } });
    expect(ended).toMatchObject({
      state: 'stopped',
      done: 1,
      stoppedBecause: 'Stage 1 of 3: 1 of its tasks had not ended after 1 s, and none has completed',
    });
    await harness.touch(waitFor);
    expect(await untouched(ids)).toBe(1);
  });
});
