import { Client } from '@temporalio/client';
import { LocalArtifactStore } from '../artifacts/local-store';
import { type ClientConnection, connectClient } from '../client/connect';
import { TaskClient } from '../client/task-client';
import { type Config, readConfig } from '../config';
import { identity } from '../version';
import type { Catalogue } from './catalogue';
import { Output } from './output/output';
import { Times } from './output/times';

/** Options of every command. */
export interface CommonOptions {
  json?: true;
  utc?: true;
  output?: 'table' | 'wide';
}

/** What one command works with. Nothing is connected before it is needed. */
export class Session {
  readonly config: Config;
  readonly artifacts: LocalArtifactStore;
  readonly out: Output;
  readonly times: Times;
  readonly wide: boolean;
  private known: Catalogue | undefined;
  private connected: (ClientConnection & { client: Client; tasks: TaskClient }) | undefined;

  /**
   * @param signal Aborted by Ctrl-C.
   * @throws StartError for a wrong setting.
   */
  constructor(
    { json, utc, output }: CommonOptions,
    private readonly catalogueOf: (config: Config) => Catalogue,
    readonly signal: AbortSignal,
  ) {
    this.out = new Output(json === true);
    this.times = new Times(utc === true);
    this.wide = output === 'wide';
    this.config = readConfig();
    this.artifacts = new LocalArtifactStore(this.config.artifactsFolder);
  }

  get catalogue(): Catalogue {
    this.known ??= this.catalogueOf(this.config);
    return this.known;
  }

  get tasks(): TaskClient {
    return this.temporal.tasks;
  }

  /** The connection to Temporal, for what `TaskClient` does not offer. */
  get temporal(): ClientConnection & { client: Client; tasks: TaskClient } {
    if (!this.connected) {
      const { config, artifacts } = this;
      const { connection, namespace } = connectClient(config.HOLDFAST_TEMPORAL_PORT);
      const client = new Client({ connection, namespace, identity: identity('cli') });
      const { contracts } = this.catalogue;
      const deadline = config.HOLDFAST_TEMPORAL_DEADLINE;
      const { categories, keep } = config;
      const tasks = new TaskClient({ client, contracts, artifacts, categories, deadline, keepDays: keep.completed });
      this.connected = { connection, namespace, client, tasks };
    }
    return this.connected;
  }
}
