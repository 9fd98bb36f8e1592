import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { LocalArtifactStore } from '../src/artifacts/local/local-store';
import { TaskClient } from '../src/client/task-client';
import { clientConverter } from '../src/encryption/data-converter';
import { KeyRing } from '../src/encryption/key-ring';
import { KeyList } from '../src/encryption/key-source';
import { StoreCipher } from '../src/encryption/store-cipher';
import { createLogger } from '../src/logging';
import { closeConnection } from '../src/worker/connect';
import { startWorkers } from '../src/worker/start';
import type { Calls } from './calls';
import { type Figure, median, takeTurns } from './figures';
import type { Stage } from './stage';
import { benchContracts, benchHandlers } from './tasks';

const ROUNDS = 200;
const ENDS_WITHIN = 30;

/** What encryption costs: the same tasks with keys and without, each with workers of its own, in turns. */
export async function measureEncryption(_calls: Calls, { client, address }: Stage): Promise<Figure[]> {
  const keys = new KeyRing(new KeyList([{ id: 'bench', secret: randomBytes(32) }]));
  const [plain, sealed] = [await startOne(client, address, undefined), await startOne(client, address, keys)];
  try {
    for (const one of [plain, sealed]) await one.roundTrip();
    const submissions = await takeTurns(ROUNDS, { plain: plain.submit, sealed: sealed.submit });
    const roundTrips = await takeTurns(ROUNDS, { plain: plain.roundTrip, sealed: sealed.roundTrip });
    const figure = (what: string, { plain: without, sealed: withKeys }: Record<'plain' | 'sealed', number[]>) => ({
      what: `${what} p50 with encryption against without`,
      unit: 'ms',
      against: median(without),
      holdfast: median(withKeys),
    });
    return [figure('submission', submissions), figure('submission to result', roundTrips)];
  } finally {
    await Promise.all([plain.close(), sealed.close()]);
  }
}

async function startOne({ connection: shared }: Client, address: string, keys: KeyRing | undefined) {
  const queue = keys ? 'sealed' : 'plain';
  const folder = await mkdtemp(path.join(tmpdir(), 'holdfast-bench-'));
  const artifacts = new LocalArtifactStore(folder, new StoreCipher(keys));
  const client = new Client({ connection: shared, dataConverter: clientConverter(keys) });
  const tasks = new TaskClient({ client, contracts: benchContracts, artifacts, queues: [queue, 'nobody'] });
  const connection = await NativeConnection.connect({ address });
  const workers = await startWorkers({
    connection,
    namespace: 'default',
    contracts: benchContracts,
    handlers: benchHandlers,
    artifacts,
    keys,
    logger: createLogger('silent', 'bench'),
    queues: [queue],
    concurrency: 20,
    cachedTasks: 100,
    shutdownGrace: 5,
    shutdownForce: 2,
    bundlePath: path.join(__dirname, '..', 'dist', 'workflow-bundle.js'),
  });
  const submit = (to: string) => tasks.submit({ type: 'bench.ordinary', input: {}, policy: { queue: to } });
  return {
    submit: () => submit('nobody'),
    roundTrip: async () => {
      const { task } = await submit(queue);
      await tasks.wait(task.id, ENDS_WITHIN);
    },
    close: async () => {
      await workers.shutdown();
      await closeConnection(connection);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
