import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { WorkflowCoverage } from '@temporalio/nyc-test-coverage';
import { bundleWorkflowCode, Worker } from '@temporalio/worker';

/** The workflow bundle that counts what runs of it; made once a run with `--coverage`. */
const INSTRUMENTED = path.join(__dirname, '..', '..', 'coverage', 'workflow-bundle.js');
const WORKFLOWS = path.join(__dirname, '..', '..', 'src', 'workflows');

/** Called by the global set-up of a run with coverage. */
export async function writeInstrumentedBundle(): Promise<void> {
  // The instrumenter asks for this sign of a run with coverage, which jest gives to the tests only.
  Object.assign(globalThis, { __coverage__: {} });
  const { code } = await bundleWorkflowCode(
    new WorkflowCoverage().augmentBundleOptions({
      workflowsPath: path.join(WORKFLOWS, 'index.ts'),
      payloadConverterPath: path.join(WORKFLOWS, 'payload-converter.ts'),
      failureConverterPath: path.join(WORKFLOWS, 'failure-converter.ts'),
    }),
  );
  await mkdir(path.dirname(INSTRUMENTED), { recursive: true });
  await writeFile(INSTRUMENTED, code);
}

/** In a run with coverage, lets every worker of this test file report what it ran of the workflow code. */
export function countWorkflowCode(): void {
  if (!('__coverage__' in globalThis)) return;
  const coverage = new WorkflowCoverage();
  const create = Worker.create.bind(Worker);
  Worker.create = (options) =>
    create(coverage.augmentWorkerOptionsWithBundle({ ...options, workflowBundle: { codePath: INSTRUMENTED } }));
  afterAll(() => {
    coverage.mergeIntoGlobalCoverage();
    // It leaves objects with methods behind, where jest expects plain ones.
    const merged: unknown = JSON.parse(JSON.stringify(Reflect.get(globalThis, '__coverage__')));
    Object.assign(globalThis, { __coverage__: merged });
  });
}
