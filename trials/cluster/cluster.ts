import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startRole } from '../../test/support/processes/role-process';
import type { RunningProcess } from '../../test/support/processes/running-process';
import { PostgresServer } from '../../test/support/servers/postgres';
import { S3_KEYS, S3Server } from '../../test/support/servers/s3-server';
import { freePort } from '../../test/support/temporal-server';
import { TemporalCluster } from './temporal-cluster';

const BUCKET = 'holdfast';
const { HOLDFAST_ENCRYPTION_KEYS } = process.env;

interface ClusterOptions {
  log?: (line: string) => void;
  /** Of the API. Defaults to a free one. */
  apiPort?: number;
  temporalPort?: number;
  /** Folder of the build that the roles run. Defaults to `dist`. */
  build?: string;
  /** Further settings of the roles. */
  settings?: Record<string, string>;
}

type RoleName = 'api' | 'worker-1' | 'worker-2' | 'monitor';
const ROLES: readonly RoleName[] = ['api', 'worker-1', 'worker-2', 'monitor'];

/** What docker-compose.yml runs, as processes on this machine, with a bucket in the place of the shared folder. */
export class Cluster {
  readonly roles = new Map<RoleName, RunningProcess>();

  private constructor(
    readonly folder: string,
    readonly postgres: PostgresServer,
    readonly s3: S3Server,
    readonly temporal: TemporalCluster,
    readonly apiPort: number,
    private readonly settings: Record<string, string>,
    private readonly build: string | undefined,
  ) {}

  get api(): string {
    return `http://127.0.0.1:${this.apiPort}`;
  }

  /** Settings by which any process is one of this cluster. */
  get env(): Record<string, string> {
    return {
      ...S3_KEYS,
      TEMPORAL_ADDRESS: this.temporal.address,
      HOLDFAST_ARTIFACTS: `s3://${BUCKET}`,
      HOLDFAST_S3_ENDPOINT: this.s3.endpoint,
      HOLDFAST_HOME: path.join(this.folder, 'home'),
      // The whole run of the cluster may be made with encryption.
      ...(HOLDFAST_ENCRYPTION_KEYS && { HOLDFAST_ENCRYPTION_KEYS }),
      ...this.settings,
    };
  }

  static async start({
    log = () => {},
    apiPort,
    temporalPort,
    settings = {},
    build,
  }: ClusterOptions = {}): Promise<Cluster> {
    const folder = await mkdtemp(path.join(tmpdir(), 'holdfast-cluster-'));
    log('PostgreSQL and the S3 server …');
    const [postgres, s3] = await Promise.all([PostgresServer.start(), S3Server.start(BUCKET)]);
    try {
      const temporal = await TemporalCluster.start(postgres, folder, log, temporalPort);
      const cluster = new Cluster(folder, postgres, s3, temporal, apiPort ?? (await freePort()), settings, build);
      log('API, two workers and monitor …');
      for (const role of ROLES) await cluster.startRole(role);
      return cluster;
    } catch (error) {
      await postgres.stop();
      await s3.remove();
      throw error;
    }
  }

  /**
   * Starts a role, again after a kill.
   * @param build Folder of the build that it runs. Defaults to the cluster's.
   */
  async startRole(name: RoleName, build = this.build): Promise<void> {
    const role = name.replace(/-\d$/, '') as 'api' | 'worker' | 'monitor';
    this.roles.set(name, await startRole(role, { ...this.env, HOLDFAST_PORT: String(this.apiPort) }, undefined, build));
  }

  async stop(): Promise<void> {
    await Promise.all([...this.roles.values()].map((role) => role.stop('SIGTERM')));
    await this.temporal.stop();
    await this.s3.remove();
    await this.postgres.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}
