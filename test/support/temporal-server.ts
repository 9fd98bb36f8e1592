import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { lazyConnection } from '../../src/client/temporal/connect';
import { setUpNamespace } from '../../src/client/temporal/setup';
import { devServerArguments } from '../../src/embedded/dev-server';
import { end } from './processes/family';
import { until } from './until';

/** Settings of the server by their name: `limit.historyCount.suggestContinueAsNew`. */
export type DynamicConfig = Record<string, number | boolean>;

/** A real Temporal dev server of its own, started as `npm start` starts it. */
export class TemporalServer {
  private process: ChildProcess | undefined;

  private constructor(
    readonly port: number,
    /** Where it serves its own metrics. */
    readonly metricsPort: number,
    private readonly options: string[],
    private readonly isShared = false,
  ) {}

  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  /**
   * @param dbFilename File that keeps everything; without it a kill loses all.
   * @param dynamicConfig What differs further from the server of `npm start`.
   * @param namespaces Further ones beside `default`. They are not set up.
   */
  static async start(
    dbFilename?: string,
    dynamicConfig: DynamicConfig = {},
    namespaces: readonly string[] = [],
  ): Promise<TemporalServer> {
    const [port, metricsPort] = [await freePort(), await freePort()];
    const server = new TemporalServer(port, metricsPort, [
      ...devServerArguments({ port, metricsPort, ...(dbFilename && { dbFilename }) }),
      ...Object.entries(dynamicConfig).flatMap(([name, value]) => ['--dynamic-config-value', `${name}=${value}`]),
      ...namespaces.flatMap((name) => ['--namespace', name]),
    ]);
    await server.run();
    return server;
  }

  /** One that another test file has started. It is not for this one to stop or freeze. */
  static shared({ port, metricsPort }: { port: number; metricsPort: number }): TemporalServer {
    return new TemporalServer(port, metricsPort, [], true);
  }

  /** Starts the server, again after a kill. Ready means: the namespace is set up and takes tasks. */
  async run(): Promise<void> {
    this.refuseShared();
    this.process = spawn(process.env.TEMPORAL_CLI_PATH ?? 'temporal', this.options, { stdio: 'ignore' });
    await this.setUp('default');
  }

  /** Makes a namespace ready for tasks, as soon as the server answers. */
  async setUp(namespace: string): Promise<void> {
    const connection = lazyConnection({ address: this.address });
    const done = () => setUpNamespace(connection, { namespace, retentionDays: 30, categories: {} });
    try {
      await until(`the namespace ${namespace} is ready`, () =>
        connection.withDeadline(Date.now() + 5000, done).then(
          () => true,
          () => false,
        ),
      );
    } finally {
      await connection.close();
    }
  }

  /** Lets it outlive the test file that started it. Returns its process ID. */
  detach(): number {
    this.process?.unref();
    return this.process?.pid ?? 0;
  }

  /** Lets it take calls and answer none, until `thaw`. */
  freeze(): void {
    this.refuseShared();
    this.process?.kill('SIGSTOP');
  }

  thaw(): void {
    this.process?.kill('SIGCONT');
  }

  /** `kill -9`, or a polite end. */
  async stop(signal: 'SIGKILL' | 'SIGTERM' = 'SIGTERM'): Promise<void> {
    this.refuseShared();
    const child = this.process;
    this.process = undefined;
    if (child) await end(child, signal);
  }

  private refuseShared(): void {
    if (this.isShared) throw new Error('Other test files share this server: start the harness with one of its own');
  }
}

export async function freePort(): Promise<number> {
  const probe = createServer();
  probe.listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as { port: number };
  probe.close();
  await once(probe, 'close');
  return port;
}
