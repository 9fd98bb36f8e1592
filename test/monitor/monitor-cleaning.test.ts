import { existsSync, statSync } from 'node:fs';
import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { storeIfLarge } from '../../src/artifacts/large-values';
import type { BatchMemo } from '../../src/client/batches/batch-view';
import type { StoredValue } from '../../src/protocol/task';
import { startBatch } from '../support/batches';
import { Harness } from '../support/harness';
import { KEEP_ALL, runMonitor, untilReport } from '../support/monitor';
import { until } from '../support/until';

const HOUR_MS = 3600_000;
/** A file that nobody has used for an hour and a second is old, and so is a task that began a second ago. */
const KEEP = { ...KEEP_ALL, artifacts: 1 / 86_400 };

let harness: Harness;
const folders: string[] = [];

beforeAll(async () => {
  harness = await Harness.start();
  await harness.startWorkers();
});
afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
  await harness.close();
});

async function lastUsed(file: string, hoursAgo: number): Promise<void> {
  const time = new Date(Date.now() - hoursAgo * HOUR_MS);
  await utimes(file, time, time);
}

async function store(content: string): Promise<string> {
  return (await harness.artifacts.put(Buffer.from(content))).hash;
}

const age = (hash: string, hours: number) => lastUsed(harness.artifacts.pathOf(hash), hours);

async function submit(input: object, more: object = {}): Promise<string> {
  const { task } = await harness.tasks.submit({ type: 'test.probe', input, ...more });
  return task.id;
}

async function folderOf(prefix: string, hoursAgo: number): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), prefix));
  folders.push(folder);
  await writeFile(path.join(folder, 'file'), '');
  await lastUsed(folder, hoursAgo);
  return folder;
}

it('removes old files that no existing task refers to, and no other', async () => {
  const later = { runAt: new Date(Date.now() + HOUR_MS) };
  const kept = {
    'input of an open task': await store('a'),
    'within a large input of an open task': await store('b'),
    'corrected input of an open task': await store('c'),
    'input of an ended task': await store('d'),
    'output of an ended task': await store('e'),
    'input of a member that waits for its turn in a batch': await store('f'),
  };
  const waiting = await submit({ value: kept['input of an open task'], lines: ['never'] }, later);
  const text = 'x'.repeat(200_000);
  const largeInput = { value: { text, picture: kept['within a large input of an open task'] } };
  await submit(largeInput, later);
  const parked = await submit({ failures: 1 }, { policy: { attempts: 1, redrives: { transient: [3600] } } });
  await harness.reaches(parked, 'dead-lettered');
  const input = { value: kept['corrected input of an open task'], waitFor: harness.file() };
  await harness.tasks.act(parked, 'retry', { input });
  await harness.reaches(parked, 'running');
  const ended = await submit({ value: kept['input of an ended task'], lines: ['once'] });
  await harness.reaches(ended, 'completed');
  const resolved = await submit({}, later);
  const result = { value: kept['output of an ended task'], attempt: 1 };
  await harness.tasks.act(resolved, 'resolve', { result });
  await harness.reaches(resolved, 'completed');
  const value = kept['input of a member that waits for its turn in a batch'];
  const members = [{ waitFor: harness.file() }, { value }].map((input) => ({ type: 'test.probe', input }));
  const { id: batch } = await startBatch(harness, { tasks: members, limit: 1 });
  await until('its first member is submitted', async () => (await harness.tasks.batches.read(batch)).running === 1);
  const { memo } = await harness.temporal.workflow.getHandle(batch).describe();
  const { $artifact: list } = (memo as unknown as BatchMemo).members;
  // Equal values have equal hashes: this is where the large input itself lies.
  const { $artifact: large } = (await storeIfLarge(harness.artifacts, largeInput)) as StoredValue;

  const unused = await store('unused');
  const recent = await store('recent');
  for (const hash of [...Object.values(kept), large.hash, list.hash, unused]) await age(hash, 2);
  await age(recent, 0.5);
  await harness.artifacts.appendLog(waiting, '1.ndjson', '{}\n');
  await harness.artifacts.appendLog('gone:task', '1.ndjson', '{}\n');
  for (const id of [waiting, ended, batch, 'gone:task']) await lastUsed(harness.artifacts.logFolder(id), 2);
  const temporary = path.join(harness.artifacts.folder, 'tmp');
  await mkdir(temporary, { recursive: true });
  for (const [name, hours] of Object.entries({ old: 25, young: 23 })) {
    await writeFile(path.join(temporary, name), '');
    await lastUsed(path.join(temporary, name), hours);
  }
  const left = await folderOf('holdfast-command-', 25);
  const live = await folderOf('holdfast-command-', 23);
  const foreign = await folderOf('other-', 25);

  const began = Date.now();
  await until('the ended tasks are older than files may get', () => Date.now() > began + 2000);
  // The next pass finds that it was cleaned just now: it must not come before the report of this one is read.
  const stop = await runMonitor(harness, { keep: KEEP, interval: 3600 });
  const { cleaned, errors } = await untilReport(harness, 'what it cleaned').finally(stop);
  expect(errors).toEqual([]);
  expect(cleaned).toMatchObject({ artifacts: 1, logs: 1 });
  for (const [what, hash] of Object.entries({
    ...kept,
    'large input': large.hash,
    'members of a batch': list.hash,
    recent,
  }))
    expect([what, await harness.artifacts.has(hash)]).toEqual([what, true]);
  expect(await harness.artifacts.has(unused)).toBe(false);
  expect(await harness.artifacts.listLog('gone:task')).toEqual([]);
  for (const id of [waiting, ended, batch]) expect(await harness.artifacts.listLog(id)).toHaveLength(1);
  const there = [left, live, foreign, path.join(temporary, 'old'), path.join(temporary, 'young')].map(existsSync);
  expect(there).toEqual([false, true, true, false, true]);
});

describe('a file counts as used', () => {
  it.each([
    ['stored again', (content: string) => store(content)],
    ['read', (_content: string, hash: string) => harness.artifacts.read(hash)],
    ['opened', async (_content: string, hash: string) => (await harness.artifacts.open(hash)).stream.destroy()],
    ['named by a submission', (_content: string, hash: string) => submit({ value: { deep: [hash] } })],
  ])('when it is %s', async (what, use) => {
    const hash = await store(what);
    await age(hash, 1000);
    await use(what, hash);
    expect(Date.now() - statSync(harness.artifacts.pathOf(hash)).mtimeMs).toBeLessThan(HOUR_MS);
  });
});
