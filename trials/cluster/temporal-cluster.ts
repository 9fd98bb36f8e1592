import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { promisify } from 'node:util';
import { findTemporalCli } from '../../src/embedded/find-temporal';
import { end } from '../../test/support/processes/family';
import type { PostgresServer } from '../../test/support/servers/postgres';
import { TOOLS_FOLDER } from '../../test/support/tools-folder';
import { COMPOSE_FOLDER, composeEnvironment } from './compose-file';
import { serverPrograms } from './server-programs';

const run = promisify(execFile);
const SERVICES = ['FRONTEND', 'MATCHING', 'HISTORY', 'WORKER', 'INTERNAL_FRONTEND'] as const;
const RETENTION_DAYS = '30';

/** A Temporal server of a cluster's kind, on PostgreSQL, set up by the same scripts and settings as the containers. */
export class TemporalCluster {
  private process: ChildProcess | undefined;

  private constructor(
    readonly port: number,
    private readonly program: string,
    private readonly env: Record<string, string>,
    private readonly logFile: string,
  ) {}

  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  get pid(): number {
    return this.process?.pid ?? 0;
  }

  static async start(
    postgres: PostgresServer,
    folder: string,
    log: (line: string) => void,
    port?: number,
  ): Promise<TemporalCluster> {
    const { folder: programs, server } = await serverPrograms(log);
    const { hostname, port: sqlPort, username, password } = new URL(postgres.url);
    const sql = { host: hostname, port: sqlPort, user: username, password: decodeURIComponent(password) };
    log('Setting up the databases …');
    await runScript('set-up-schema.sh', {
      ...composeEnvironment('schema', { POSTGRES_PASSWORD: sql.password }),
      PATH: `${programs}:${process.env.PATH}`,
      SQL_HOST: sql.host,
      SQL_PORT: sql.port,
      SQL_USER: sql.user,
    });
    const own: Record<string, string> = {};
    for (const service of SERVICES) {
      own[`${service}_GRPC_PORT`] = String(await lowPort());
      own[`${service}_MEMBERSHIP_PORT`] = String(await lowPort());
    }
    const frontend = port ?? (await lowPort());
    const cluster = new TemporalCluster(
      frontend,
      server,
      {
        ...composeEnvironment('temporal', { POSTGRES_PASSWORD: sql.password }),
        ...own,
        FRONTEND_GRPC_PORT: String(frontend),
        FRONTEND_HTTP_PORT: String(await lowPort()),
        DB_PORT: sql.port,
        POSTGRES_SEEDS: sql.host,
        POSTGRES_USER: sql.user,
        // Loopback is all that a laptop opens, and its PostgreSQL gives out few connections.
        BIND_ON_IP: '127.0.0.1',
        SQL_MAX_CONNS: '8',
        SQL_MAX_IDLE_CONNS: '8',
        SQL_VIS_MAX_CONNS: '4',
        SQL_VIS_MAX_IDLE_CONNS: '4',
        DYNAMIC_CONFIG_FILE_PATH: path.join(COMPOSE_FOLDER, 'dynamic-config.yaml'),
      },
      path.join(folder, 'temporal.log'),
    );
    await cluster.run();
    log('Setting up the namespace …');
    const cli = await findTemporalCli({ toolsFolder: TOOLS_FOLDER, log });
    const ready = runScript('set-up-namespace.sh', {
      PATH: `${path.dirname(cli)}:${process.env.PATH}`,
      TEMPORAL_ADDRESS: cluster.address,
      TEMPORAL_NAMESPACE: 'default',
      RETENTION_DAYS,
    });
    const ended = once(cluster.process as ChildProcess, 'exit').then(() => {
      throw new Error(`The Temporal server ended: ${readFileSync(cluster.logFile, 'utf8').slice(-2000)}`);
    });
    ended.catch(() => undefined);
    await Promise.race([ready, ended]);
    return cluster;
  }

  /** Starts the server, again after a kill. */
  async run(): Promise<void> {
    const log = createWriteStream(this.logFile, { flags: 'a' });
    await once(log, 'open');
    const env = { PATH: process.env.PATH, HOME: process.env.HOME, ...this.env };
    this.process = spawn(this.program, ['--allow-no-auth', 'start'], { env, stdio: ['ignore', log, log] });
  }

  signal(name: NodeJS.Signals): void {
    this.process?.kill(name);
  }

  async stop(signal: 'SIGKILL' | 'SIGTERM' = 'SIGTERM'): Promise<void> {
    const child = this.process;
    this.process = undefined;
    if (child) await end(child, signal);
  }
}

/** The server keeps its ports in a column of PostgreSQL that ends at 32,767. */
async function lowPort(): Promise<number> {
  for (;;) {
    const port = randomInt(10_000, 32_000);
    const probe = createServer();
    const free = await new Promise<boolean>((resolve) => {
      probe.once('error', () => resolve(false));
      probe.listen(port, '127.0.0.1', () => resolve(true));
    });
    if (!free) continue;
    probe.close();
    await once(probe, 'close');
    return port;
  }
}

async function runScript(name: string, env: Record<string, string>): Promise<void> {
  await run('sh', [path.join(COMPOSE_FOLDER, name)], { env, maxBuffer: 2 ** 26 });
}
