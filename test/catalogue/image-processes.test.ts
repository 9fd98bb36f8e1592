import { execFileSync, spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { classify } from '../../src/activities/classify';
import { createHandlerContext } from '../support/handler-context';
import { createConverter } from '../support/inputs/convert';
import { imageOf, speckled } from '../support/inputs/images';
import { isAlive } from '../support/processes/family';
import { fixture } from '../support/processes/fixture';
import { until } from '../support/until';

const SMALL = { format: 'png' } as const;

/** Takes many seconds, so that there is time to interfere; nothing waits for its end. */
const LONG = {
  resize: { width: 6000, height: 6000 },
  dither: { algorithm: 'floyd-steinberg', palette: 'web-216' },
} as const;

const image = () => imageOf(speckled(20, 20)).png().toBuffer();

/** Process IDs of the image processes of a process; of this one when none is given. */
function imageProcesses(parent = process.pid): number[] {
  const children = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' }).split('\n');
  return children
    .map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [])
    .filter(([, , ppid, args]) => Number(ppid) === parent && args?.includes('image-convert/process.js'))
    .map(([, pid]) => Number(pid));
}

/** A long conversion that has reached its dithering, and the process that does it. */
async function startLong(converter: ReturnType<typeof createConverter>) {
  const given = createHandlerContext();
  const put = jest.spyOn(given.context.artifacts, 'put');
  const before = imageProcesses();
  const conversion = converter.convert(await image(), LONG, given);
  conversion.catch(() => {});
  await until('the image is being dithered', () => given.progress.some(({ stage }) => stage === 'dithering'));
  const pid = imageProcesses().find((process) => !before.includes(process)) ?? before[0] ?? 0;
  return { ...given, conversion, pid, stored: () => put.mock.calls.length - 1 };
}

/** A long conversion that has been given to the processes, whether or not one has begun it. */
async function startedLong(converter: ReturnType<typeof createConverter>) {
  const given = createHandlerContext();
  const conversion = converter.convert(await image(), LONG, given);
  conversion.catch(() => {});
  await until('it waits for its turn', () => given.logs.length > 1);
  return { ...given, conversion };
}

describe('cancel', () => {
  const converter = createConverter({ maxPixels: 50_000_000, processes: 1 });

  test('while the process starts leaves room for the next task', async () => {
    const starting = createHandlerContext();
    const conversion = converter.convert(await image(), LONG, starting);
    conversion.catch(() => {});
    await until('a process starts', () => imageProcesses().length > 0);
    starting.abort();
    await expect(conversion).rejects.toThrow('aborted');
    expect((await converter.convert(await image(), SMALL)).output).toMatchObject({ format: 'png' });
    expect(imageProcesses()).toHaveLength(1);
  });

  test('kills the process, stores nothing, and throws the reason', async () => {
    const long = await startLong(converter);
    const reason = new Error('cancelled by an operator');
    long.abort(reason);
    await expect(long.conversion).rejects.toBe(reason);
    expect(isAlive(long.pid)).toBe(false);
    expect(long.stored()).toBe(0);
  });

  test('of a task that waits for a process leaves the running one alone', async () => {
    const long = await startLong(converter);
    const waiting = createHandlerContext();
    const conversion = converter.convert(await image(), SMALL, waiting);
    conversion.catch(() => {});
    await until('the image is read', () => waiting.logs.length > 0);
    waiting.abort();
    await expect(conversion).rejects.toThrow('aborted');
    expect(isAlive(long.pid)).toBe(true);
    long.abort();
    await expect(long.conversion).rejects.toThrow('aborted');
  });

  test('before the start converts nothing', async () => {
    const given = createHandlerContext({ signal: AbortSignal.abort(new Error('too late')) });
    await expect(converter.convert(await image(), SMALL, given)).rejects.toThrow('too late');
    expect(given.progress.map(({ stage }) => stage)).not.toContain('decoded');
  });
});

describe('an image process that dies', () => {
  const converter = createConverter({ maxPixels: 50_000_000, processes: 1 });

  test.each([
    ['SIGSEGV', 'TRANSIENT_RESOURCE'],
    ['SIGABRT', 'SYSTEM_OUT_OF_MEMORY'],
    ['SIGKILL', 'SYSTEM_OUT_OF_MEMORY'],
  ] as const)('of %s fails its own task with %s, and the one that waits behind it goes on', async (signal, code) => {
    const long = await startLong(converter);
    const waiting = createHandlerContext();
    const next = converter.convert(await image(), SMALL, waiting);
    await until('the next image is read', () => waiting.logs.length > 0);
    process.kill(long.pid, signal);
    expect(await long.conversion.then(() => 'no failure', classify)).toMatchObject({ code });
    expect((await next).output).toMatchObject({ width: 20, height: 20 });
  });

  test('while it has nothing to do costs no task a failure', async () => {
    await converter.convert(await image(), SMALL);
    const [pid = 0] = imageProcesses();
    process.kill(pid, 'SIGKILL');
    await until('it is dead', () => !isAlive(pid));
    expect((await converter.convert(await image(), SMALL)).output).toMatchObject({ format: 'png' });
  });
});

describe('processes', () => {
  const converter = createConverter({ maxPixels: 50_000_000, processes: 2 });

  test('are kept for the next image, and there are no more of them than allowed', async () => {
    await Promise.all([1, 2, 3, 4, 5].map(async () => converter.convert(await image(), SMALL)));
    const pids = imageProcesses();
    expect(pids).toHaveLength(2);
    await converter.convert(await image(), SMALL);
    expect(imageProcesses()).toEqual(pids);
  });

  test('are never all taken by large images: a small one goes on beside them, and cancel ends each at once', async () => {
    const first = await startLong(converter);
    const second = await startedLong(converter);
    const small = await Promise.race([converter.convert(await image(), SMALL), first.conversion, second.conversion]);
    expect(small.output).toMatchObject({ width: 20, height: 20 });
    for (const long of [second, first]) {
      long.abort(new Error('cancelled by an operator'));
      await expect(long.conversion).rejects.toThrow('cancelled by an operator');
    }
    expect(isAlive(first.pid)).toBe(false);
  });

  // Elsewhere the kernel knows no such limit.
  (process.platform === 'linux' ? test : test.skip)('have a limit of all their memory', async () => {
    await converter.convert(await image(), SMALL);
    for (const pid of imageProcesses()) {
      const limits = await readFile(`/proc/${pid}/limits`, 'utf8');
      const [, bytes] = /^Max data size +(\d+)/m.exec(limits) ?? [];
      expect(Number(bytes)).toBeGreaterThan(1024 ** 3);
      expect(Number(bytes)).toBeLessThan(4 * 1024 ** 3);
    }
  });

  test('end on closing; a task that was running fails so that it runs again elsewhere', async () => {
    const long = await startLong(converter);
    await converter.close();
    expect(await long.conversion.then(() => 'no failure', classify)).toMatchObject({ code: 'TRANSIENT_RESOURCE' });
    expect(imageProcesses()).toEqual([]);
    const late = await converter.convert(await image(), SMALL).then(() => 'no failure', classify);
    expect(late).toMatchObject({ code: 'TRANSIENT_RESOURCE' });
  });
});

test('kill -9 of the worker ends the processes too, and nothing is left of their files', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'holdfast-test-'));
  const worker = spawn(process.execPath, fixture('image-worker', JSON.stringify(LONG)), {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, TMPDIR: folder },
  });
  try {
    for await (const line of createInterface({ input: worker.stdout })) if (line === 'dithering') break;
    const [pid = 0] = imageProcesses(worker.pid);
    expect(isAlive(pid)).toBe(true);
    expect(await readdir(folder)).toHaveLength(1);
    worker.kill('SIGKILL');
    await until('the image process is dead', () => !isAlive(pid));
    expect(await readdir(folder)).toEqual([]);
  } finally {
    worker.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  }
});
