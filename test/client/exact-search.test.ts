import type { TaskFilter } from '../../src/client/list/list-query';
import { TestApi } from '../support/api';
import { parkedTask } from '../support/dead-letters';
import { Harness } from '../support/harness';
import { cli } from '../support/processes/cli';
import { until } from '../support/until';

let harness: Harness;
let api: TestApi;
/** The tasks of this file by their one tag, which is their tenant too. */
const ids: Record<string, string> = {};
const NAMES = ['Prod', 'prod', 'PROD', 'É', 'é', 'a.b', 'a-b', 'x/y@z:1'];
let parked: string;

beforeAll(async () => {
  harness = await Harness.start();
  api = await TestApi.start(harness);
  const stop = await harness.startWorkers();
  parked = (await parkedTask(harness, {}, { tags: ['Night'] })).id;
  await parkedTask(harness, {}, { tags: ['night'] });
  await stop();
  for (const name of NAMES) {
    const { task } = await harness.tasks.submit({ type: 'test.probe', input: {}, tags: [name], tenant: name });
    ids[name] = task.id;
  }
  const all = NAMES.length + 2;
  await until('all are listed', async () => (await harness.temporal.workflow.count()).count === all);
});
afterAll(async () => {
  await api.close();
  await harness.close();
});

async function found(filter: TaskFilter): Promise<string[]> {
  const { tasks, cursor } = await harness.tasks.list({ filter });
  expect(cursor).toBeUndefined();
  return tasks.map(({ id }) => id);
}

it.each(NAMES)('the tag and the tenant %s find and count their own task only', async (name) => {
  for (const filter of [{ tag: name }, { tenant: name }]) {
    expect([await found(filter), await harness.tasks.count(filter)]).toEqual([[ids[name]], 1]);
  }
});

const LONG = 'x'.repeat(250);
const NOBODYS = ['"', "'", '\\', "prod'", "'prod'", 'prod"', '"prod"', 'prod\\', 'prod ', ' prod', 'prod*', '*', '%'];
const ODD = [...NOBODYS, 'pro_', 'prod OR Prod', '(', 'e\u0301', '\u200bprod', 'prod;--', '`prod`', 'NULL', LONG];

describe.each(['tag', 'tenant', 'type', 'category', 'failureCode', 'fingerprint'] as const)(
  'a filter by %s',
  (field) => {
    const own = { type: 'test.probe', category: 'default' } as Record<string, string>;
    const odd = [...ODD, ...['"', "'", '\\', ' ', '*'].map((sign) => `${own[field] ?? 'prod'}${sign}`)];

    it.each(odd)('that no task can have finds nothing, at once: %j', async (value) => {
      const query = new URLSearchParams({ [field]: value });
      const { status, body } = await api.get(`/v1/tasks?${query}`);
      // The index of tags and tenants cannot be asked for one; no task can have it, as the answer says.
      if (value.includes('"') && (field === 'tag' || field === 'tenant')) {
        expect([status, body.code]).toEqual([400, 'malformed-request']);
        expect(JSON.stringify(body)).toMatch(/double quotes/);
        return;
      }
      expect([status, body.tasks]).toEqual([200, []]);
      expect(await harness.tasks.count({ [field]: value })).toBe(0);
      const letters = await api.get(`/v1/dead-letters?${query}`);
      expect([letters.status, letters.body.deadLetters, letters.body.counts.total]).toEqual([200, [], 0]);
    });
  },
);

it('dead letters of a tag are listed, counted and exported to the letter', async () => {
  const { body } = await api.get('/v1/dead-letters?tag=Night');
  const listed = body.deadLetters.map(({ id }: { id: string }) => id);
  expect([listed, body.counts.total, body.counts.byFingerprint[0].count]).toEqual([[parked], 1, 1]);
  const { body: csv } = await api.get('/v1/dead-letters.csv?tag=Night');
  expect(csv.trim().split('\n').slice(1)).toEqual([expect.stringContaining(parked)]);
});

it('a bulk action is about the tasks of its own tag only, by API and command line', async () => {
  const order = { action: 'cancel', filter: { tag: 'PROD' }, reason: 'test' };
  const { body: preview } = await api.post('/v1/bulk-actions', { ...order, dryRun: true });
  expect(preview.count).toBe(1);
  const { stdout } = await cli(harness, ['list', '--type', "test.probe'", '--json']);
  expect(JSON.parse(stdout)).toEqual(expect.objectContaining({ tasks: [] }));

  await harness.startWorkers({ queues: [] });
  const { bulkAction } = await harness.tasks.bulkActions.start({
    action: 'cancel',
    filter: { tag: 'PROD' },
    message: { by: 'test', reason: 'test' },
  });
  await until('it has ended', async () => (await harness.tasks.bulkActions.read(bulkAction.id)).endedAt);
  expect(await harness.tasks.bulkActions.read(bulkAction.id)).toMatchObject({ state: 'completed', matched: 1 });
  await harness.startWorkers();
  await harness.reaches(ids.PROD ?? '', 'cancelled');
  for (const name of ['Prod', 'prod']) await harness.reaches(ids[name] ?? '', 'completed');
});
