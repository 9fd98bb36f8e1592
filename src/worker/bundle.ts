import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { bundleWorkflowCode } from '@temporalio/worker';

/** Where the build puts the bundle, and workers look for it. */
export const BUNDLE_PATH = path.join(__dirname, '..', 'workflow-bundle.js');
/** The same code with the interceptors of traces around it: they have a price, which only those pay who want traces. */
export const TRACED_BUNDLE_PATH = path.join(__dirname, '..', 'workflow-bundle-traced.js');

/** In an optional package. */
const TRACES = '@temporalio/interceptors-opentelemetry/lib/workflow-interceptors';

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
async function writeBundle(target: string, interceptors: string[] = []): Promise<void> {
  const { code } = await bundleWorkflowCode({
    workflowsPath: require.resolve('../workflows'),
    payloadConverterPath: require.resolve('../workflows/payload-converter'),
    failureConverterPath: require.resolve('../workflows/failure-converter'),
    workflowInterceptorModules: interceptors,
    // Evaluated once a worker instead of once a task: none of them keeps state between tasks.
    preloadModules: ['@temporalio/common', '@temporalio/workflow', require.resolve('../workflows')],
  });
  await writeFile(target, code);
}

async function writeBundles(): Promise<void> {
  await writeBundle(BUNDLE_PATH);
  const traces = resolved(TRACES);
  if (traces) await writeBundle(TRACED_BUNDLE_PATH, [traces]);
}

function resolved(name: string): string | undefined {
  try {
    return require.resolve(name);
  } catch {
    return undefined;
  }
}

if (require.main === module) {
  writeBundles().catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  });
}
