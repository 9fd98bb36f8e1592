import { Client } from '@temporalio/client';
import { App, type AppDefinition } from '../app/app';
import { openArtifactStore } from '../artifacts/open';
import type { KeptArtifactStore } from '../artifacts/store';
import type { TaskView } from '../client/read/view';
import { TaskClient } from '../client/task-client';
import { type ClientConnection, connectClient } from '../client/temporal/connect';
import { Gateway } from '../client/temporal/gateway';
import { type Config, readConfig } from '../config';
import { clientConverter } from '../encryption/data-converter';
import { HoldfastError } from '../errors';
import { identity } from '../version';
import { idOfPrefix } from './id-prefix';
import { Output } from './output/output';
import { Times } from './output/times';

/** Options of every command. */
export interface CommonOptions {
  json?: true;
  utc?: true;
  output?: 'table' | 'wide';
}

/** Gives the app whose tasks the command line is about. */
export type AppSource = (config: Config) => AppDefinition | Promise<AppDefinition>;

type Connected = ClientConnection & { client: Client; tasks: TaskClient };

/** What one command works with. Nothing is connected before it is needed. */
export class Session {
  readonly artifacts: KeptArtifactStore;
  readonly out: Output;
  readonly times: Times;
  readonly wide: boolean;
  private connected: Connected | undefined;

  /**
   * The session of a command line.
   * @param signal Aborted by Ctrl-C.
   * @throws StartError for a wrong setting.
   */
  static async open(options: CommonOptions, load: AppSource, signal: AbortSignal): Promise<Session> {
    const config = readConfig();
    return new Session(options, config, new App(await load(config), config), signal);
  }

  private constructor(
    { json, utc, output }: CommonOptions,
    readonly config: Config,
    readonly app: App,
    readonly signal: AbortSignal,
  ) {
    this.out = new Output(json === true);
    this.times = new Times(utc === true);
    this.wide = output === 'wide';
    this.artifacts = openArtifactStore(config, app.keys);
  }

  get tasks(): TaskClient {
    return this.temporal.tasks;
  }

  /** The connection to Temporal, for what `TaskClient` does not offer. */
  get temporal(): Connected {
    if (!this.connected) {
      const { config, artifacts } = this;
      const rate = config.HOLDFAST_VISIBILITY_RATE;
      const { connection, namespace, address } = connectClient(config.HOLDFAST_TEMPORAL_PORT, rate);
      const { categories, contracts, controlQueue, keys } = this.app;
      const dataConverter = clientConverter(keys);
      const client = new Client({ connection, namespace, identity: identity('cli'), dataConverter });
      const deadline = config.HOLDFAST_TEMPORAL_DEADLINE;
      const { keep } = config;
      const tasks = new TaskClient({
        client,
        contracts,
        artifacts,
        categories,
        controlQueue,
        deadline,
        keepDays: keep.completed,
        ...(config.HOLDFAST_PUBLIC_URL && { publicUrl: config.HOLDFAST_PUBLIC_URL }),
      });
      this.connected = { connection, namespace, address, client, tasks };
    }
    return this.connected;
  }

  /** Where Temporal was looked for; `undefined` before anything was asked of it. */
  get address(): string | undefined {
    return this.connected?.address;
  }

  /** A task by its ID, or by the beginning of its ID where no other has it. @throws HoldfastError `task-not-found`. */
  async find(id: string): Promise<TaskView> {
    try {
      return await this.tasks.read(id);
    } catch (error) {
      if (!(error instanceof HoldfastError) || error.code !== 'task-not-found') throw error;
      const whole = await idOfPrefix(new Gateway(this.temporal.client, this.config.HOLDFAST_TEMPORAL_DEADLINE), id);
      if (whole === undefined) throw error;
      return this.tasks.read(whole);
    }
  }
}
