/**
 * Makes the Temporal SDK download one of its test servers: `download-server.js KIND VERSION FOLDER`.
 * The SDK downloads only on its way to a start, so the server is started once and stopped.
 */
const { TestWorkflowEnvironment } = require('@temporalio/testing');

async function download(kind, version, downloadDir) {
  // The time to live is the SDK's, and bounds how long it would reuse the file; here the name is versioned.
  const executable = { type: 'cached-download', downloadDir, version, ttl: '365 days' };
  const start =
    kind === 'time-skipping' ? TestWorkflowEnvironment.createTimeSkipping : TestWorkflowEnvironment.createLocal;
  const environment = await start.call(TestWorkflowEnvironment, { server: { executable } });
  await environment.teardown();
}

const [kind, version, folder] = process.argv.slice(2);
download(kind, version, folder).then(
  () => process.exit(0),
  (error) => {
    console.error(error.message.split('\n')[0]);
    process.exit(1);
  },
);
