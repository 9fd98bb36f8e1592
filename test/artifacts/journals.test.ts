import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { appendFile, mkdtemp, rm, truncate, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { LocalArtifactStore } from '../../src/artifacts/local/local-store';
import { OverlayStore } from '../../src/artifacts/overlay-store';
import { effectKey } from '../../src/tasks/keys';
import { Harness } from '../support/harness';
import { KEEP_ALL, runMonitor, untilReport } from '../support/monitor';
import { fixture } from '../support/processes/fixture';
import { until } from '../support/until';

const TASK = 'test.probe:1';
const NAME = effectKey(TASK, 'generation-1', 'items');

let folder: string;
let store: LocalArtifactStore;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'holdfast-test-'));
  store = new LocalArtifactStore(folder);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function fileOf(taskId: string): string {
  const place = store.journals.folderOf(taskId);
  return path.join(place, readdirSync(place)[0] ?? '');
}

describe('a journal', () => {
  it('is empty before its first entry, and keeps all that follow in their order', async () => {
    expect(await store.readJournal(NAME)).toEqual([]);
    const entries = [1, 'two\n{"entry":3}', null, { 'ä\u2028': [] }];
    for (const entry of entries) await store.appendJournal(NAME, entry);
    expect(await new LocalArtifactStore(folder).readJournal(NAME)).toEqual(entries);
    expect(await store.readJournal(effectKey(TASK, 'generation-2', 'items'))).toEqual([]);
  });

  it('takes entries from several writers at once', async () => {
    const writers = [new LocalArtifactStore(folder), new LocalArtifactStore(folder)];
    const entries = Array.from({ length: 50 }, (_, entry) => entry);
    await Promise.all(entries.map((entry) => writers[entry % 2]?.appendJournal(NAME, entry)));
    expect((await store.readJournal(NAME)).sort((one, other) => Number(one) - Number(other))).toEqual(entries);
  });

  it('whose last line was cut off anywhere loses that line alone, and goes on', async () => {
    await store.appendJournal(NAME, 'whole');
    const whole = statSync(fileOf(TASK)).size;
    await store.appendJournal(NAME, 'torn');
    const torn = statSync(fileOf(TASK)).size;
    for (let size = torn - 2; size > whole; size--) {
      await truncate(fileOf(TASK), size);
      expect(await store.readJournal(NAME)).toEqual(['whole']);
    }
    await appendFile(fileOf(TASK), '{"entr');
    await store.appendJournal(NAME, 'next');
    expect(await store.readJournal(NAME)).toEqual(['whole', 'next']);
  });

  it('has every entry whose writing was confirmed, however often the writer is killed', async () => {
    let told = -1;
    for (let round = 0; round < 5; round++) {
      const from = told + 1;
      const writer = spawn(process.execPath, fixture('journal-writer', folder, NAME, String(from)));
      const enough = from + 1 + Math.floor(Math.random() * 60);
      for await (const chunk of writer.stdout) {
        told = Math.max(told, ...String(chunk).trim().split('\n').map(Number));
        if (told >= enough) break;
      }
      writer.kill('SIGKILL');
      if (writer.exitCode === null && writer.signalCode === null) await once(writer, 'exit');
      const written = (await store.readJournal(NAME)).map((line) => (line as { entry: number }).entry);
      expect(written).toEqual(expect.arrayContaining(Array.from({ length: told + 1 }, (_, entry) => entry)));
      told = Math.max(...written);
    }
  });

  it('refuses an entry that is too large, and says what to do', async () => {
    await expect(store.appendJournal(NAME, 'x'.repeat(300_000))).rejects.toMatchObject({
      code: 'too-large',
      message: expect.stringContaining('write down its hash'),
    });
    expect(await store.readJournal(NAME)).toEqual([]);
  });

  it('that is looked at through an overlay shows what is there, and stays as it is', async () => {
    await store.appendJournal(NAME, 'real');
    const overlay = await OverlayStore.over(store);
    await overlay.appendJournal(NAME, 'rehearsed');
    expect(await overlay.readJournal(NAME)).toEqual(['real', 'rehearsed']);
    await overlay.discard();
    expect(await store.readJournal(NAME)).toEqual(['real']);
  });
});

test('the monitor keeps the journals of tasks that exist, and removes those of the others', async () => {
  const harness = await Harness.start();
  try {
    store = harness.artifacts;
    const { task } = await harness.tasks.submit({
      type: 'test.probe',
      input: {},
      runAt: new Date(Date.now() + 3600_000),
    });
    // What is not in the lists yet is young, and these files say that they are not.
    await until('it is listed', async () => (await harness.tasks.list()).tasks.some(({ id }) => id === task.id));
    const place = async (taskId: string, hoursAgo: number) => {
      await store.appendJournal(effectKey(taskId, 'generation-1', 'items'), 1);
      const time = new Date(Date.now() - hoursAgo * 3600_000);
      await utimes(store.journals.folderOf(taskId), time, time);
      return store.journals.folderOf(taskId);
    };
    const places = [await place(task.id, 2), await place('test.probe:gone', 2), await place('test.probe:recent', 0.5)];
    await harness.startWorkers();
    const stop = await runMonitor(harness, { keep: { ...KEEP_ALL, artifacts: 1 / 86_400 } });
    const { errors } = await untilReport(harness, 'what it cleaned').finally(stop);
    expect(errors).toEqual([]);
    expect(places.map((one) => existsSync(one))).toEqual([true, false, true]);
  } finally {
    await harness.close();
  }
});
