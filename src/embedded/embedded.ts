import { chmod, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { appFile } from '../app/load-app';
import { openArtifactStore } from '../artifacts/open';
import type { Config } from '../config';
import { claimFolder, type FolderClaim } from '../folder-claim';
import { noteEnded, noteRunning } from '../home';
import { hiddenPlace } from '../loopback';
import { missingOf } from '../packages';
import { answers } from './answers';
import { appEnvironment } from './app-environment';
import { devServerArguments, devServerIsReady } from './dev-server';
import { findTemporalCli } from './find-temporal';
import { GuardedUi } from './guarded-ui';
import { Outbox } from './outbox';
import { checkPorts, type PortClaim } from './ports';
import { fromHere } from './present';
import { Supervised } from './supervised';
import { UiVisitors } from './ui-visitors';
import { watchSources } from './watch';
import { watchApp } from './watch-app';

export interface EmbeddedOptions {
  config: Config;
  /** What the children get, and more. */
  env: NodeJS.ProcessEnv;
  print: (line: string) => void;
}

/** Seconds that the Temporal server gets to close its database. */
const TEMPORAL_GRACE = 10;
/** Seconds in which a server that is busy answers. */
const TEMPORAL_PATIENCE = 10;
/** Seconds that the application gets on top of its own grace and force times. */
const APP_MARGIN = 5;
/** Seconds for which the children of a killed run may still hold their ports. */
const AFTER_CRASH_PATIENCE = 15;

/** Quoted-printable, the longest encoding in mails, makes so many bytes of one. */
const ENCODED_BYTES = 3;
/** For the headers of a mail and of its parts. */
const HEADER_BYTES = 1024 * 1024;

const APP = path.join(__dirname, 'all-roles.js');

/** The two processes behind `npm start`: the Temporal development server, and API, worker and monitor together. */
export class Embedded {
  private home: FolderClaim | undefined;
  /** In the order of their start. */
  private readonly children: Supervised[] = [];
  private outbox: Outbox | undefined;
  private ui: GuardedUi | undefined;
  private stopWatching = () => {};
  private stopping = false;

  constructor(private readonly options: EmbeddedOptions) {}

  get apiUrl(): string {
    const { HOLDFAST_HOST, HOLDFAST_PORT: port, HOLDFAST_TLS_CERT: certificate } = this.options.config;
    // Whatever its names are: this host reaches it by loopback where it listens everywhere.
    const host = { '0.0.0.0': '127.0.0.1', '::': '::1' }[HOLDFAST_HOST] ?? HOLDFAST_HOST;
    return `${certificate === undefined ? 'http' : 'https'}://${host.includes(':') ? `[${host}]` : host}:${port}`;
  }

  /** Resolves when the API answers. @throws StartError when something makes starting pointless. */
  async start(): Promise<void> {
    const { config } = this.options;
    this.home = await claimFolder(
      config.HOLDFAST_HOME,
      (holder) =>
        `Holdfast is already running in ${config.HOLDFAST_HOME} (process ${holder}): end it, or set HOLDFAST_HOME.`,
    );
    await checkPorts(this.ports(), this.home.afterCrash ? AFTER_CRASH_PATIENCE : 0);
    const folders = [config.HOLDFAST_HOME, ...(config.artifacts.kind === 'folder' ? [config.artifacts.folder] : [])];
    for (const folder of folders) {
      await mkdir(folder, { recursive: true });
      // Homes of earlier releases were open to everybody on this host.
      await chmod(folder, 0o700);
    }
    if (!config.externalTemporal) await this.startChild(await this.temporal());
    await this.startChild(await this.app());
  }

  /** Starts the application again whenever a source of it changes, its own sources built first. Its tasks wait meanwhile. */
  watch(): void {
    const { config, print } = this.options;
    const restart = async () => {
      await this.children.at(-1)?.restart();
      print('The application runs what is new.');
    };
    const app = appFile(config);
    this.stopWatching = app === undefined ? watchSources(restart, print) : watchApp(app, restart, print);
  }

  /** Ends everything in order: the application first, while it can still report to Temporal how far it came. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.stopWatching();
    for (const child of [...this.children].reverse()) await child.stop();
    await this.ui?.close();
    await this.outbox?.close();
    if (this.home) noteEnded(this.options.config.HOLDFAST_HOME);
    await this.home?.release();
  }

  private async startChild(child: Supervised): Promise<void> {
    if (this.stopping) return;
    this.children.push(child);
    await child.start();
  }

  private ports(): PortClaim[] {
    const { config } = this.options;
    const api = { use: 'the API', host: config.HOLDFAST_HOST, port: config.HOLDFAST_PORT, setting: 'HOLDFAST_PORT' };
    if (config.externalTemporal) return [api];
    const host = '127.0.0.1';
    return [
      api,
      { use: 'Temporal', host, port: config.HOLDFAST_TEMPORAL_PORT, setting: 'HOLDFAST_TEMPORAL_PORT' },
      { use: 'the Web UI', host, port: config.HOLDFAST_UI_PORT, setting: 'HOLDFAST_UI_PORT' },
    ];
  }

  private async temporal(): Promise<Supervised> {
    const { config, env, print } = this.options;
    const { HOLDFAST_HOME: home, HOLDFAST_TEMPORAL_PORT: port, HOLDFAST_UI_PORT: uiPort } = config;
    const ui = await hiddenPlace();
    const groups = config.HOLDFAST_OIDC_ISSUER === undefined ? undefined : config.HOLDFAST_OIDC_GROUPS;
    const visitors = new UiVisitors(openArtifactStore(config).entries, groups);
    this.ui = await GuardedUi.open({
      host: '127.0.0.1',
      port: uiPort,
      backend: ui,
      mayEnter: (headers) => visitors.mayEnter(headers),
    });
    return new Supervised({
      title: 'The Temporal server',
      command: await findTemporalCli({ toolsFolder: path.join(home, 'tools'), env, log: print }),
      args: devServerArguments({
        port,
        ui: { ...ui, ...(config.encryptionKeys && { codec: `${this.apiUrl}/v1/codec` }) },
        dbFilename: path.join(home, 'temporal.db'),
      }),
      env: withoutKeys(env),
      logFile: path.join(home, 'temporal.log'),
      grace: TEMPORAL_GRACE,
      isReady: () => devServerIsReady(ui),
      life: { isAlive: () => devServerIsReady(ui, TEMPORAL_PATIENCE), every: 5, misses: 6 },
      print,
    });
  }

  private async app(): Promise<Supervised> {
    const { config, env, print } = this.options;
    await this.openOutbox();
    const ownEnv = await appEnvironment({ config, env, print, mailServer: this.outbox?.url });
    noteRunning(config.HOLDFAST_HOME, ownEnv);
    return new Supervised({
      title: 'The application (API, worker and monitor)',
      command: process.execPath,
      args: ['--enable-source-maps', APP],
      env: ownEnv,
      logFile: path.join(config.HOLDFAST_HOME, 'app.log'),
      grace: config.HOLDFAST_SHUTDOWN_GRACE + config.HOLDFAST_SHUTDOWN_FORCE + APP_MARGIN,
      isReady: () => answers(`${this.apiUrl}/health/ready`),
      print,
    });
  }

  /** Who wants alerts by e-mail must not find them in a folder: without a server the application refuses to start. */
  private async openOutbox(): Promise<void> {
    const { config, print } = this.options;
    if (config.HOLDFAST_SMTP_URL || config.HOLDFAST_ALERT_EMAIL.length > 0) return;
    // An app that sends no mail installs no mail server.
    if (missingOf(['smtp-server']).length > 0) return;
    const folder = path.join(config.HOLDFAST_HOME, 'outbox');
    const maxBytes = ENCODED_BYTES * config.HOLDFAST_EMAIL_MAX_BYTES + HEADER_BYTES;
    this.outbox = await Outbox.open({ folder, maxBytes });
    print(`HOLDFAST_SMTP_URL is not set: mails are kept in ${fromHere(folder)}, and nobody gets any.`);
  }
}

/** The server is never to see what its database is encrypted with. */
function withoutKeys({ HOLDFAST_ENCRYPTION_KEYS: _keys, ...env }: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return env;
}
