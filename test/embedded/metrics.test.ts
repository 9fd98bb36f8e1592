import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Registry } from 'prom-client';
import { defineContract } from '../../src/tasks/contract';
import { WorkerMetrics } from '../../src/worker/metrics';
import { AlertMonitor } from '../support/alert-monitor';
import { TestApi } from '../support/api';
import { Harness } from '../support/harness';
import { probeContracts } from '../support/probe-tasks';
import { tasksOf } from '../support/tasks-of';
import { until } from '../support/until';
import { samplesOf } from './samples';

const TYPES = probeContracts.map(({ type }) => type);

let harness: Harness;

beforeAll(async () => {
  harness = await Harness.start({ ownServer: true });
});
afterAll(() => harness.close());

/** A worker whose counts begin at nothing, as those of a new process do. */
async function startWorker() {
  const registry = new Registry();
  const stop = await harness.startWorkers({ metrics: new WorkerMetrics(registry, TYPES) });
  const seen = async (series: string) => samplesOf(await registry.metrics()).get(series);
  const counted = (series: string, value = 1) =>
    until(`${series} is ${value}`, async () => (await seen(series)) === value);
  return { registry, stop, seen, counted };
}

const submit = async (type: string, input: object = {}) => (await harness.tasks.submit({ type, input })).task.id;

const done = async (type: string, input: object = {}) => {
  const id = await submit(type, input);
  await harness.tasks.wait(id, 60);
  return id;
};

describe("a worker's metrics", () => {
  it('count every step of a task, failures by class and code', async () => {
    const { seen, counted, stop } = await startWorker();
    const probe = 'type="test.probe"';
    await done('test.probe', { failures: 1 });
    await counted(`holdfast_tasks_completed_total{${probe}}`);
    await done('test.probe', { failures: 9, code: 'PERMANENT_VALIDATION' });
    const wrong = `${probe},class="permanent",code="PERMANENT_VALIDATION"`;
    await counted(`holdfast_tasks_failed_total{${wrong}}`);
    await counted(`holdfast_tasks_abandoned_total{${wrong}}`);
    const waiting = await submit('test.probe', { waitFor: harness.file() });
    await harness.reaches(waiting, 'running');
    expect(await seen('holdfast_worker_slots{queue="default"}')).toBe(20);
    expect(await seen('holdfast_worker_slots_used{queue="default"}')).toBe(1);
    await harness.tasks.act(waiting, 'cancel');
    await counted(`holdfast_tasks_cancelled_total{${probe}}`);
    await counted(`holdfast_tasks_started_total{${probe}}`, 3);
    await counted('holdfast_worker_slots_used{queue="default"}', 0);

    const attempts = (outcome: string) =>
      seen(`holdfast_attempt_duration_seconds_count{${probe},outcome="${outcome}"}`);
    expect([await attempts('succeeded'), await attempts('failed'), await attempts('cancelled')]).toEqual([1, 2, 1]);
    expect(await seen(`holdfast_queue_wait_seconds_count{${probe},queue="default"}`)).toBe(4);
    const ended = (outcome: string) => seen(`holdfast_task_duration_seconds_count{${probe},outcome="${outcome}"}`);
    expect([await ended('completed'), await ended('failed'), await ended('cancelled')]).toEqual([1, 1, 1]);
    // One retry after 0.1 to 0.2 s lies in this task's time, and not in that of its attempts.
    expect(await seen(`holdfast_task_duration_seconds_sum{${probe},outcome="completed"}`)).toBeGreaterThan(0.1);
    await stop();
  });

  it('count a dead letter, its redrive and its recovery where they happen, and nothing again on replay', async () => {
    const first = await startWorker();
    const id = await submit('test.parked', { failures: 1, code: 'EXTERNAL_API_DOWN' });
    const failure = 'type="test.parked",class="external",code="EXTERNAL_API_DOWN"';
    await first.counted(`holdfast_tasks_dead_lettered_total{${failure}}`);
    await first.stop();

    const second = await startWorker();
    await harness.reaches(id, 'dead-lettered');
    await harness.tasks.act(id, 'retry');
    await second.counted('holdfast_tasks_completed_total{type="test.parked"}');
    expect(await second.seen(`holdfast_tasks_redriven_total{${failure}}`)).toBe(1);
    expect(await second.seen(`holdfast_tasks_recovered_total{${failure}}`)).toBe(1);
    expect(await second.seen(`holdfast_tasks_dead_lettered_total{${failure}}`)).toBeUndefined();
    expect(await second.seen('holdfast_tasks_started_total{type="test.parked"}')).toBeUndefined();
    await second.stop();
  });

  it('have one label for all types that the worker does not know', async () => {
    const { counted, stop } = await startWorker();
    const [probe] = probeContracts;
    const foreign = ['test.foreign-1', 'test.foreign-2'].map((type) =>
      defineContract({ ...(probe as typeof probe & object), type }),
    );
    const others = tasksOf(harness, foreign);
    for (const { type } of foreign) await others.submit({ type, input: {} });
    await counted('holdfast_tasks_started_total{type="other"}', 2);
    await stop();
  });
});

describe("the API's metrics", () => {
  it('are listed in docs/reference/metrics.md, with those of workers, and no others', async () => {
    const registry = new Registry();
    new WorkerMetrics(registry, TYPES);
    const api = await TestApi.start(harness, { registry });
    const { body } = await api.get('/metrics');
    const served = [...(body as string).matchAll(/^# TYPE (\S+) /gm)].map(([, name]) => name);
    const page = readFileSync(path.join(__dirname, '..', '..', 'docs', 'reference', 'metrics.md'), 'utf8');
    const told = [...page.matchAll(/^\| (`[^|]+) \|/gm)].flatMap(([, cell = '']) =>
      [...cell.matchAll(/`((?:holdfast|http)_\w+)`/g)].map(([, name]) => name),
    );
    expect(told.sort()).toEqual(served.sort());
    await api.close();
  });

  const scrape = async (api: TestApi) => samplesOf((await api.get('/metrics')).body as string);

  it('show backlogs, workers, dead letters, breakers and alerts, beside those of a worker of the same process', async () => {
    const { registry, stop } = await startWorker();
    const api = await TestApi.start(harness, { registry });
    const { tasks } = harness;
    const monitor = await AlertMonitor.start(harness, { tasks, settings: {} });
    await tasks.submit({ type: 'test.probe', input: {}, policy: { queue: 'reports' }, priority: 2 });
    await submit('test.parked', { failures: 9, code: 'EXTERNAL_API_DOWN' });
    await tasks.breaker('http:api.example.com', 'open', { seconds: 3600 });
    const alert = { severity: 'CRITICAL', title: 'A test', message: 'It is a test.', holds: true } as const;
    await tasks.alerts.report([
      { ...alert, key: 'test:one' },
      { ...alert, key: 'test:two' },
    ]);
    const samples = await until('everything is known', async () => {
      const now = await scrape(api);
      const known =
        now.get('holdfast_dead_letters') === 1 &&
        now.has('holdfast_alerts{alert="test",severity="CRITICAL"}') &&
        now.get('holdfast_queue_backlog{queue="reports",priority="2"}') === 1;
      return known && now.get('holdfast_circuit_breaker{breaker="http:api.example.com",state="open"}') === 1
        ? now
        : undefined;
    });
    expect(samples.get('holdfast_temporal_up')).toBe(1);
    expect(samples.get('holdfast_queue_workers{queue="default"}')).toBe(1);
    expect(samples.get('holdfast_queue_workers{queue="reports"}')).toBe(0);
    expect(samples.get('holdfast_queue_backlog{queue="default",priority="3"}')).toBe(0);
    expect(samples.get('holdfast_queue_backlog_age_seconds{queue="reports"}')).toBeGreaterThanOrEqual(0);
    expect(samples.get('holdfast_circuit_breaker{breaker="http:api.example.com",state="closed"}')).toBe(0);
    expect(
      samples.get('holdfast_tasks_dead_lettered_total{type="test.parked",class="external",code="EXTERNAL_API_DOWN"}'),
    ).toBe(1);
    expect(samples.get('holdfast_alerts{alert="test",severity="CRITICAL"}')).toBe(2);
    await monitor.stop();
    await api.close();
    await stop();
  });

  it('say within seconds that Temporal is away, and show no numbers that may not be true', async () => {
    const api = await TestApi.start(harness);
    expect((await scrape(api)).has('holdfast_queue_workers{queue="default"}')).toBe(true);
    harness.server.freeze();
    const samples = await until('it is noticed', async () => {
      const began = Date.now();
      const { status, body } = await api.get('/metrics');
      expect([status, Date.now() - began < 4500]).toEqual([200, true]);
      const now = samplesOf(body as string);
      return now.get('holdfast_temporal_up') === 0 ? now : undefined;
    });
    expect([...samples.keys()].filter((name) => /^holdfast_(queue|dead|circuit|alerts)/.test(name))).toEqual([]);
    harness.server.thaw();
    await api.close();
  });
});
