import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Keys } from '../../src/access/keys';
import { LocalArtifactStore } from '../../src/artifacts/local/local-store';
import { RunningProcess } from '../../test/support/processes/running-process';
import { freePort, TemporalServer } from '../../test/support/temporal-server';
import { until } from '../../test/support/until';
import { runTrial } from '../trial';
import {
  endlessUpload,
  HEAVY,
  heavyBodies,
  idleConnections,
  neverReading,
  type Stop,
  slowBody,
  slowHeaders,
  type Target,
} from './besiegers';

/** Requests of the other client in each stage. */
const REQUESTS = 200;
const SECONDS_BEFORE = 5;
const times = (count: number, start: () => Stop) => Array.from({ length: count }, start);

/** `npm run siege`: what another client with a key of its own notices of callers that mean harm, and what memory they cost. Names of stages run those alone, beside `calm`. */
async function main(): Promise<void> {
  const home = await mkdtemp(path.join(tmpdir(), 'holdfast-siege-'));
  const server = await TemporalServer.start();
  let api: RunningProcess | undefined;
  try {
    const keys = new Keys(new LocalArtifactStore(path.join(home, 'artifacts')).entries);
    const secretOf = async (tenant: string) =>
      (await keys.create({ name: tenant, scopes: ['submit', 'operate'], tenant }, 'siege')).secret;
    const port = await freePort();
    const [own, evil] = [await secretOf('calm'), await secretOf('evil')];
    const env = {
      ...process.env,
      HOLDFAST_HOME: home,
      HOLDFAST_PORT: String(port),
      TEMPORAL_ADDRESS: server.address,
      HOLDFAST_KEY_RATE: '1000',
    };
    api = await RunningProcess.start([path.join(__dirname, '../../dist/api/main.js')], env, 'API listens');
    const url = `http://127.0.0.1:${port}`;
    const other: Target = { url, secret: own };
    await until('the API is ready', async () => (await fetch(`${url}/health/ready`)).ok);
    await siege(other, { url, secret: evil }, api.pid);
  } finally {
    await api?.stop('SIGTERM');
    await server.stop();
    await rm(home, { recursive: true, force: true });
  }
}

async function siege(other: Target, evil: Target, pid: number): Promise<void> {
  const upload = await fetch(`${evil.url}/v1/files`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${evil.secret}` },
    body: Buffer.alloc(64 * 1024 * 1024, 5),
  });
  const { hash } = (await upload.json()) as { hash: string };
  const stages: [string, () => Stop[]][] = [
    ['calm', () => []],
    ['10 slow headers', () => times(10, () => slowHeaders(evil))],
    ['10 slow bodies', () => times(10, () => slowBody(evil))],
    ['10 that never read', () => times(10, () => neverReading(evil, hash))],
    ['2,000 idle connections', () => [idleConnections(evil, 2000)]],
    ['an upload of 10 GB', () => [endlessUpload(evil)]],
    ...HEAVY.map(([name, at, body]): [string, () => Stop[]] => [name, () => [heavyBodies(evil, at, body)]]),
  ];
  stages.push(['all of them', () => stages.slice(1, -1).flatMap(([, start]) => start())]);
  const only = process.argv.slice(2);
  const chosen = stages.filter(([name]) => name === 'calm' || only.length === 0 || only.includes(name));
  await measure(other, REQUESTS);
  const calm = { p95: 0, memory: 0 };
  console.log(
    '| the others | p50 ms | p95 ms | against calm | longest ms | refused | memory MiB | against calm |\n|---|---|---|---|---|---|---|---|',
  );
  for (const [name, start] of chosen) {
    const stops = start();
    if (stops.length > 0) await sleep(SECONDS_BEFORE * 1000);
    const { p50, p95, longest, failed } = await measure(other, REQUESTS);
    const memory = await memoryOf(pid);
    for (const stop of stops) stop();
    if (name === 'calm') Object.assign(calm, { p95, memory });
    const row = [name, p50, p95, p95 / calm.p95, longest, `${failed} of ${REQUESTS}`, memory, memory / calm.memory];
    console.log(`| ${row.map((one) => (typeof one === 'number' ? one.toFixed(1) : one)).join(' | ')} |`);
    await sleep(2000);
  }
}

/** A submission and a look at it, in turns. */
async function measure({ url, secret }: Target, count: number) {
  const headers = { Authorization: `Bearer ${secret}`, 'Content-Type': 'application/json' };
  const order = { type: 'webhook.process', input: { source: 'a', id: '1', event: 'a', body: '{}' }, delay: 86_400 };
  const taken: number[] = [];
  let failed = 0;
  for (let asked = 0; asked < count; asked++) {
    const begun = performance.now();
    const response =
      asked % 2 === 0
        ? await fetch(`${url}/v1/tasks`, { method: 'POST', headers, body: JSON.stringify(order) })
        : await fetch(`${url}/v1/task-types`, { headers });
    await response.arrayBuffer();
    if (!response.ok) failed++;
    taken.push(performance.now() - begun);
  }
  taken.sort((one, two) => one - two);
  const at = (part: number) => taken[Math.floor(taken.length * part)] ?? 0;
  return { p50: at(0.5), p95: at(0.95), longest: at(0.999), failed };
}

/** In MiB. */
async function memoryOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0) / 1024;
}

runTrial(main);
