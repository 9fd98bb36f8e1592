import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { VERSION } from '../../src/version';
import { deploymentOf, ownBuildId } from '../../src/worker/deployment';
import { parkedTask } from '../support/dead-letters';
import { editedBundle } from '../support/faults/edited-bundle';
import { Harness } from '../support/harness';
import { until } from '../support/until';

const run = promisify(execFile);
const NAME = 'holdfast-test';
const [OLD, NEW] = ['0.4.0-old', '0.5.0-new'];

let harness: Harness;

beforeAll(async () => {
  harness = await Harness.start();
  await harness.startWorkers({ deployment: { name: NAME, buildId: OLD } });
  const bundlePath = harness.file();
  // Another build, whose code does the same.
  await writeFile(bundlePath, editedBundle('may be lost`', 'may get lost`'));
  await harness.startWorkers({ deployment: { name: NAME, buildId: NEW }, bundlePath });
});
afterAll(() => harness.close());

/** Types a command of the stock CLI, as `docs/operations/deploys.md` has it, once the server knows the build. */
async function type(...args: string[]): Promise<void> {
  const command = ['worker', 'deployment', ...args, '--deployment-name', NAME, '--yes'];
  await until(`"${args.join(' ')}" is done`, () =>
    harness.temporalCli(...command).then(
      () => true,
      () => false,
    ),
  );
}

async function buildOf(taskId: string): Promise<string | undefined> {
  const { raw } = await harness.temporal.workflow.getHandle(taskId).describe();
  return raw.workflowExecutionInfo?.versioningInfo?.deploymentVersion?.buildId ?? undefined;
}

/** The builds that do so many tasks. */
async function buildsOf(count: number): Promise<Set<string | undefined>> {
  const builds = new Set<string | undefined>();
  for (let done = 0; done < count; done++) {
    const { task } = await harness.tasks.submit({ type: 'test.probe', input: {} });
    expect((await harness.tasks.wait(task.id, 60)).state).toBe('completed');
    builds.add(await buildOf(task.id));
  }
  return builds;
}

/** Routes change in the server's own time. */
const allDoneBy = (...builds: string[]) =>
  until(`tasks are done by ${builds.join(' and ')} only`, async () => {
    const found = await buildsOf(builds.length * 4);
    return found.size === builds.length && builds.every((build) => found.has(build));
  });

it('a ramp sends some of the tasks to the new build; what is open moves on with the change, and back with a roll-back', async () => {
  await type('set-current-version', '--build-id', OLD);
  await allDoneBy(OLD);
  const before = await parkedTask(harness);
  expect(await buildOf(before.id)).toBe(OLD);

  await type('set-ramping-version', '--build-id', NEW, '--percentage', '50');
  await allDoneBy(OLD, NEW);

  await type('set-current-version', '--build-id', NEW);
  await allDoneBy(NEW);
  // It began on the old build, and its history goes on on the new one.
  await harness.tasks.act(before.id, 'retry', { input: {} });
  expect((await harness.tasks.wait(before.id, 60)).state).toBe('completed');
  expect(await buildOf(before.id)).toBe(NEW);

  const after = await parkedTask(harness);
  expect(await buildOf(after.id)).toBe(NEW);
  await type('set-current-version', '--build-id', OLD);
  await allDoneBy(OLD);
  await harness.tasks.act(after.id, 'retry', { input: {} });
  expect((await harness.tasks.wait(after.id, 60)).state).toBe('completed');
  expect(await buildOf(after.id)).toBe(OLD);
});

it('a build is named by version and commit, without a checkout by its workflow code, or as the settings say', async () => {
  const { stdout } = await run('git', ['rev-parse', 'HEAD'], { cwd: path.join(__dirname, '..', '..') });
  expect(ownBuildId()).toBe(`${VERSION}-${stdout.slice(0, 12)}`);
  const folder = await mkdtemp(path.join(tmpdir(), 'holdfast-build-'));
  expect(ownBuildId(folder)).toBe(VERSION);
  await rm(folder, { recursive: true });
  expect(deploymentOf({ HOLDFAST_DEPLOYMENT: 'a', HOLDFAST_BUILD_ID: 'b' })).toEqual({ name: 'a', buildId: 'b' });
  expect(deploymentOf({ HOLDFAST_BUILD_ID: 'b' })).toBeUndefined();
});
