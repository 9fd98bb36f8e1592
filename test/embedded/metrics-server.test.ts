import { createContracts } from '../../src/catalogue';
import { imageConvert } from '../../src/catalogue/image-convert/contract';
import { TaskClient } from '../../src/client/task-client';
import { VERSION } from '../../src/version';
import { Harness } from '../support/harness';
import { startRole } from '../support/role-process';
import type { RunningProcess } from '../support/running-process';
import { samplesOf } from '../support/samples';
import { freePort } from '../support/temporal-server';
import { until } from '../support/until';

/** Processes of the built product, scraped as Prometheus does it. */
let harness: Harness;
let tasks: TaskClient;
let worker: RunningProcess;
let url: string;
const env: Record<string, string> = {};

beforeAll(async () => {
  harness = await Harness.start();
  const { artifacts, temporal: client } = harness;
  tasks = new TaskClient({ client, contracts: createContracts({ commands: {} }), artifacts, deadline: 10 });
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  Object.assign(env, {
    TEMPORAL_ADDRESS: harness.server.address,
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
