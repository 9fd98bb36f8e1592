import path from 'node:path';
import { Client } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { startApi } from '../src/api/start';
import { LocalArtifactStore } from '../src/artifacts/local/local-store';
import { TaskClient } from '../src/client/task-client';
import { limitVisibility } from '../src/client/temporal/visibility-rate';
import { createLogger } from '../src/logging';
import { installRuntime } from '../src/worker/runtime';
import { startWorkers } from '../src/worker/start';
import { benchContracts, benchHandlers } from './tasks';

/** API and worker in one process, as `npm start` runs them: `holdfast-app <address> <port> <folder> [seconds for a call]`. */
async function main(): Promise<void> {
  const [address = '', port = '', folder = '', seconds = '4'] = process.argv.slice(2);
  const deadline = Number(seconds);
  const logger = createLogger('warn', 'bench');
  installRuntime(logger);
  const connection = await NativeConnection.connect({ address });
  limitVisibility(connection, 80, address);
  const artifacts = new LocalArtifactStore(folder);
  const client = new Client({ connection });
  const tasks = new TaskClient({ client, contracts: benchContracts, artifacts, eagerStart: true, deadline });
  const shared = { contracts: benchContracts, artifacts, logger };
  await startApi({ ...shared, host: '127.0.0.1', port: Number(port), tasks, deadline, maxUploadBytes: 1_000_000 });
  const workers = await startWorkers({
    ...shared,
    connection,
    namespace: 'default',
    handlers: benchHandlers,
    queues: ['default'],
    concurrency: 20,
    cachedTasks: 600,
    shutdownGrace: 5,
    shutdownForce: 2,
    bundlePath: path.join(__dirname, '..', 'dist', 'workflow-bundle.js'),
  });
  console.log('ready');
  await workers.finished;
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
