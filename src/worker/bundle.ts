import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { bundleWorkflowCode } from '@temporalio/worker';

/** Where the build puts the bundle, and workers look for it. */
export const BUNDLE_PATH = path.join(__dirname, '..', 'workflow-bundle.js');

/** On the first line, so that no line has another number. */
const ENCODES_FAILURES = 'globalThis.holdfastEncodesFailures = true;';

/** The workflow code for a worker. @param encrypted Whether messages and stacks of failures become payloads, too. */
export async function workflowBundle(
  encrypted: boolean,
  codePath = BUNDLE_PATH,
): Promise<{ codePath: string } | { code: string }> {
  return encrypted ? { code: ENCODES_FAILURES + (await readFile(codePath, 'utf8')) } : { codePath };
}

/** Bundles the workflow code once, at build time: each worker loads the very same code, at once. */
async function writeBundle(target: string): Promise<void> {
  const { code } = await bundleWorkflowCode({
    workflowsPath: require.resolve('../workflows'),
    payloadConverterPath: require.resolve('../workflows/payload-converter'),
    failureConverterPath: require.resolve('../workflows/failure-converter'),
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
