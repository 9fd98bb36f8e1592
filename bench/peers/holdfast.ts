import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { request } from 'undici';
import { z } from 'zod';
import { startApi } from '../../src/api/start';
import { LocalArtifactStore } from '../../src/artifacts/local/local-store';
import { TaskClient } from '../../src/client/task-client';
import { limitVisibility } from '../../src/client/temporal/visibility-rate';
import { createLogger } from '../../src/logging';
import { defineContract } from '../../src/tasks/contract';
import { installRuntime } from '../../src/worker/runtime';
import { startWorkers } from '../../src/worker/start';
import type { Peer, Places } from './peer';
import { doWork, type Work } from './work';

const common = {
  summary: 'The same work as everybody.',
  category: 'default',
  input: z.object({ id: z.string(), ms: z.number(), ledger: z.string().optional() }),
  output: z.null(),
  example: { id: '1', ms: 0 },
} as const;
const contracts = [
  defineContract({ ...common, type: 'peer.ordinary', policy: { queue: 'ordinary' } }),
  defineContract({ ...common, type: 'peer.inline', inline: true, policy: { timeout: 5, queue: 'inline' } }),
];
const handlers = Object.fromEntries(contracts.map(({ type }) => [type, (input: unknown) => doWork(input as Work)]));

/** The first of its processes has the API too, as `npm start` has. */
async function work({ temporal, folder, api }: Places, identity: string, queue: string): Promise<void> {
  const logger = createLogger('error', 'bench');
  installRuntime(logger);
  const connection = await NativeConnection.connect({ address: temporal });
  limitVisibility(connection, 80, temporal);
  const artifacts = new LocalArtifactStore(path.join(folder, 'artifacts'));
  if (identity === 'api') {
    const tasks = new TaskClient({ client: new Client({ connection }), contracts, artifacts });
    await startApi({ contracts, artifacts, logger, host: '127.0.0.1', port: api, tasks, maxUploadBytes: 1_000_000 });
    return;
  }
  await startWorkers({
    contracts,
    artifacts,
    logger,
    connection,
    namespace: 'default',
    handlers,
    queues: [queue],
    concurrency: 20,
    cachedTasks: 600,
    shutdownGrace: 5,
    shutdownForce: 2,
    bundlePath: path.join(__dirname, '..', '..', 'dist', 'workflow-bundle.js'),
  });
}

function peer(name: string, type: string, afterDeath: string): Peer {
  return {
    name,
    server: 'temporal',
    afterDeath,
    // A queue of its own: the other form's workers must not take what is killed here.
    work: (places, identity) => work(places, identity, type.replace('peer.', '')),
    open: async ({ api }) => {
      const call = async (method: 'GET' | 'POST', url: string, body?: unknown, headers = {}) => {
        // An overloaded machine answers 503, which asks for the same call again.
        for (;;) {
          const answer = await request(`http://127.0.0.1:${api}${url}`, {
            method,
            headers: { 'content-type': 'application/json', ...headers },
            ...(body !== undefined && { body: JSON.stringify(body) }),
          });
          const parsed = (await answer.body.json()) as { id: string; state: string };
          if (answer.statusCode < 400) return parsed;
          if (answer.statusCode !== 503) throw new Error(JSON.stringify(parsed));
          await sleep(200);
        }
      };
      return {
        submit: async (input, key) => (await call('POST', '/v1/tasks', { type, input }, { 'idempotency-key': key })).id,
        result: async (id) => {
          for (let state = ''; state !== 'completed'; ) {
            ({ state } = await call('GET', `/v1/tasks/${id}`, undefined, { prefer: 'wait=30' }));
          }
        },
        close: async () => {},
      };
    },
  };
}

export const holdfastOrdinary = peer('Holdfast, ordinary', 'peer.ordinary', 'heartbeat time-out 10 s');
export const holdfastInline = peer('Holdfast, inline', 'peer.inline', 'workflow task time-out 10 s');
