import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { VERSION } from '../../src/version';
import { Harness } from '../support/harness';
import { cli } from '../support/processes/cli';
import { copyProject } from '../support/processes/project-copy';
import { PYTHON } from '../support/processes/python';
import { startRole } from '../support/processes/role-process';
import { RunningProcess } from '../support/processes/running-process';
import { freePort } from '../support/temporal-server';
import { until } from '../support/until';

interface Seen {
  api: string;
  match: boolean;
  workers?: { version: string; identity: string }[];
}

/** An API and two workers that really run, one of them of a build before. */
const OLDER = '0.0.1';
const TEXT = 'The court in Doe v. Acme, Inc., 123 U.S. 456 (2020) found for the plaintiff.';

let harness: Harness;
const closers: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  harness = await Harness.start();
  closers.push(() => harness.close());
});
afterAll(async () => {
  for (const close of closers.reverse()) await close();
});

const settings = () => ({
  ...harness.env,
  HOLDFAST_HOME: harness.folder,
  HOLDFAST_ARTIFACTS: harness.artifacts.folder,
  HOLDFAST_PYTHON: PYTHON,
  HOLDFAST_QUEUES: 'default',
});

/** The worker of another build: the same code under another version. */
async function startOlderWorker(): Promise<RunningProcess> {
  const { folder, remove } = await copyProject({ build: true });
  closers.push(remove);
  const file = path.join(folder, 'package.json');
  const manifest = JSON.parse(await readFile(file, 'utf8')) as object;
  await writeFile(file, JSON.stringify({ ...manifest, version: OLDER }));
  const env = { PATH: process.env.PATH, HOLDFAST_METRICS_PORT: '0', ...settings() };
  return RunningProcess.start([path.join(folder, 'dist', 'worker', 'main.js')], env, 'worker started');
}

it('the API and doctor say which worker is of another version, while both do the work', async () => {
  const url = `http://127.0.0.1:${await freePort()}`;
  const api = await startRole('api', { ...settings(), HOLDFAST_PORT: new URL(url).port });
  closers.push(() => api.stop('SIGKILL'));
  const ask = async (route: string, init?: RequestInit) => (await fetch(`${url}${route}`, init)).json();
  const seen = async (workers: number) => {
    const answer = (await ask('/version')) as Seen;
    return answer.workers?.length === workers ? answer : undefined;
  };
  const current = await startRole('worker', settings());
  closers.push(() => current.stop('SIGKILL'));
  const alone = await until('the worker is seen', () => seen(1));
  expect(alone).toMatchObject({ api: VERSION, match: true });

  const older = await startOlderWorker();
  closers.push(() => older.stop('SIGKILL'));
  const both = await until('both are seen', () => seen(2));
  expect(both).toMatchObject({ api: VERSION, match: false });
  const byVersion = Object.fromEntries((both.workers ?? []).map(({ version, identity }) => [version, identity]));
  expect(byVersion[VERSION]).toContain(`worker-${current.pid}@`);
  expect(byVersion[OLDER]).toContain(`worker-${older.pid}@`);
  const { stdout } = await cli(harness, ['doctor', '--json'], { shipped: true });
  const found = JSON.parse(stdout).checks.find(({ name }: { name: string }) => name === 'worker-versions');
  expect(found).toMatchObject({ level: 'warning', message: expect.stringContaining(String(byVersion[OLDER])) });

  const body = JSON.stringify({ type: 'citations.extract', input: { text: TEXT, force_mode: 'async' } });
  const headers = { 'Content-Type': 'application/json', Prefer: 'wait=60' };
  const task = await ask('/v1/tasks', { method: 'POST', headers, body });
  expect(task).toMatchObject({
    state: 'completed',
    result: { citations: [{ extracted_case_name: 'Doe v. Acme, Inc.' }] },
  });
});
