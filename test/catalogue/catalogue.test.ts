import { readdir } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { createContracts } from '../../src/catalogue';
import { allowedCommandsSchema } from '../../src/catalogue/command-run/allowed-command';
import type { TaskView } from '../../src/client/read/view';
import type { Submission } from '../../src/client/submit/prepare';
import { TaskClient } from '../../src/client/task-client';
import { Harness } from '../support/harness';
import { descendants, isAlive } from '../support/processes/family';
import { startRole } from '../support/processes/role-process';
import type { RunningProcess } from '../support/processes/running-process';
import { until } from '../support/until';

/** The shipped task types on the built worker, in a process of its own. */
const COMMANDS = {
  sleep: { program: '/bin/sleep', args: ['\\d+'] },
  cat: { program: '/bin/cat', args: [], idempotent: true },
};

let harness: Harness;
let tasks: TaskClient;
const workers: RunningProcess[] = [];

beforeAll(async () => {
  harness = await Harness.start({ onDisk: true });
  const commands = allowedCommandsSchema.parse(COMMANDS);
  const { artifacts, temporal: client } = harness;
  tasks = new TaskClient({ client, contracts: createContracts({ commands }), artifacts, deadline: 10 });
});
afterEach(async () => {
  for (const worker of workers.splice(0)) await worker.stop('SIGKILL');
});
afterAll(() => harness.close());

async function submitAndWait(submission: Submission): Promise<TaskView> {
  const { wait } = await tasks.submit(submission);
  return wait(60);
}

async function startWorker(): Promise<RunningProcess> {
  const env = {
    ...harness.env,
    HOLDFAST_HOME: harness.folder,
    HOLDFAST_ARTIFACTS: harness.artifacts.folder,
    HOLDFAST_COMMANDS: JSON.stringify(COMMANDS),
    HOLDFAST_QUEUES: 'default',
  };
  const worker = await startRole('worker', env);
  workers.push(worker);
  return worker;
}

/** A picture whose dithering takes long enough to be interrupted. */
async function largePicture(): Promise<string> {
  const size = 3000;
  const pixels = Buffer.alloc(size * size * 3);
  for (let index = 0; index < pixels.length; index++) pixels[index] = (index * 7919) % 251;
  const png = await sharp(pixels, { raw: { width: size, height: size, channels: 3 } })
    .png()
    .toBuffer();
  return (await harness.artifacts.put(png)).hash;
}

const DITHER = { algorithm: 'floyd-steinberg', palette: 'web-216' } as const;

describe('image.convert on the built worker', () => {
  it('converts once, and answers a repeat with the first result', async () => {
    await startWorker();
    const png = await sharp({ create: { width: 40, height: 20, channels: 3, background: '#336699' } })
      .png()
      .toBuffer();
    const input = { image: { base64: png.toString('base64') }, resize: { width: 10 }, format: 'webp' };
    const task = await submitAndWait({ type: 'image.convert', input, key: 'picture' });
    expect(task).toMatchObject({ state: 'completed', progress: 100, result: { width: 10, height: 5, format: 'webp' } });
    const { artifacts } = task.result as { artifacts: Record<string, { hash: string }> };
    const [file] = Object.values(artifacts);
    expect(await sharp(await harness.artifacts.read(file?.hash ?? '')).metadata()).toMatchObject({
      width: 10,
      height: 5,
      format: 'webp',
    });
    const repeat = await tasks.submit({ type: 'image.convert', input, key: 'picture' });
    expect(repeat).toMatchObject({ duplicate: true, task: { id: task.id, result: task.result } });
  });

  it("fails with the decoder's reason, never stays running", async () => {
    await startWorker();
    const task = await submitAndWait({
      type: 'image.convert',
      input: { image: { base64: Buffer.from('no picture').toString('base64') } },
    });
    expect(task).toMatchObject({ state: 'failed', failure: { class: 'permanent', code: 'PERMANENT_VALIDATION' } });
  });

  it('survives kill -9 of its worker without a second copy of any output', async () => {
    const first = await startWorker();
    const { task } = await tasks.submit({
      type: 'image.convert',
      input: { image: { artifact: await largePicture() }, dither: DITHER },
      policy: { heartbeatTimeout: 3 },
    });
    const before = await files();
    await until('the conversion is on its way', async () => (await tasks.read(task.id)).progress > 0);
    await first.stop('SIGKILL');
    await startWorker();
    const ended = await tasks.wait(task.id, 90);
    expect(ended).toMatchObject({
      state: 'completed',
      failures: [{ lost: true }],
      result: { width: 3000, height: 3000 },
    });
    expect((await files()).length).toBe(before.length + 1);
  });
});

describe('command.run on the built worker', () => {
  it('stops at cancel, and nothing changes its end afterwards', async () => {
    const worker = await startWorker();
    const { task } = await tasks.submit({ type: 'command.run', input: { command: 'sleep', args: ['3600'] } });
    await until(
      'the program runs',
      async () => (await tasks.read(task.id)).state === 'running' && pidsOf(worker).length > 0,
    );
    const pids = pidsOf(worker);
    await tasks.act(task.id, 'cancel');
    expect(await tasks.wait(task.id, 60)).toMatchObject({ state: 'cancelled' });
    expect(pids.some(isAlive)).toBe(false);
    await expect(tasks.act(task.id, 'resolve', { result: {} })).rejects.toMatchObject({ code: 'state-conflict' });
  });

  it('runs once, and answers a repeat with the first output', async () => {
    await startWorker();
    const submission = { type: 'command.run', input: { command: 'cat', stdin: 'hello\n' }, key: 'cat' };
    const task = await submitAndWait(submission);
    expect(task).toMatchObject({ state: 'completed', result: { exitCode: 0, stdout: { tail: 'hello\n' } } });
    expect(await tasks.submit(submission)).toMatchObject({ duplicate: true, task: { result: task.result } });
  });

  it('leaves its outcome unknown when the worker is killed, and no process behind', async () => {
    const first = await startWorker();
    const { task } = await tasks.submit({
      type: 'command.run',
      input: { command: 'sleep', args: ['3600'] },
      policy: { heartbeatTimeout: 3 },
    });
    await until(
      'the program runs',
      async () => (await tasks.read(task.id)).state === 'running' && pidsOf(first).length > 0,
    );
    const pids = pidsOf(first);
    await first.stop('SIGKILL');
    await startWorker();
    await until('the task waits for a person', async () => (await tasks.read(task.id)).state === 'dead-lettered');
    await until('no process is left', () => !pids.some(isAlive));
  });
});

async function files(): Promise<string[]> {
  const names = await readdir(path.join(harness.artifacts.folder, 'sha256'), { recursive: true });
  return names.filter((name) => path.basename(name).length === 64);
}

/** The programs that a worker runs. */
function pidsOf(worker: RunningProcess): number[] {
  return descendants(worker.pid, 'sleep 3600');
}
