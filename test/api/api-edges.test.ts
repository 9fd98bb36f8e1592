import { TaskClient } from '../../src/client/task-client';
import { API_CONTRACTS, TestApi } from '../support/api';
import type { Harness } from '../support/harness';
import { expectHandled, useApi } from './hostile/unharmed';

let harness: Harness;
let api: TestApi;

useApi((ours, started) => {
  harness = ours;
  api = started;
});

describe('times, numbers and texts at the edge', () => {
  const EDGES = [
    '9999-12-31T23:59:59-23:59',
    '0000-01-01T00:00:00+23:59',
    '0000-12-31T23:59:59Z',
    '9999-12-31T23:59:59.999999999999Z',
  ];
  const schedule = (more: object) => ({ id: 'edge', type: 'test.probe', input: {}, every: 3600, ...more });

  it.each(EDGES)('never are a fault of the server: %s', async (time) => {
    const query = encodeURIComponent(time);
    for (const name of ['createdAfter', 'createdBefore']) {
      for (const list of ['/v1/tasks', '/v1/dead-letters', '/v1/dead-letters.csv']) {
        expectHandled(`${list}?${name}=${time}`, await api.get(`${list}?${name}=${query}`));
      }
      const filter = { tag: 'none', [name]: time };
      expectHandled(name, await api.post('/v1/bulk-actions', { action: 'retry', filter, dryRun: true }));
    }
    const { id } = await api.submit('test.probe', { value: 1 });
    const dated: [string, object][] = [
      ['/v1/tasks', { type: 'test.probe', input: {}, runAt: time }],
      [`${api.task(id)}/retry`, { at: time }],
      ['/v1/schedules', schedule({ from: time })],
      ['/v1/schedules', schedule({ until: time })],
      ['/v1/schedules/edge/trigger', { at: time }],
      ['/v1/schedules/edge/backfill', { from: time, to: time }],
      ['/v1/events', { event: 'a.b', data: 1, occurredAt: time }],
      ['/v1/bulk-actions', { action: 'retry', ids: ['none'], reason: 'x', at: time }],
    ];
    for (const [at, json] of dated) expectHandled(`${at} ${JSON.stringify(json)}`, await api.post(at, json));
    await api.call('DELETE', '/v1/schedules/edge');
  });

  it.each<[string, object, string]>([
    ['a step beyond all numbers', { every: undefined, cron: '*/99999999999999999999 * * * *' }, '/cron'],
    ['a very long expression', { every: undefined, cron: `${'0,'.repeat(100_000)}0 * * * *` }, '/cron'],
    ['many blanks', { every: undefined, cron: `0${' '.repeat(100_000)}* * * *` }, '/cron'],
    ['an unknown zone', { every: undefined, cron: '0 0 * * *', timeZone: 'Mars/Phobos' }, '/timeZone'],
    ['a very long zone', { every: undefined, cron: '0 0 * * *', timeZone: 'x'.repeat(100_000) }, '/timeZone'],
    ['a zone with control characters', { every: undefined, cron: '0 0 * * *', timeZone: 'UTC\u0000' }, '/timeZone'],
    ['a note that is too long', { note: 'n'.repeat(1001) }, '/note'],
    ['a fire in no year', { from: '9999-12-31T23:59:59-23:59' }, '/from'],
  ])('of a schedule are refused with the pointer: %s', async (_name, more, pointer) => {
    const { status, body } = await api.post('/v1/schedules', schedule(more));
    expect([status, body.errors?.[0].pointer]).toEqual([422, pointer]);
  });

  it('of a note are refused where it is paused, too', async () => {
    await api.post('/v1/schedules', schedule({ id: 'noted' }));
    for (const action of ['pause', 'resume']) {
      const { status, body } = await api.post(`/v1/schedules/noted/${action}`, { note: 'n'.repeat(1001) });
      expect([status, body.errors?.[0].pointer]).toEqual([422, '/note']);
      expect((await api.post(`/v1/schedules/noted/${action}`, { note: 'n'.repeat(1000) })).status).toBe(200);
    }
    await api.call('DELETE', '/v1/schedules/noted');
  });

  it.each<[string, object]>([
    ['a control character', { tag: '\u0001' }],
    ['a control character in a type', { type: 'a\u009b' }],
    ['a time in no year', { tag: 'x', createdAfter: '9999-12-31T23:59:59-23:59' }],
    ['a time before all years', { tag: 'x', createdBefore: '0000-01-01T00:00:00+01:00' }],
    ['a tag that no task can have', { tag: 'a"b' }],
  ])('of a bulk action are refused, dry or not: %s', async (_name, filter) => {
    for (const order of [{ dryRun: true }, { reason: 'r' }]) {
      const { status, body } = await api.post('/v1/bulk-actions', { action: 'retry', filter, ...order });
      expect([status, body.errors?.[0].pointer]).toEqual([422, expect.stringMatching(/^\/filter\//)]);
    }
  });

  it.each<[string, object]>([
    ['timeout', { timeout: 1.2345 }],
    ['timeout with an inexact product', { timeout: 4.0049 }],
    ['heartbeatTimeout', { heartbeatTimeout: 3.00051 }],
    ['maxQueueTime', { maxQueueTime: 60.00049 }],
    ['maxTotalTime', { maxTotalTime: 60.12345 }],
    [
      'all delays',
      {
        attempts: 2,
        firstDelay: 0.10049,
        cap: 1.0051,
        window: 3600.0001,
        failureWindow: 1.23456,
        maxProcessingTime: 9.87654,
      },
    ],
  ])('of a policy are rounded to what the server takes: %s', async (_name, policy) => {
    const { id } = await api.submit('test.probe', { value: 1 }, { policy });
    expect((await harness.reaches(id, 'completed', 'failed', 'dead-lettered')).state).toBe('completed');
  });

  it.each(['holdfast-control', 'holdfast-monitor', 'holdfast-', 'holdfast-anything'])(
    "of a policy's queue are refused: %s",
    async (queue) => {
      for (const [at, json] of [
        ['/v1/tasks', { type: 'test.probe', input: {}, policy: { queue } }],
        ['/v1/batches', { tasks: [{ type: 'test.probe', input: {}, policy: { queue } }] }],
        ['/v1/schedules', schedule({ policy: { queue } })],
      ] as const) {
        const { status, body } = await api.post(at, json);
        expect([at, status, body.errors?.[0].pointer]).toEqual([at, 422, expect.stringMatching(/\/policy\/queue$/)]);
      }
    },
  );

  it('of queues are those of the application, where it names them', async () => {
    const tasks = new TaskClient({
      client: harness.temporal,
      contracts: API_CONTRACTS,
      artifacts: harness.artifacts,
      deadline: 10,
      queues: ['default'],
    });
    const narrow = await TestApi.start(harness, { tasks });
    const order = (queue: string) => ({ type: 'test.probe', input: {}, policy: { queue } });
    expect((await narrow.post('/v1/tasks', order('default'))).status).toBe(202);
    expect((await narrow.post('/v1/tasks', order('nobody'))).body.errors[0].pointer).toBe('/policy/queue');
    expect((await narrow.post('/v1/schedules', schedule({ policy: { queue: 'nobody' } }))).status).toBe(422);
    await narrow.close();
  });
});
