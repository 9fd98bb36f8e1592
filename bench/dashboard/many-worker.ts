import { NativeConnection, Worker } from '@temporalio/worker';

/** Ends the tasks of the queue `many` as fast as it comes: `many-worker <address>`. */
async function main(): Promise<void> {
  const connection = await NativeConnection.connect({ address: process.argv[2] ?? '' });
  const worker = await Worker.create({
    connection,
    taskQueue: 'many',
    workflowsPath: require.resolve('./many-workflow'),
    maxCachedWorkflows: 0,
    maxConcurrentWorkflowTaskExecutions: 100,
  });
  console.log('ready');
  await worker.run();
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
