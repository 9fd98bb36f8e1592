import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { Client } from '@temporalio/client';
import { IllegalStateError } from '@temporalio/worker';
import { App, type AppDefinition } from '../app/app';
import { DirectClient } from '../app/direct-client';
import { openArtifactStore } from '../artifacts/open';
import { TaskClient } from '../client/task-client';
import { readConfig } from '../config';
import { clientConverter } from '../encryption/data-converter';
import { type Duration, seconds } from '../http-client/duration';
import { createLogger } from '../logging';
import { queuesOf } from '../tasks/queues';
import { installRuntime } from '../worker/runtime';
import { startWorkers } from '../worker/start';
import { startDevServer, startSkippingServer, type TestServer } from './test-server';

export interface TestAppOptions {
  /** Settings, as environment variables. Defaults to none. */
  env?: Record<string, string>;
  /** Folder in which Temporal's programs are kept, once installed. Defaults to one in the user's cache. */
  toolsFolder?: string;
  /**
   * `real` runs on the development server. `skipping` runs on Temporal's test server, on which `skip` lets hours pass in
   * a moment; it has no schedules, lists and statistics. Defaults to `real`.
   */
  clock?: 'real' | 'skipping';
}

/** An app that runs for a test: a Temporal server, a worker of it, and a client. */
export interface TestApp {
  client: DirectClient;
  /** Everything that the direct client does not offer. */
  tasks: TaskClient;
  /** Stops the worker, as its death would; tasks wait. */
  stopWorker(): Promise<void>;
  startWorker(): Promise<void>;
  /**
   * Lets time pass in a moment: delays, retries and redrives within it happen.
   * @param time Seconds, or a text such as `'2h'`.
   * @throws Error when the app does not run with `clock: 'skipping'`.
   */
  skip(time: Duration): Promise<void>;
  close(): Promise<void>;
}

/**
 * Runs an app on a real Temporal server of its own, which goes away with it. Works in any test runner.
 * @throws StartError when Temporal's program is not there and cannot be installed, or a setting is wrong.
 */
export async function testApp(definition: AppDefinition, options: TestAppOptions = {}): Promise<TestApp> {
  quieten();
  const toolsFolder = options.toolsFolder ?? path.join(homedir(), '.cache', 'holdfast', 'tools');
  await mkdir(toolsFolder, { recursive: true });
  const folder = await mkdtemp(path.join(tmpdir(), 'holdfast-test-'));
  const config = readConfig({ HOLDFAST_HOME: folder, ...options.env });
  const app = new App(definition, config);
  const server = await (options.clock === 'skipping'
    ? startSkippingServer(toolsFolder)
    : startDevServer(toolsFolder, app.categories));
  const end = () => server.close().then(() => rm(folder, { recursive: true, force: true }));
  try {
    return await run(app, server, end);
  } catch (error) {
    await end();
    throw error;
  }
}

async function run(app: App, { connection, skip }: TestServer, end: () => Promise<void>): Promise<TestApp> {
  const { categories, contracts, controlQueue, keys } = app;
  const artifacts = openArtifactStore(app.config, keys);
  const dataConverter = clientConverter(keys);
  const client = new Client({ connection, identity: `test-${randomUUID()}`, dataConverter });
  const tasks = new TaskClient({ client, contracts, artifacts, categories, controlQueue, deadline: 10 });
  const pack = await app.open();
  const start = () =>
    startWorkers({
      connection,
      namespace: 'default',
      contracts,
      handlers: pack.handlers,
      artifacts,
      keys,
      categories,
      controlQueue,
      logger: createLogger('silent', 'test'),
      queues: queuesOf(contracts, categories),
      concurrency: 20,
      cachedTasks: 100,
      shutdownGrace: 5,
      shutdownForce: 2,
    });
  let workers: Awaited<ReturnType<typeof start>> | undefined = await start();
  const stopWorker = async () => {
    await workers?.shutdown();
    workers = undefined;
  };
  return {
    client: new DirectClient(tasks),
    tasks,
    stopWorker,
    startWorker: async () => {
      workers ??= await start();
    },
    skip: async (time) => {
      if (!skip) throw new Error("Time is skipped only by testApp(app, { clock: 'skipping' }).");
      await skip(seconds(time, 'The time to skip'));
    },
    close: async () => {
      await stopWorker();
      await pack.close();
      await end();
    },
  };
}

/** Keeps the SDK's own lines out of the tests' output, unless its runtime is there already. */
function quieten(): void {
  try {
    installRuntime(createLogger('silent', 'test'));
  } catch (error) {
    if (!(error instanceof IllegalStateError)) throw error;
  }
}
