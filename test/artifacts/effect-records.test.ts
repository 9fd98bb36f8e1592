import { createHash } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { LocalArtifactStore } from '../../src/artifacts/local/local-store';
import type { MonitorReport } from '../../src/protocol/monitor';
import { effectKey } from '../../src/tasks/keys';
import { createHandlerContext } from '../support/handler-context';
import { Harness } from '../support/harness';
import { createConverter } from '../support/inputs/convert';
import { imageOf, matrix } from '../support/inputs/images';
import { KEEP_ALL, runMonitor, untilReport } from '../support/monitor';
import { until } from '../support/until';

const HOUR_MS = 3600_000;
const NAME = effectKey('test.probe:1', 'generation-1');

let folder: string;
let store: LocalArtifactStore;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'holdfast-test-'));
  store = new LocalArtifactStore(folder);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function lastUsed(file: string, hoursAgo: number): Promise<void> {
  const time = new Date(Date.now() - hoursAgo * HOUR_MS);
  await utimes(file, time, time);
}

describe('an effect record', () => {
  it('is found under its name by every process, and is not there before', async () => {
    expect(await store.getRecord(NAME)).toBeUndefined();
    expect(await store.putRecord(NAME, { sent: 3 })).toEqual({ sent: 3 });
    expect(await new LocalArtifactStore(folder).getRecord(NAME)).toEqual({ sent: 3 });
    expect(await store.getRecord(`${NAME}/`)).toBeUndefined();
    expect(await readdir(path.join(folder, 'tmp'))).toEqual([]);
  });

  it('takes any JSON value and any name', async () => {
    const values = [null, false, 0, '', [], { 'ä/"': [1, null] }];
    for (const value of values) await store.putRecord(`../${JSON.stringify(value)}\0`, value);
    for (const value of values) expect(await store.getRecord(`../${JSON.stringify(value)}\0`)).toEqual(value);
  });

  it('stands once it is written: of many racing writers all learn the same value', async () => {
    const written = await Promise.all(Array.from({ length: 20 }, (_, writer) => store.putRecord(NAME, { writer })));
    const stands = await store.getRecord(NAME);
    expect(new Set(written.map((one) => JSON.stringify(one)))).toEqual(new Set([JSON.stringify(stands)]));
  });

  it('can be taken back, for another to be written', async () => {
    await store.putRecord(NAME, 'first');
    await store.removeRecord(NAME);
    await store.removeRecord(NAME);
    expect(await store.putRecord(NAME, 'second')).toBe('second');
  });

  it('that is too large is refused whole, and says what to do', async () => {
    await expect(store.putRecord(NAME, 'x'.repeat(300_000))).rejects.toMatchObject({
      code: 'too-large',
      message: expect.stringContaining('record its hash'),
    });
    expect(await store.getRecord(NAME)).toBeUndefined();
  });

  it('that a disk has damaged says so, instead of passing for none', async () => {
    await store.putRecord(NAME, 1);
    await writeFile(store.records.pathOf(NAME), '{"na');
    await expect(store.getRecord(NAME)).rejects.toThrow('damaged');
  });
});

describe('image.convert', () => {
  const { convert, handler } = createConverter();
  const picture = () =>
    imageOf(matrix(8, 8, [10, 200, 30]))
      .png()
      .toBuffer();

  it('that is repeated returns the recorded result, and converts nothing', async () => {
    const given = createHandlerContext({ artifacts: store });
    const first = await convert(await picture(), { resize: { width: 4 } }, given);
    // Whatever reads the image again, fails.
    const source = (await store.put(await picture())).hash;
    await rm(store.pathOf(source));
    const again = createHandlerContext({ artifacts: store, attempt: 2 });
    const input = { image: { artifact: source }, resize: { width: 4 }, greyscale: false };
    expect(await handler(input, again.context)).toEqual(first.output);
    expect(again.progress).toEqual([]);
  });

  it('converts a corrected input, whose result the record of the first one is not', async () => {
    const given = () => createHandlerContext({ artifacts: store });
    const first = await convert(await picture(), { resize: { width: 4 } }, given());
    const corrected = await convert(await picture(), { resize: { width: 5 } }, given());
    expect([first.output.width, corrected.output.width]).toEqual([4, 5]);
  });

  it.each([
    ['is gone', (file: string) => rm(file)],
    ['has other bytes', (file: string) => writeFile(file, 'other')],
  ])('converts again when the recorded file %s', async (_, harm) => {
    const given = () => createHandlerContext({ artifacts: store });
    const first = await convert(await picture(), { greyscale: true }, given());
    await harm(store.pathOf(first.output.hash));
    const { output, file, logs } = await convert(await picture(), { greyscale: true }, given());
    expect(output).toEqual(first.output);
    expect(`sha256:${createHash('sha256').update(file).digest('hex')}`).toBe(first.output.hash);
    expect(logs).toContainEqual(
      expect.objectContaining({ level: 'warn', message: expect.stringContaining('no more') }),
    );
  });

  it('whose twin was quicker ends with the result of the twin', async () => {
    const given = createHandlerContext({ artifacts: store });
    const first = await convert(await picture(), {}, given);
    const twin = { ...first.output, width: 77 };
    class TwinIsQuicker extends LocalArtifactStore {
      override async putRecord(name: string, value: unknown): Promise<unknown> {
        await super.putRecord(name, twin);
        return super.putRecord(name, value);
      }
    }
    const other = createHandlerContext({ artifacts: new TwinIsQuicker(folder), generation: 'another' });
    expect((await convert(await picture(), {}, other)).output).toEqual(twin);
  });
});

describe('the monitor, cleaning', () => {
  /** A file that nobody has used for an hour and a second is old, and so is a task that began a second ago. */
  const KEEP = { ...KEEP_ALL, artifacts: 1 / 86_400 };
  let harness: Harness;

  beforeAll(async () => {
    harness = await Harness.start();
    await harness.startWorkers();
  });
  afterAll(() => harness.close());

  async function recordOf(taskId: string, hoursAgo: number) {
    const { artifacts } = harness;
    const { hash } = await artifacts.put(Buffer.from(`effect of ${taskId}`));
    const name = effectKey(taskId, 'generation-1', 'effect');
    await artifacts.putRecord(name, { hash });
    const files = [artifacts.records.pathOf(name), artifacts.pathOf(hash)];
    for (const file of files) await lastUsed(file, hoursAgo);
    return { name, files };
  }

  it('keeps a record with its files as long as its task exists, and removes both when neither is used any more', async () => {
    const later = { runAt: new Date(Date.now() + HOUR_MS) };
    const { task } = await harness.tasks.submit({ type: 'test.probe', input: {}, ...later });
    // What is not in the lists yet is young, and these files say that they are not.
    await until('it is listed', async () => (await harness.tasks.list()).tasks.some(({ id }) => id === task.id));
    const needed = await recordOf(task.id, 2);
    const gone = await recordOf('test.probe:gone', 2);
    const recent = await recordOf('test.probe:recent', 0.5);
    const stop = await runMonitor(harness, { keep: KEEP });
    const cleanedSome = ({ cleaned }: MonitorReport) => (cleaned?.records ?? 0) > 0;
    const { cleaned, errors } = await untilReport(harness, 'what it cleaned', cleanedSome).finally(stop);
    expect(errors).toEqual([]);
    expect(cleaned).toMatchObject({ artifacts: 1, records: 1 });
    const there = [needed, gone, recent].map(({ files }) => files.map((file) => existsSync(file)));
    expect(there).toEqual([
      [true, true],
      [false, false],
      [true, true],
    ]);
  });

  it('finds files never older than a record that was read: they would go before it', async () => {
    const { name, files } = await recordOf('test.probe:read', 1000);
    // Marked as used within the hour, which for a file alone would be good enough.
    await lastUsed(files[1] ?? '', 0.9);
    await harness.artifacts.getRecord(name);
    const [record = 0, file = 0] = files.map((one) => statSync(one).mtimeMs);
    expect(record).toBeGreaterThan(Date.now() - 0.5 * HOUR_MS);
    expect(file).toBeGreaterThanOrEqual(record);
  });
});
