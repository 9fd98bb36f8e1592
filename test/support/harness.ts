import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { Client } from '@temporalio/client';
import { NativeConnection, Runtime } from '@temporalio/worker';
import { LocalArtifactStore } from '../../src/artifacts/local/local-store';
import type { TaskView } from '../../src/client/read/view';
import { TaskClient } from '../../src/client/task-client';
import { lazyConnection } from '../../src/client/temporal/connect';
import { limitVisibility } from '../../src/client/temporal/visibility-rate';
import { createLogger } from '../../src/logging';
import type { TaskState } from '../../src/protocol/task';
import { closeConnection } from '../../src/worker/connect';
import { startWorkers, type WorkerOptions } from '../../src/worker/start';
import './runtime';
import { BUNDLE } from './bundle';
import { probeContracts, probeHandlers } from './probe-tasks';
import { freshNamespace, sharedServer } from './shared-server';
import { type DynamicConfig, TemporalServer } from './temporal-server';
import { until } from './until';

export interface Ledger {
  /** Lines that attempts wrote when they began. */
  begun: { attempt: number; effectKey: string; pid: number }[];
  done: number;
}

interface HarnessOptions {
  /** For tests that kill, freeze or count the calls of their server. Defaults to what the other options need. */
  ownServer?: boolean;
  /** Survives a kill of the server. Defaults to false. */
  onDisk?: boolean;
  /** What differs from the server of `npm start`. Defaults to nothing. */
  dynamicConfig?: DynamicConfig;
}

/**
 * A namespace of a Temporal server, a client and workers of one test file. The server is shared with other files,
 * unless an option needs one of its own. `close()` ends everything it started.
 */
export class Harness {
  private readonly closers: (() => Promise<unknown>)[] = [];

  private constructor(
    readonly server: TemporalServer,
    readonly namespace: string,
    readonly folder: string,
    readonly artifacts: LocalArtifactStore,
    readonly temporal: Client,
    readonly tasks: TaskClient,
  ) {}

  static async start({ onDisk, dynamicConfig, ownServer }: HarnessOptions = {}): Promise<Harness> {
    const folder = await mkdtemp(path.join(tmpdir(), 'holdfast-test-'));
    const shared = onDisk || dynamicConfig || ownServer ? undefined : await sharedServer();
    const own = () => TemporalServer.start(onDisk ? path.join(folder, 'temporal.db') : undefined, dynamicConfig);
    const server = shared ?? (await own());
    const namespace = shared ? await freshNamespace(shared) : 'default';
    if (shared) await shared.setUp(namespace);
    const artifacts = new LocalArtifactStore(path.join(folder, 'artifacts'));
    const connection = lazyConnection({ address: server.address });
    // A development server allows a hundred.
    limitVisibility(connection, 90);
    const client = new Client({ connection, namespace });
    const tasks = new TaskClient({ client, contracts: probeContracts, artifacts, deadline: 10 });
    const harness = new Harness(server, namespace, folder, artifacts, client, tasks);
    harness.closers.push(
      () => rm(folder, { recursive: true, force: true }),
      ...(shared ? [] : [() => server.stop()]),
      () => connection.close(),
    );
    return harness;
  }

  /** Settings by which another process finds the namespace. */
  get env(): { TEMPORAL_ADDRESS: string; TEMPORAL_NAMESPACE: string } {
    return { TEMPORAL_ADDRESS: this.server.address, TEMPORAL_NAMESPACE: this.namespace };
  }

  /** Types a command of the stock CLI. */
  async temporalCli(...args: string[]): Promise<string> {
    const cli = process.env.TEMPORAL_CLI_PATH ?? 'temporal';
    const { stdout } = await promisify(execFile)(cli, args, { env: { ...process.env, ...this.env } });
    return stdout;
  }

  /** Starts workers in this process; the returned function shuts them down. */
  async startWorkers(options: Partial<WorkerOptions> = {}): Promise<() => Promise<void>> {
    const connection = await NativeConnection.connect({ address: this.server.address });
    limitVisibility(connection, 90, this.server.address);
    const running = await startWorkers({
      connection,
      namespace: this.namespace,
      contracts: probeContracts,
      handlers: probeHandlers,
      artifacts: this.artifacts,
      logger: createLogger('silent', 'test'),
      queues: ['default'],
      concurrency: 20,
      cachedTasks: 100,
      shutdownGrace: 5,
      shutdownForce: 2,
      bundlePath: BUNDLE,
      ...options,
    });
    let stopped: Promise<void> | undefined;
    const stop = () => (stopped ??= running.shutdown().then(() => closeConnection(connection)));
    this.closers.push(stop);
    return stop;
  }

  async close(): Promise<void> {
    for (const close of this.closers.reverse()) await close();
    // The native runtime would keep jest's process alive.
    await Runtime.instance().shutdown();
  }

  /** Waits until the task is in one of the states. */
  async reaches(taskId: string, ...states: TaskState[]): Promise<TaskView> {
    return until(`${taskId} is ${states.join(' or ')}`, async () => {
      const task = await this.tasks.read(taskId);
      return states.includes(task.state) ? task : undefined;
    });
  }

  /** A file for a probe to write to or to wait for. */
  file(): string {
    return path.join(this.folder, randomUUID());
  }

  async touch(file: string): Promise<void> {
    await writeFile(file, '');
  }
}

/** What a probe's attempts wrote to their ledger: the outside world's own count. */
export function readLedger(file: string): Ledger {
  const lines = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n').filter(Boolean) : [];
  const parsed = lines.map(
    (line) => JSON.parse(line) as { attempt: number; effectKey: string; pid: number; done?: true },
  );
  return { begun: parsed.filter((line) => !line.done), done: parsed.filter((line) => line.done).length };
}
