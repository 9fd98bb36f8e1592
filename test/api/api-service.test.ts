import { Client } from '@temporalio/client';
import Ajv2020 from 'ajv/dist/2020';
import { TaskClient } from '../../src/client/task-client';
import { VERSION } from '../../src/version';
import { API_CONTRACTS, TestApi } from '../support/api';
import { Harness } from '../support/harness';
import { until } from '../support/until';

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

/** An API on a namespace of the same server that nobody has set up. */
async function apiOnBareNamespace(): Promise<TestApi> {
  const client = new Client({ connection: harness.temporal.connection, namespace: 'bare' });
  await harness.temporal.workflowService.registerNamespace({
    namespace: 'bare',
    workflowExecutionRetentionPeriod: { seconds: (30 * 86_400) as never },
  });
  const { artifacts } = harness;
  return TestApi.start(harness, { tasks: new TaskClient({ client, contracts: API_CONTRACTS, artifacts }) });
}

describe('GET /v1/task-types', () => {
  it('shows each type with schemas that fit its example, and its policy', async () => {
    const { body } = await api.get('/v1/task-types');
    expect(body.taskTypes.map(({ type }: { type: string }) => type)).toEqual(API_CONTRACTS.map(({ type }) => type));
    for (const { input, output, example } of body.taskTypes) {
      expect(new Ajv2020({ strict: false }).validate(input, example)).toBe(true);
      expect(output).toMatchObject({ type: 'object' });
    }
    expect(body.taskTypes[0]).toMatchObject({
      category: 'default',
      inline: false,
      policy: { queue: 'default', attempts: 3, firstDelay: 0.2, window: 3600 },
    });
  });

  it('shows the policy as the settings have changed it', async () => {
    const changed = await TestApi.start(harness, { categories: { default: { window: 77, attempts: 9 } } });
    const { body } = await changed.get('/v1/task-types');
    expect(body.taskTypes[0].policy).toMatchObject({ window: 77, attempts: 9 });
    await changed.close();
  });
});

describe('GET /v1/stats', () => {
  it('counts tasks by type and state, and what waits in each queue, and says how exact that is', async () => {
    await api.submit('test.probe', {}, { delay: 3600 });
    await api.submit('test.probe', {}, {}, { Prefer: 'wait=30' });
    const stats = await until('Visibility has caught up', async () => {
      const { body } = await api.get('/v1/stats');
      return body.tasks.total.completed === 1 && body.tasks.recorded.scheduled === 1 ? body : undefined;
    });
    expect(stats).toMatchObject({
      ageSeconds: expect.any(Number),
      tasks: { exact: true, total: { open: 1, completed: 1 }, byType: { 'test.probe': { open: 1, completed: 1 } } },
      queues: { exact: false },
    });
    const queue = stats.queues.list.find((one: { queue: string }) => one.queue === 'default');
    expect(queue).toMatchObject({
      backlog: 0,
      workers: [{ identity: expect.stringContaining(`holdfast/${VERSION}/`) }],
    });
  });
});

describe('health', () => {
  it('is live, and ready with the number of workers that poll each queue', async () => {
    expect(await api.get('/health/live')).toMatchObject({ status: 200, body: { status: 'live' } });
    const { status, body } = await api.get('/health/ready');
    expect({ status, ready: body.status }).toEqual({ status: 200, ready: 'ready' });
    expect(body.queues).toEqual(
      expect.arrayContaining([
        { queue: 'default', workers: 1 },
        { queue: 'critical', workers: 0 },
      ]),
    );
  });

  it('is not ready, and takes no tasks, on a namespace that is not set up', async () => {
    const bare = await apiOnBareNamespace();
    const expected = { status: 503, body: { code: 'not-set-up' } };
    const ready = await until('the namespace is known everywhere', async () => {
      const answer = await bare.get('/health/ready');
      return String(answer.body.detail).includes('it lacks TaskState') ? answer : undefined;
    });
    expect(ready).toMatchObject(expected);
    expect(ready.headers.get('Retry-After')).toBe('5');
    expect(await bare.post('/v1/tasks', { type: 'test.probe', input: {} })).toMatchObject(expected);
    expect((await bare.get('/health/live')).status).toBe(200);
    await bare.close();
  });
});

describe('GET /version', () => {
  it("shows the API's version and every worker's, and whether they match", async () => {
    const { body } = await api.get('/version');
    expect(body).toMatchObject({ api: VERSION, match: true });
    expect(body.workers).toEqual([
      { queue: 'default', identity: expect.stringContaining(String(process.pid)), version: VERSION },
    ]);
  });
});

describe('GET /metrics', () => {
  const value = (text: string, series: string) =>
    Number(
      text
        .split('\n')
        .find((line) => line.startsWith(`${series} `))
        ?.split(' ')[1] ?? 0,
    );

  it('counts submissions, duplicates and requests by route', async () => {
    const measured = await TestApi.start(harness);
    const headers = { 'Idempotency-Key': 'measured' };
    for (let count = 0; count < 3; count++) await measured.submit('test.probe', {}, {}, headers);
    await measured.get('/v1/tasks/test.probe:1');
    await measured.get('/v1/tasks/test.probe:2');
    await measured.get('/nowhere/at/all');
    const { headers: answered, body } = await measured.get('/metrics');
    expect(answered.get('Content-Type')).toContain('text/plain');
    expect(value(body, 'holdfast_tasks_submitted_total{type="test.probe"}')).toBe(1);
    expect(value(body, 'holdfast_tasks_duplicates_total{type="test.probe"}')).toBe(2);
    const requests = (labels: string) => value(body, `http_request_duration_seconds_count{${labels}}`);
    expect(requests('route="/v1/tasks/{id}",method="GET",status="404"')).toBe(2);
    expect(requests('route="none",method="GET",status="404"')).toBe(1);
    expect(value(body, 'process_resident_memory_bytes')).toBeGreaterThan(0);
    await measured.close();
  });
});

describe('GET /docs', () => {
  it('is a page whose every part comes from here', async () => {
    const { status, headers, body } = await api.get('/docs');
    expect(status).toBe(200);
    expect(headers.get('Content-Type')).toContain('text/html');
    expect(headers.get('Content-Security-Policy')).toContain("script-src 'self'");
    const parts = [...body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address]) => address);
    expect(parts).toHaveLength(4);
    for (const part of parts) {
      expect(part).toMatch(/^\/docs\//);
      expect((await api.get(part)).status).toBe(200);
    }
    expect(body).not.toMatch(/<script>|style=|onload=/);
    expect((await api.get('/docs/init.js')).body).toContain("'/openapi.json'");
  });

  it('gives no other file of the package, and takes nothing', async () => {
    expect((await api.get('/docs/package.json')).status).toBe(404);
    expect((await api.get('/docs/..%2Fpackage.json')).status).toBe(404);
    expect(await api.post('/docs')).toMatchObject({ status: 405, body: { code: 'method-not-allowed' } });
  });
});
