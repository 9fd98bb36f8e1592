import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createContracts } from '../../src/catalogue';
import { imageConvert } from '../../src/catalogue/image-convert/contract';
import { TaskClient } from '../../src/client/task-client';
import { VERSION } from '../../src/version';
import { TestApi } from '../support/api';
import { Harness } from '../support/harness';
import { startRole } from '../support/processes/role-process';
import type { RunningProcess } from '../support/processes/running-process';
import { freePort } from '../support/temporal-server';
import { until } from '../support/until';
import { samplesOf } from './samples';

/** Processes of the built product, scraped as Prometheus does it. */
let harness: Harness;
let tasks: TaskClient;
let worker: RunningProcess;
let url: string;
const env: Record<string, string> = {};

beforeAll(async () => {
  harness = await Harness.start();
  const { artifacts, temporal: client } = harness;
  tasks = new TaskClient({ client, contracts: createContracts(), artifacts, deadline: 10 });
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  Object.assign(env, {
    ...harness.env,
    HOLDFAST_ARTIFACTS: artifacts.folder,
    HOLDFAST_HOME: harness.folder,
    HOLDFAST_METRICS_PORT: String(port),
  });
  worker = await startRole('worker', env);
});
afterAll(async () => {
  await worker.stop('SIGTERM');
  await harness.close();
});

describe('a worker process', () => {
  it('serves what it counted, and the metrics of the process', async () => {
    const { wait } = await tasks.submit({ type: imageConvert.type, input: imageConvert.example });
    expect((await wait(60)).state).toBe('completed');
    const response = await fetch(`${url}/metrics`);
    expect(response.headers.get('Content-Type')).toMatch(/^text\/plain; version=0\.0\.4/);
    const samples = samplesOf(await response.text());
    expect(samples.get('holdfast_tasks_completed_total{type="image.convert"}')).toBe(1);
    expect(samples.get('holdfast_attempt_duration_seconds_count{type="image.convert",outcome="succeeded"}')).toBe(1);
    expect(samples.get('holdfast_worker_slots{queue="email"}')).toBe(20);
    expect(samples.get('process_resident_memory_bytes')).toBeGreaterThan(0);
  });

  it('serves what the SDK counts beside that', async () => {
    const { wait } = await tasks.submit({ type: imageConvert.type, input: imageConvert.example });
    expect((await wait(60)).state).toBe('completed');
    const samples = samplesOf(await (await fetch(`${url}/metrics`)).text());
    const named = (name: string) => [...samples.keys()].filter((series) => series.startsWith(`${name}{`));
    const ofQueue = (name: string) => named(name).filter((series) => series.includes('task_queue="default"'));
    expect(ofQueue('temporal_workflow_completed_total')).not.toEqual([]);
    expect(ofQueue('temporal_worker_task_slots_available')).not.toEqual([]);
    expect(ofQueue('temporal_activity_schedule_to_start_latency_seconds_bucket')).not.toEqual([]);
    expect(named('temporal_request_total').some((series) => series.includes('RespondWorkflowTaskCompleted'))).toBe(
      true,
    );
  });

  it('serves with the API every metric that the board and the alert rules ask for', async () => {
    const api = await TestApi.start(harness);
    const served = `${await (await fetch(`${url}/metrics`)).text()}${(await api.get('/metrics')).body}`;
    await api.close();
    const deploy = path.join(__dirname, '..', '..', 'deploy');
    const board = JSON.parse(readFileSync(path.join(deploy, 'grafana/holdfast.json'), 'utf8')) as {
      panels: { targets?: { expr: string }[] }[];
    };
    const rules = readFileSync(path.join(deploy, 'prometheus/holdfast.rules.yaml'), 'utf8');
    const questions = [
      ...board.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr)),
      ...[...rules.matchAll(/^ +expr: (.*)$/gm)].map(([, expr = '']) => expr),
    ];
    const asked = questions.flatMap((expr) => expr.match(/\b(?:holdfast|http|temporal|process|nodejs)_\w+/g) ?? []);
    expect(asked.length).toBeGreaterThan(40);
    const types = new Set([...served.matchAll(/^# TYPE (\S+) /gm)].map(([, name]) => name));
    const missing = asked.filter((name) => !types.has(name) && !types.has(name.replace(/_(bucket|count|sum)$/, '')));
    expect(missing).toEqual([]);
  });

  it('says that it lives, and that nothing else is here', async () => {
    const health = await fetch(`${url}/health`);
    expect([health.status, await health.json()]).toEqual([200, { status: 'live', role: 'worker', version: VERSION }]);
    expect((await fetch(`${url}/v1/tasks`)).status).toBe(404);
    expect((await fetch(`${url}/metrics`, { method: 'POST' })).status).toBe(404);
  });

  it('does not start beside another one of the same port, and says what to do', async () => {
    const message = `port ${env.HOLDFAST_METRICS_PORT} (the metrics, HOLDFAST_METRICS_PORT) is in use. Give this worker another port, or 0 for no metrics.`;
    await expect(startRole('worker', env)).rejects.toThrow(message);
  });

  it('serves none with the port 0', async () => {
    const silent = await startRole('worker', { ...env, HOLDFAST_METRICS_PORT: '0' });
    expect(silent.log).not.toContain('metrics are served');
    expect(await silent.stop('SIGTERM')).toBe(0);
  });

  it('ends in order although somebody still holds a connection to its metrics', async () => {
    const port = await freePort();
    const other = await startRole('worker', { ...env, HOLDFAST_METRICS_PORT: String(port) });
    await until('its metrics are served', () => fetch(`http://127.0.0.1:${port}/metrics`).then(({ ok }) => ok));
    expect(await other.stop('SIGTERM')).toBe(0);
  });
});
