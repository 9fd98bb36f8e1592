import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { createContracts } from '../../src/catalogue';
import { TaskClient } from '../../src/client/task-client';
import type { ArtifactRef } from '../../src/protocol/task';
import { Harness } from '../support/harness';
import { fixture } from '../support/processes/fixture';
import { RunningProcess } from '../support/processes/running-process';
import { until } from '../support/until';
import { statementOf } from './statements';
import { TransactionService } from './transaction-service';

let harness: Harness;
let tasks: TaskClient;
let service: TransactionService;
let worker: RunningProcess | undefined;

beforeAll(async () => {
  harness = await Harness.start();
  const contracts = createContracts();
  tasks = new TaskClient({ client: harness.temporal, contracts, artifacts: harness.artifacts, deadline: 10 });
});
beforeEach(async () => {
  service = await TransactionService.start();
});
afterEach(async () => {
  await worker?.stop('SIGKILL');
  await service.close();
});
afterAll(() => harness.close());

async function startWorker(): Promise<RunningProcess> {
  const { server, env, artifacts } = harness;
  const args = fixture('transactions-worker', server.address, artifacts.folder, service.url);
  worker = await RunningProcess.start(args, { ...process.env, ...env }, 'worker started');
  return worker;
}

async function submitted(transactions: number): Promise<string> {
  const input = { client: 'Acme', transactions: { csv: statementOf(transactions) } };
  const policy = { heartbeatTimeout: 3, lostAttempts: 100 };
  return (await tasks.submit({ type: 'transactions.process', input, policy })).task.id;
}

async function itemsOf(taskId: string): Promise<string[]> {
  const { state, result, failure } = await tasks.wait(taskId, 100);
  if (state !== 'completed') throw new Error(`${taskId} is ${state}: ${failure?.message}`);
  const { artifacts } = result as { artifacts: Record<string, ArtifactRef> };
  const report = JSON.parse((await harness.artifacts.read(artifacts.json?.hash ?? '')).toString());
  return report.items.map(({ id, status }: { id: string; status: string }) => `${id} ${status}`);
}

const allDone = (count: number) => Array.from({ length: count }, (_, index) => `t${index + 1} done`);

/** What an earlier request already was: repeats of the one in flight are all that there may be. */
function wronglyAsked(asked: number[]): number[] {
  return asked.filter((item, index) => item !== asked[index - 1] && item !== (asked[index - 1] ?? 0) + 1);
}

/** Files of the store that are not what their names say. */
function damagedFiles(): string[] {
  const root = path.join(harness.artifacts.folder, 'sha256');
  const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files
    .filter(({ name, parentPath }) => {
      const bytes = readFileSync(path.join(parentPath, name));
      return createHash('sha256').update(bytes).digest('hex') !== name;
    })
    .map(({ name }) => name);
}

test('killed in mid-batch it goes on at the first transaction that is not done, by itself', async () => {
  let held = true;
  service.onRequest = async ({ item }) => {
    if (item === 4) await until('it may be answered', () => !held);
  };
  const first = await startWorker();
  const id = await submitted(8);
  await until('the fourth is asked about', () => service.askedOf(id).includes(4));
  await first.stop('SIGKILL');
  held = false;
  await startWorker();
  expect(await itemsOf(id)).toEqual(allDone(8));
  // The fourth was in flight: asked about again, under the same key, of which the service takes no notice.
  expect(service.askedOf(id)).toEqual([1, 2, 3, 4, 4, 5, 6, 7, 8]);
  expect(service.effectsOf(id)).toBe(8);
});

test('fifty attempts killed at random moments: each batch ends whole, each transaction is done once', async () => {
  const KILLS = 50;
  const AT_ONCE = 12;
  const open = new Map<string, number>();
  const sizes = new Map<string, number>();
  let killed = 0;
  while (killed < KILLS) {
    while (open.size < AT_ONCE) {
      const size = 1 + Math.floor(Math.random() * 80);
      const id = await submitted(size);
      open.set(id, size);
      sizes.set(id, size);
    }
    const before = service.requests.length;
    const running = await startWorker();
    const moment = before + 2 * AT_ONCE + Math.floor(Math.random() * 200);
    await until('it is time', async () => {
      if (service.requests.length >= moment) return true;
      const states = await Promise.all([...open.keys()].map(async (id) => (await tasks.read(id)).state));
      return states.every((state) => state === 'completed');
    });
    await running.stop('SIGKILL');
    const busy = new Set(service.requests.slice(before).map(({ taskId }) => taskId));
    for (const id of open.keys()) {
      const { state } = await tasks.read(id);
      if (state === 'completed') open.delete(id);
      else if (busy.has(id)) killed++;
    }
  }
  await startWorker();
  for (const [id, size] of sizes) {
    expect(await itemsOf(id)).toEqual(allDone(size));
    expect({ id, wrong: wronglyAsked(service.askedOf(id)) }).toEqual({ id, wrong: [] });
    expect(service.effectsOf(id)).toBe(size);
  }
  expect(service.requests.length - service.effects.size).toBeLessThanOrEqual(killed);
  expect(damagedFiles()).toEqual([]);
}, 300_000);
