import { type ChildProcessWithoutNullStreams, execFile, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { chmod, cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { descendants, hasEnded, isAlive } from '../processes/family';
import { freePort } from '../temporal-server';
import { until } from '../until';
import { findPostgres, giveTo, serverUser } from './postgres-programs';

/** Its text, since the server's user need not reach the file. */
const GUARD = readFileSync(path.join(__dirname, 'postgres-server.sh'), 'utf8');
/** As people make them: an address takes it only escaped. */
const PASSWORD = 'p@ss/w:rd#50%';

/** A real PostgreSQL on loopback, with data of its own. It ends with the process that started it. */
export class PostgresServer {
  private log = '';
  private server = 0;

  private constructor(
    private readonly guard: ChildProcessWithoutNullStreams,
    private readonly folder: string,
    private readonly programs: string,
    private readonly port: number,
  ) {
    // It prints each error that a test provokes; who waits in vain for the server reads the end.
    guard.stderr.on('data', (data) => {
      this.log = `${this.log}${data}`.slice(-10_000);
    });
    // The guard may be gone when it is written to; the wait for its answer says so.
    guard.stdin.on('error', () => {});
  }

  static async start(): Promise<PostgresServer> {
    const user = await serverUser();
    const folder = await mkdtemp(path.join(tmpdir(), 'holdfast-postgres-'));
    await writeFile(path.join(folder, 'password'), PASSWORD);
    const programs = await findPostgres(user, folder).catch(async (error) => {
      await rm(folder, { recursive: true });
      throw error;
    });
    if (user) await giveTo(user, folder);
    const port = await freePort();
    // A group of its own: Ctrl-C in the terminal must not end the guard before it has cleaned up.
    const guard = spawn('sh', ['-c', GUARD, 'guard', folder, programs, String(port)], {
      ...user,
      cwd: folder,
      detached: true,
    });
    const server = new PostgresServer(guard, folder, programs, port);
    await server.startAgain();
    return server;
  }

  /** The server's process. */
  get pid(): number {
    return this.server;
  }

  /** The address of a database that is always there. */
  get url(): string {
    return this.urlOf('postgres');
  }

  /** Makes an empty database and returns its address. */
  async createDatabase(): Promise<string> {
    const name = `test_${randomUUID().replaceAll('-', '')}`;
    const client = new Client(this.url);
    await client.connect();
    try {
      await client.query(`create database ${name}`);
    } finally {
      await client.end();
    }
    return this.urlOf(name);
  }

  /** Ends all its processes as a power cut does: connections break, and what was not committed is gone. */
  async crash(): Promise<void> {
    // Halted, it cannot begin another process meanwhile.
    process.kill(this.server, 'SIGSTOP');
    const pids = descendants(this.server, '');
    for (const pid of pids) process.kill(pid, 'SIGKILL');
    await until('PostgreSQL is gone', () => !pids.some(isAlive));
  }

  /** Starts it after a crash, on the same data and port, and waits until it answers. */
  async startAgain(): Promise<void> {
    this.guard.stdin.write('start\n');
    const [answer] = await Promise.race([once(this.guard.stdout, 'data'), once(this.guard, 'close')]);
    this.server = Number(String(answer).trim());
    if (!(this.server > 1) || this.guard.exitCode !== null) throw new Error(`PostgreSQL was not set up: ${this.log}`);
    await until('PostgreSQL answers', () => this.answers()).catch(async (error) => {
      await this.stop();
      throw new Error(`${error.message}: ${this.log}`);
    });
  }

  /** Copies all its databases, as they are at one moment, to a new folder, while it runs. */
  async backUp(copy: string): Promise<void> {
    const options = ['--dbname', this.url, '--pgdata', copy, '--checkpoint=fast', '--wal-method=stream'];
    await promisify(execFile)(path.join(this.programs, 'pg_basebackup'), options);
  }

  /** Replaces its data by a copy that {@link backUp} made. It must have ended: {@link startAgain} starts it. */
  async restore(copy: string): Promise<void> {
    const data = path.join(this.folder, 'data');
    await rm(data, { recursive: true });
    await cp(copy, data, { recursive: true });
    await chmod(data, 0o700);
    const user = await serverUser();
    if (user) await giveTo(user, data);
  }

  /** Ends it and removes its data. */
  async stop(): Promise<void> {
    if (hasEnded(this.guard)) return;
    const gone = once(this.guard, 'exit');
    this.guard.stdin.end();
    await gone;
  }

  private urlOf(database: string): string {
    return `postgres://holdfast:${encodeURIComponent(PASSWORD)}@127.0.0.1:${this.port}/${database}`;
  }

  private async answers(): Promise<boolean> {
    const client = new Client({ connectionString: this.url, connectionTimeoutMillis: 5000 });
    client.on('error', () => {});
    try {
      await client.connect();
      return true;
    } catch {
      return false;
    } finally {
      await client.end().catch(() => {});
    }
  }
}
