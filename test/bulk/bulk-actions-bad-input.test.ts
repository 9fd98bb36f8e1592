import { TestApi } from '../support/api';
import { Harness } from '../support/harness';
import { until } from '../support/until';
import { bulkUrl } from './bulk';

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

const GOOD = { action: 'retry', ids: ['test.probe:1'], reason: 'x' };

describe('a bulk action that makes no sense', () => {
  it.each<[string, object, string]>([
    ['an unknown action', { ...GOOD, action: 'explode' }, '/action'],
    ['an unknown field', { ...GOOD, colour: 'red' }, '/colour'],
    ['neither ids nor filter', { action: 'retry', reason: 'x' }, '/filter'],
    ['both ids and filter', { ...GOOD, filter: { tag: 'x' } }, '/ids'],
    ['a filter without a condition', { action: 'retry', reason: 'x', filter: {} }, '/filter'],
    ['an unknown condition', { action: 'retry', reason: 'x', filter: { color: 'x' } }, '/filter/color'],
    ['an unknown state', { action: 'retry', reason: 'x', filter: { state: ['lost'] } }, '/filter/state/0'],
    ['no task at all', { ...GOOD, ids: [] }, '/ids'],
    ['no reason', { ...GOOD, reason: undefined }, '/reason'],
    ['a blank reason', { ...GOOD, reason: '  ' }, '/reason'],
    ['no result to resolve with', { ...GOOD, action: 'resolve' }, '/result'],
    ['an input for abandon', { ...GOOD, action: 'abandon', input: {} }, '/input'],
    ['a time for cancel', { ...GOOD, action: 'cancel', at: '2030-01-01T00:00:00Z' }, '/at'],
    ['a time without its zone', { ...GOOD, at: '2030-01-01T00:00:00' }, '/at'],
    ['a rate of nothing', { ...GOOD, rate: 0 }, '/rate'],
    ['a rate beyond the highest', { ...GOOD, rate: 501 }, '/rate'],
    ['a canary of something else than retry', { ...GOOD, action: 'cancel', canary: true }, '/canary'],
    ['a canary of a later time', { ...GOOD, at: '2030-01-01T00:00:00Z', canary: true }, '/canary'],
  ])('is refused with a pointer to the fault: %s', async (_name, order, pointer) => {
    const { status, body } = await api.post('/v1/bulk-actions', order);
    expect({ status, pointers: body.errors?.map((one: { pointer: string }) => one.pointer) }).toEqual({
      status: 422,
      pointers: [pointer],
    });
  });

  it('is refused in a dry run too', async () => {
    const { status } = await api.post('/v1/bulk-actions', { action: 'retry', filter: {}, dryRun: true });
    expect(status).toBe(422);
  });

  it('cannot be talked into another query', async () => {
    const filter = { tag: "x' OR WorkflowType = 'test.probe" };
    const { body } = await api.post('/v1/bulk-actions', { action: 'cancel', filter, dryRun: true });
    expect(body.count).toBe(0);
  });

  it('is not there when nobody started it, and a task is none', async () => {
    const { id } = await api.submit('test.probe', {}, {}, { Prefer: 'wait=30' });
    for (const address of ['bulk-action:none', id]) {
      for (const path of [bulkUrl(address), `${bulkUrl(address)}/report`]) {
        expect(await api.get(path)).toMatchObject({ status: 404, body: { code: 'not-found' } });
      }
      expect((await api.post(`${bulkUrl(address)}/cancel`)).status).toBe(404);
    }
  });

  it.each(['garbage', 17, null, { action: 'retry' }, { ...GOOD, rate: 'fast' }])(
    'fails at once when its workflow is started by hand with %j, and hides from the list',
    async (argument) => {
      const handle = await harness.temporal.workflow.start('bulkAction', {
        workflowId: `bulk-action:by-hand-${Math.random()}`,
        taskQueue: 'holdfast-control',
        args: [argument],
      });
      await until('it has failed', async () => (await handle.describe()).status.name === 'FAILED', 20);
      expect((await api.get(bulkUrl(handle.workflowId))).status).toBe(404);
      expect((await api.get('/v1/bulk-actions')).body.bulkActions).toEqual([]);
    },
  );
});
