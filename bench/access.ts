import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { request } from 'undici';
import { Keys } from '../src/access/keys';
import { startApi } from '../src/api/start';
import { LocalArtifactStore } from '../src/artifacts/local/local-store';
import { TaskClient } from '../src/client/task-client';
import { createLogger } from '../src/logging';
import type { Calls } from './calls';
import { type Figure, median, takeTurns } from './figures';
import type { Stage } from './stage';
import { benchContracts } from './tasks';

const ROUNDS = 300;
const NOBODY = { queue: 'nobody' };

/** What a key costs: submissions to two APIs of one process, of which one asks for a key, in turns. */
export async function measureAccess(_calls: Calls, { client }: Stage): Promise<Figure[]> {
  const [open, guarded] = [await startOne(client), await startOne(client)];
  try {
    const order = { name: 'bench', scopes: ['submit', 'operate'], tenant: 'bench' };
    const { secret } = await new Keys(guarded.artifacts.entries).create(order, 'bench');
    const authorization = `Bearer ${secret}`;
    await post(guarded.url, { authorization });
    const { without, withKey } = await takeTurns(ROUNDS, {
      without: () => post(open.url, {}),
      withKey: () => post(guarded.url, { authorization }),
    });
    const [against, holdfast] = [median(without), median(withKey)];
    return [{ what: 'POST p50 with a key against without', unit: 'ms', against, holdfast }];
  } finally {
    await Promise.all([open.close(), guarded.close()]);
  }
}

async function startOne(client: Stage['client']) {
  const folder = await mkdtemp(path.join(tmpdir(), 'holdfast-bench-'));
  const artifacts = new LocalArtifactStore(folder);
  const api = await startApi({
    host: '127.0.0.1',
    port: 0,
    tasks: new TaskClient({ client, contracts: benchContracts, artifacts }),
    contracts: benchContracts,
    artifacts,
    logger: createLogger('silent', 'bench'),
    maxUploadBytes: 1024,
    limits: { keyRate: 10_000 },
  });
  const close = async () => {
    await api.close();
    await rm(folder, { recursive: true, force: true });
  };
  return { url: api.url, artifacts, close };
}

async function post(url: string, headers: Record<string, string>): Promise<void> {
  const response = await request(`${url}/v1/tasks`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': randomUUID(), ...headers },
    body: JSON.stringify({ type: 'bench.ordinary', input: {}, policy: NOBODY }),
  });
  const text = await response.body.text();
  if (response.statusCode !== 202) throw new Error(`POST answered ${response.statusCode}: ${text}`);
}
