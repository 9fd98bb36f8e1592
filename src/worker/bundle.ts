import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { bundleWorkflowCode } from '@temporalio/worker';

/** Where the build puts the bundle, and workers look for it. */
export const BUNDLE_PATH = path.join(__dirname, '..', 'workflow-bundle.js');

/** Bundles the workflow code once, at build time: each worker loads the very same code, at once. */
async function writeBundle(target: string): Promise<void> {
  const { code } = await bundleWorkflowCode({
    workflowsPath: require.resolve('../workflows'),
    payloadConverterPath: require.resolve('../workflows/payload-converter'),
    // Evaluated once a worker instead of once a task: none of them keeps state between tasks.
    preloadModules: ['@temporalio/common', '@temporalio/workflow', require.resolve('../workflows')],
  });
  await writeFile(target, code);
}

if (require.main === module) {
  writeBundle(BUNDLE_PATH).catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  });
}
