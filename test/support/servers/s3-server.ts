import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { end } from '../processes/family';
import { freePort } from '../temporal-server';
import { TOOLS_FOLDER } from '../tools-folder';
import { until } from '../until';

const MODULE = 'github.com/versity/versitygw/cmd/versitygw';
const VERSION = 'v1.8.0';
const BINARY = path.join(TOOLS_FOLDER, `versitygw-${VERSION}`, 'versitygw');

/** Whether the server is there, or can be made. It is built from the Go module proxy, once a machine. */
export const canRunS3 = existsSync(BINARY) || hasGo();

export const S3_KEYS = { AWS_ACCESS_KEY_ID: 'test-access', AWS_SECRET_ACCESS_KEY: 'test-secret' };

/** A real S3-compatible server on loopback, over a folder of its own. */
export class S3Server {
  private process: ChildProcess | undefined;

  private constructor(
    readonly port: number,
    private readonly folder: string,
  ) {}

  get endpoint(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  static async start(...buckets: string[]): Promise<S3Server> {
    build();
    const folder = await mkdtemp(path.join(tmpdir(), 'holdfast-s3-'));
    const server = new S3Server(await freePort(), folder);
    for (const bucket of buckets) mkdirSync(path.join(folder, bucket));
    await server.run();
    return server;
  }

  /** Starts it, again after a kill; one that runs stays. */
  async run(): Promise<void> {
    if (this.process) return;
    const env = {
      ...process.env,
      ROOT_ACCESS_KEY: S3_KEYS.AWS_ACCESS_KEY_ID,
      ROOT_SECRET_KEY: S3_KEYS.AWS_SECRET_ACCESS_KEY,
    };
    const args = ['--port', `127.0.0.1:${this.port}`, '--quiet', 'posix', this.folder];
    this.process = spawn(BINARY, args, { env, stdio: 'ignore' });
    await until('the S3 server takes connections', () => this.isThere());
  }

  async stop(signal: 'SIGKILL' | 'SIGTERM' = 'SIGTERM'): Promise<void> {
    const child = this.process;
    this.process = undefined;
    if (child) await end(child, signal);
  }

  /** Copies all buckets to a new folder. What the server notes of an object beside it comes along, which Node's copy omits. */
  async backUp(copy: string): Promise<void> {
    await promisify(execFile)('cp', ['-a', this.folder, copy]);
  }

  /** Replaces all buckets by a copy that {@link backUp} made. It must have ended: {@link run} starts it. */
  async restore(copy: string): Promise<void> {
    await rm(this.folder, { recursive: true });
    await promisify(execFile)('cp', ['-a', copy, this.folder]);
  }

  async remove(): Promise<void> {
    await this.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Whether it takes connections. */
  isThere(): Promise<boolean> {
    return new Promise((resolve) => {
      const socket = connect(this.port, '127.0.0.1');
      socket.once('connect', () => {
        socket.destroy();
        resolve(true);
      });
      socket.once('error', () => resolve(false));
    });
  }
}

function hasGo(): boolean {
  try {
    execFileSync('go', ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function build(): void {
  if (existsSync(BINARY)) return;
  const env = { ...process.env, GOBIN: path.dirname(BINARY) };
  execFileSync('go', ['install', `${MODULE}@${VERSION}`], { env, stdio: ['ignore', 'ignore', 'inherit'] });
}
