import { setTimeout as sleep } from 'node:timers/promises';
import { NativeConnection, Worker } from '@temporalio/worker';

/** Bare Temporal with the SDK's defaults: `bare-worker <address>`. */
async function main(): Promise<void> {
  const connection = await NativeConnection.connect({ address: process.argv[2] ?? '' });
  const worker = await Worker.create({
    connection,
    taskQueue: 'bare',
    workflowsPath: require.resolve('./bare-workflow'),
    activities: { noop: (ms: number) => (ms > 0 ? sleep(ms) : undefined) },
  });
  console.log('ready');
  await worker.run();
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
