import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { Harness } from '../support/harness';
import { startRole } from '../support/processes/role-process';
import type { RunningProcess } from '../support/processes/running-process';
import { freePort } from '../support/temporal-server';
import { until } from '../support/until';

const DIST = path.join(__dirname, '..', '..', 'dist');

it('a rejection that nothing handles is logged and counted, and the process goes on', async () => {
  const program = `
    const { outliveRejections } = require(${JSON.stringify(path.join(DIST, 'unhandled.js'))});
    const { createLogger } = require(${JSON.stringify(path.join(DIST, 'logging.js'))});
    const { Registry } = require('prom-client');
    const registry = new Registry();
    outliveRejections(createLogger('info', 'test'), registry);
    void Promise.reject(new Error('nobody listens, password=hunter2'));
    void Promise.reject('not even an error');
    setTimeout(async () => console.log(await registry.metrics()), 100);
  `;
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', program], { cwd: path.join(DIST, '..') });
  expect(stdout).toContain('holdfast_unhandled_rejections_total 2');
  expect(stdout).toContain('nobody listens, password=[REDACTED]');
  expect(stdout).toContain('not even an error');
});

describe('the API as a process of its own', () => {
  let harness: Harness;
  let api: RunningProcess;
  let url: string;

  beforeAll(async () => {
    harness = await Harness.start();
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    api = await startRole('api', {
      ...harness.env,
      HOLDFAST_PORT: String(port),
      HOLDFAST_HOME: harness.folder,
      HOLDFAST_ARTIFACTS: harness.artifacts.folder,
    });
    await until('the API is ready', () => fetch(`${url}/health/ready`).then(({ ok }) => ok));
  });
  afterAll(async () => {
    await api.stop('SIGKILL');
    await harness.close();
  });

  it('lives on, whatever is asked of any of its lists and tables, and nothing went unhandled', async () => {
    const { paths } = (await (await fetch(`${url}/openapi.json`)).json()) as {
      paths: Record<string, { get?: { parameters?: { in: string; name: string }[] } }>;
    };
    for (const [route, { get }] of Object.entries(paths)) {
      for (const { name } of (get?.parameters ?? []).filter((one) => one.in === 'query')) {
        for (const value of ['%01', '%ff', 'W10', "'"]) {
          const at = `${route.replaceAll(/\{\w+\}/g, 'nothing')}?${name}=${value}`;
          const { status } = await fetch(url + at);
          expect([at, status < 500]).toEqual([at, true]);
        }
      }
    }
    const metrics = await (await fetch(`${url}/metrics`)).text();
    expect(metrics).toContain('holdfast_unhandled_rejections_total 0');
  });
});
