import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PostgresServer } from '../../test/support/servers/postgres';
import { end, freePort, startServer } from '../server';

/** The servers of all peers, on loopback. */
export interface Servers {
  folder: string;
  redis: number;
  temporal: string;
  createDatabase(): Promise<string>;
  /** Process IDs, for the processor time. */
  pids: Record<'redis' | 'postgres' | 'temporal', number>;
  stop(): Promise<void>;
}

export async function startServers(): Promise<Servers> {
  const folder = await mkdtemp(path.join(tmpdir(), 'holdfast-peers-'));
  const redis = await freePort();
  // Each write on the disk within a second, as its own advice for durable data is.
  const args = ['--port', String(redis), '--bind', '127.0.0.1', '--dir', folder, '--appendonly', 'yes', '--save', ''];
  const redisServer = spawn('redis-server', args, { stdio: 'ignore' });
  await answers(redis);
  const postgres = await PostgresServer.start();
  const temporal = await startServer(folder);
  return {
    folder,
    redis,
    temporal: temporal.address,
    createDatabase: () => postgres.createDatabase(),
    pids: { redis: redisServer.pid ?? 0, postgres: postgres.pid, temporal: temporal.process.pid ?? 0 },
    stop: async () => {
      await temporal.connection.close();
      await end(temporal.process);
      await postgres.stop();
      await end(redisServer);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function answers(port: number): Promise<void> {
  for (const until = Date.now() + 30_000; ; await sleep(100)) {
    const socket = connect(port, '127.0.0.1');
    const there = await Promise.race([
      once(socket, 'connect').then(() => true),
      once(socket, 'error').then(() => false),
    ]).catch(() => false);
    socket.destroy();
    if (there) return;
    if (Date.now() > until) throw new Error('Redis does not answer: is redis-server installed?');
  }
}
