import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { lazyConnection } from '../../src/client/temporal/connect';
import { setUpNamespace } from '../../src/client/temporal/setup';
import { devServerArguments } from '../../src/embedded/dev-server';
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
    private readonly dbFilename: string | undefined,
    private readonly dynamicConfig: DynamicConfig,
  ) {}

  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  /**
   * @param dbFilename File that keeps everything; without it a kill loses all.
   * @param dynamicConfig What differs further from the server of `npm start`.
   */
  static async start(dbFilename?: string, dynamicConfig: DynamicConfig = {}): Promise<TemporalServer> {
    const server = new TemporalServer(await freePort(), await freePort(), dbFilename, dynamicConfig);
    await server.run();
    return server;
  }

  /** Starts the server, again after a kill. Ready means: the namespace is set up and takes tasks. */
  async run(): Promise<void> {
    const { port, metricsPort, dbFilename } = this;
    const args = devServerArguments({ port, metricsPort, ...(dbFilename && { dbFilename }) });
    for (const [name, value] of Object.entries(this.dynamicConfig)) {
      args.push('--dynamic-config-value', `${name}=${value}`);
    }
    this.process = spawn(process.env.TEMPORAL_CLI_PATH ?? 'temporal', args, { stdio: 'ignore' });
    const connection = lazyConnection({ address: this.address });
    try {
      await until('the Temporal server is ready', () =>
        connection
          .withDeadline(Date.now() + 2000, () =>
            setUpNamespace(connection, { namespace: 'default', retentionDays: 30, categories: {} }),
          )
          .then(
            () => true,
            () => false,
          ),
      );
    } finally {
      await connection.close();
    }
  }

  /** Lets it take calls and answer none, until `thaw`. */
  freeze(): void {
    this.process?.kill('SIGSTOP');
  }

  thaw(): void {
    this.process?.kill('SIGCONT');
  }

  /** `kill -9`, or a polite end. */
  async stop(signal: 'SIGKILL' | 'SIGTERM' = 'SIGTERM'): Promise<void> {
    const child = this.process;
    this.process = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
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
