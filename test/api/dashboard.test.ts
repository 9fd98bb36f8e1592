import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PAGES } from '../../src/api/dashboard';
import { Visibility } from '../../src/client/diagnosis/visibility';
import { AttentionReader } from '../../src/client/insights/attention';
import { EndedRuns } from '../../src/client/insights/ended-runs';
import { TaskClient } from '../../src/client/task-client';
import { Gateway } from '../../src/client/temporal/gateway';
import { VERSION } from '../../src/version';
import { API_CONTRACTS, TestApi } from '../support/api';
import { Harness } from '../support/harness';
import { until } from '../support/until';
import { listen, type ReceivedEvent } from './events';

let harness: Harness;
let api: TestApi;
const opened: TestApi[] = [];

beforeAll(async () => {
  harness = await Harness.start();
  await harness.startWorkers();
  api = await TestApi.start(harness);
});
afterAll(async () => {
  for (const one of opened) await one.close();
  await api.close();
  await harness.close();
});

const WAIT = { Prefer: 'wait=30' };
const COUNT = 'countWorkflowExecutions';
const LIST = 'listWorkflowExecutions';

/** An API with a client of its own, so that nothing is cached, and the number of its scarce calls. */
async function countedApi(): Promise<{ counted: TestApi; calls: () => number }> {
  const { temporal: client, artifacts } = harness;
  const counted = await TestApi.start(harness, {
    tasks: new TaskClient({ client, contracts: API_CONTRACTS, artifacts, deadline: 10 }),
  });
  opened.push(counted);
  const service = client.workflowService as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>;
  let calls = 0;
  for (const name of [COUNT, LIST]) {
    const call = service[name];
    service[name] = (...args) => {
      calls++;
      return (call as (...args: unknown[]) => Promise<unknown>)(...args);
    };
  }
  return { counted, calls: () => calls };
}

/** A parked task. */
async function park(): Promise<string> {
  const { id } = await api.submit('test.parked', { failures: 9, code: 'CONFIG_MISSING_SETTING' });
  await harness.reaches(id, 'dead-lettered');
  return id;
}

describe('GET /v1/environment', () => {
  it('names the place, its colour, the Web UI, and nobody as long as everybody may do everything', async () => {
    const environment = { name: 'production', colour: '#b42318', temporalUi: 'http://ui.example/namespaces/default' };
    const named = await TestApi.start(harness, { environment });
    const { body } = await named.get('/v1/environment');
    expect(body).toEqual({ ...environment, version: VERSION, me: null });
    await named.close();
  });
});

const whenBuilt = existsSync(path.join(PAGES, 'assets')) ? it : it.skip;

whenBuilt('the scripts of the dashboard travel compressed', async () => {
  const name = readdirSync(path.join(PAGES, 'assets')).find((file) => file.endsWith('.js'));
  const { status, headers } = await fetch(`${api.url}/assets/${name}`);
  expect({ status, encoding: headers.get('Content-Encoding'), vary: headers.get('Vary') }).toEqual({
    status: 200,
    encoding: expect.stringMatching(/^(gzip|br)$/),
    vary: expect.stringContaining('Accept-Encoding'),
  });
});

describe('GET /v1/stats/series', () => {
  it('counts what ended, of all types or one, and asks for spans that are over once only', async () => {
    await api.submit('test.probe', {}, {}, WAIT);
    await api.submit('test.inline', {}, {}, WAIT);
    await api.submit('test.probe', { failures: 9, code: 'PERMANENT_VALIDATION' }, {}, WAIT);
    const { counted, calls } = await countedApi();
    const sum = (points: Record<string, number>[], name: string) =>
      points.reduce((all, point) => all + (point[name] ?? 0), 0);
    const series = await until('Visibility has caught up', async () => {
      const { body } = await counted.get('/v1/stats/series?range=24h&type=test.probe');
      return body.exactness === 'exact' && sum(body.points, 'failed') >= 1 ? body : undefined;
    });
    expect(series).toMatchObject({ step: 900, exactness: 'exact', ageSeconds: expect.any(Number) });
    expect(sum(series.points, 'completed')).toBe(1);
    const all = (await counted.get('/v1/stats/series?range=24h')).body;
    expect(sum(all.points, 'completed')).toBeGreaterThanOrEqual(2);
    // At the turn of a quarter of an hour, the span that has just ended still counts with the one of now.
    expect([94, 95, 96]).toContain(all.points.length);
    const before = calls();
    for (let time = 0; time < 5; time++) await counted.get('/v1/stats/series?range=24h');
    expect(calls()).toBe(before);
    expect(await counted.get('/v1/stats/series?range=2h')).toMatchObject({ status: 400 });
  });

  it.each([2, 500])('puts each run into its span, by halves and by lists (%i)', async (most) => {
    const made: { endedAt: string }[] = [];
    for (let number = 0; number < 6; number++) {
      made.push((await api.submit('test.by-input', { value: [most, number] }, {}, WAIT)) as { endedAt: string });
      await sleep(300);
    }
    const gateway = new Gateway(harness.temporal, 10);
    const last = Date.parse(made.at(-1)?.endedAt ?? '');
    const runs = new EndedRuns(gateway, new Visibility(gateway), most);
    const first = Math.floor((Date.parse(made[0]?.endedAt ?? '') - 1000) / 1000) * 1000;
    const end = Math.floor(last / 1000) * 1000 + 1000;
    await until('the spans are over for good', () => Date.now() > end + 10_000);
    await runs.fill({ step: 1000, first, end }, 'test.by-input');
    for (let start = first; start < end; start += 1000) {
      const inside = made.filter(({ endedAt }) => Math.floor(Date.parse(endedAt) / 1000) * 1000 === start).length;
      expect({ start, completed: runs.of(1000, start, 'test.by-input')?.completed }).toEqual({
        start,
        completed: inside,
      });
    }
  });
});

describe('GET /v1/stats/types', () => {
  it('shows counts, waits and runs of a sample, and a spark of each type', async () => {
    await api.submit('test.probe', {}, {}, WAIT);
    const { counted } = await countedApi();
    const line = await until('Visibility has caught up', async () => {
      const { body } = await counted.get('/v1/stats/types?range=1h');
      const found = body.types?.find(({ type }: { type: string }) => type === 'test.probe');
      return body.exactness === 'exact' && found?.completed > 0 && found.run ? found : undefined;
    });
    expect(line).toMatchObject({
      open: expect.any(Number),
      wait: { p50: expect.any(Number) },
      sample: expect.any(Number),
    });
    expect(line.spark).toHaveLength(12);
    expect(line.spark.reduce((a: number, b: number) => a + b, 0)).toBe(line.completed + line.failed + line.cancelled);
  });
});

describe('GET /v1/stats', () => {
  it('spares the calls that the counts of each type cost, when nobody wants them', async () => {
    const { counted, calls } = await countedApi();
    const { body } = await counted.get('/v1/stats?byType=false');
    expect(body.tasks).toMatchObject({ total: { open: expect.any(Number) }, byType: {} });
    expect(calls()).toBe(4);
  });
});

describe('GET /v1/failure-groups and /v1/attention', () => {
  it('says how many dead letters there are while it is still looked at what they have in common', async () => {
    const reader = new AttentionReader({
      groups: () => new Promise(() => undefined),
      parked: async () => 7,
      queues: async () => [],
      breakers: async () => [],
      alerts: async () => [],
      diagnose: async () => ({ types: [] }) as never,
    });
    expect(await reader.read()).toMatchObject({
      unknown: ['dead letters'],
      items: [{ title: '7 dead letters', count: 7, filter: { state: 'dead-lettered' } }],
    });
  });

  it('groups dead letters by trouble, says what is new and what is back, and names what needs a person', async () => {
    const groups = async () => (await api.get('/v1/failure-groups')).body;
    const ids = [await park(), await park()];
    const both = await until('both are grouped', async () => {
      const body = await groups();
      return body.groups[0]?.count === 2 ? body : undefined;
    });
    expect(both).toMatchObject({ total: 2, exactness: 'exact' });
    expect(both.groups[0]).toMatchObject({
      type: 'test.parked',
      code: 'CONFIG_MISSING_SETTING',
      mark: 'new',
      count: 2,
    });
    expect(both.groups[0].spark.reduce((a: number, b: number) => a + b, 0)).toBe(2);
    expect(both.groups[0].firstAt <= both.groups[0].lastAt).toBe(true);

    await api.post('/v1/breakers/http:api.example.com/open', { by: 'anna', reason: 'maintenance' });
    await api.submit('test.probe', {}, { policy: { queue: 'critical' } });
    const attention = await until('everything is named', async () => {
      const { body } = await api.get('/v1/attention');
      const kinds = body.items?.map(({ kind }: { kind: string }) => kind) ?? [];
      return ['no-worker', 'breaker', 'dead-letters'].every((kind) => kinds.includes(kind)) ? body : undefined;
    });
    const { fingerprint } = both.groups[0];
    expect(attention.items).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ kind: 'no-worker', count: 1, title: expect.stringContaining('critical') }),
        expect.objectContaining({ kind: 'breaker', why: expect.stringContaining('maintenance') }),
        expect.objectContaining({ kind: 'dead-letters', count: 2, filter: { state: 'dead-lettered', fingerprint } }),
      ]),
    );
    const { filter } = attention.items.find(({ kind }: { kind: string }) => kind === 'dead-letters');
    const found = await api.get(`/v1/tasks?${new URLSearchParams(filter)}`);
    expect(found.body.tasks.map(({ id }: { id: string }) => id).sort()).toEqual([...ids].sort());

    for (const id of ids) await api.post(`${api.task(id)}/abandon`, { by: 'anna', reason: 'a test' });
    await until('they are gone', async () => (await groups()).total === 0);
    await park();
    const back = await until('one is back', async () => (await groups()).groups[0]);
    expect(back).toMatchObject({ fingerprint, mark: 'back', count: 1, firstSeenAt: both.groups[0].firstAt });
  });
});

describe('GET /v1/queues and /v1/workers', () => {
  it('shows places, versions, hosts, types and what runs', async () => {
    const go = harness.file();
    const { id } = await api.submit('test.probe', { waitFor: go });
    await harness.reaches(id, 'running');
    const { body: queues } = await api.get('/v1/queues');
    const queue = queues.queues.find((one: { queue: string }) => one.queue === 'default');
    expect(queue.workers).toHaveLength(1);
    const { counted } = await countedApi();
    const { body } = await counted.get('/v1/workers');
    expect(body.workers[0]).toMatchObject({
      host: expect.any(String),
      version: VERSION,
      queues: expect.arrayContaining(['default']),
      running: [{ id, type: 'test.probe', since: expect.any(String) }],
    });
    expect(body.versions.at(-1)).toMatchObject({ versions: [VERSION] });
    await harness.touch(go);
  });
});

describe('saved views', () => {
  const path = (name: string) => `/v1/views/${encodeURIComponent(name)}`;
  const put = (name: string, json: unknown) => api.call('PUT', path(name), { json });

  it('keeps, replaces, lists and deletes them, whatever they are called', async () => {
    const names = ['mine', '../../etc', '<img src=x onerror=alert(1)>', 'straße / 東京'];
    for (const name of names)
      expect(await put(name, { page: 'tasks', query: 'state:failed' })).toMatchObject({ status: 200 });
    await put('mine', { page: 'tasks', query: 'tenant:acme' });
    const { body } = await api.get('/v1/views');
    expect(body.views.map(({ name }: { name: string }) => name).sort()).toEqual([...names].sort());
    expect(body.views.find(({ name }: { name: string }) => name === 'mine').query).toBe('tenant:acme');
    for (const name of names) expect((await api.call('DELETE', path(name))).status).toBe(204);
    expect(await api.call('DELETE', path('mine'))).toMatchObject({ status: 404, body: { code: 'not-found' } });
    expect((await api.get('/v1/views')).body).toEqual({ views: [] });
  });

  it('refuses what is too long, and too many', async () => {
    expect(await put('x'.repeat(81), { page: 'tasks', query: '' })).toMatchObject({
      status: expect.any(Number),
      body: { code: expect.any(String) },
    });
    expect(await put('long', { page: 'tasks', query: 'x'.repeat(2001) })).toMatchObject({ status: 422 });
    expect(await put('page', { page: '../x', query: '' })).toMatchObject({ status: 422 });
    for (let number = 0; number < 100; number++) await put(`v${number}`, { page: 'tasks', query: '' });
    expect(await put('one more', { page: 'tasks', query: '' })).toMatchObject({ status: 422 });
    expect(await put('v1', { page: 'tasks', query: 'replaced' })).toMatchObject({ status: 200 });
    expect((await api.get('/v1/views')).body.views).toHaveLength(100);
  });
});

describe('GET /v1/live', () => {
  it('says that something has changed, looks once for all streams, and not at all when nobody listens', async () => {
    const { counted, calls } = await countedApi();
    const heard: ReceivedEvent[][] = [[], [], []];
    const streams = heard.map((_, index) =>
      listen(`${counted.url}/v1/live`, {}, (events) => {
        heard[index] = events;
        return events.some(({ event }) => event === 'changed');
      }),
    );
    await until('all listen', () => heard.every((events) => events.some(({ event }) => event === 'still')));
    await until('the first look is over', () => calls() >= 2);
    const before = calls();
    await api.submit('test.probe', {}, { delay: 3600 });
    for (const { events } of await Promise.all(streams)) {
      const changed = events.find(({ event }) => event === 'changed');
      expect(changed?.data.counts).toMatchObject({ open: expect.any(Number), deadLettered: expect.any(Number) });
    }
    // Three streams would cost thrice as much.
    expect(calls() - before).toBeLessThan(20);
    await until('nobody looks any more', async () => {
      const then = calls();
      await sleep(4000);
      return calls() === then;
    });
  });

  it('is bounded', async () => {
    const narrow = await TestApi.start(harness, { limits: { streams: 1 } });
    const open = new AbortController();
    const first = await fetch(`${narrow.url}/v1/live`, { signal: open.signal });
    expect(first.status).toBe(200);
    expect(await narrow.get('/v1/live')).toMatchObject({ status: 429, body: { code: 'too-many-requests' } });
    open.abort();
    await narrow.close();
  });
});

describe("the task's page", () => {
  it("is linked in the details that Temporal's Web UI shows, when its address is known", async () => {
    const { temporal: client, artifacts } = harness;
    const details = async (id: string) => {
      const { namespace } = client.options;
      const { executionConfig } = await client.workflowService.describeWorkflowExecution({
        namespace,
        execution: { workflowId: id },
      });
      const payload = executionConfig?.userMetadata?.details;
      return payload ? client.options.loadedDataConverter.payloadConverter.fromPayload(payload as never) : undefined;
    };
    const publicUrl = 'https://tasks.example.com/';
    const linked = new TaskClient({ client, contracts: API_CONTRACTS, artifacts, publicUrl, deadline: 10 });
    const { task } = await linked.submit({ type: 'test.probe', input: {} });
    expect(await details(task.id)).toBe(
      `[Open in Holdfast](https://tasks.example.com/tasks/${encodeURIComponent(task.id)})`,
    );
    const { id } = await api.submit('test.probe', {});
    expect(await details(id)).toBeUndefined();
  });
});
