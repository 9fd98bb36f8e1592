import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { type FileHandle, mkdtemp, open, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { LocalArtifactStore } from '../../src/artifacts/local/local-store';
import { OverlayStore } from '../../src/artifacts/overlay-store';
import { fixture } from '../support/processes/fixture';
import { KEPT } from './kept';

let folder: string;
let store: LocalArtifactStore;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'holdfast-store-'));
  store = new LocalArtifactStore(folder);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Names of the files under their final names. */
async function kept(): Promise<string[]> {
  const names = await readdir(path.join(folder, 'sha256'), { recursive: true }).catch(() => []);
  return names.filter((name) => path.basename(name).length === 64);
}

describe('the artifact store', () => {
  it('keeps a file under the hash of its content, once', async () => {
    const content = Buffer.from('some bytes');
    const hash = `sha256:${createHash('sha256').update(content).digest('hex')}`;
    const put = await Promise.all([store.put(content), store.put(Readable.from([content])), store.put(content)]);
    expect(put).toEqual(Array.from({ length: 3 }, () => ({ hash, bytes: content.length })));
    expect(await kept()).toHaveLength(1);
    expect(await store.read(hash)).toEqual(content);
    expect(await store.has(hash)).toBe(true);
  });

  it('keeps nothing of a file that is too large, and says so', async () => {
    await expect(store.put(Buffer.alloc(100), 99)).rejects.toMatchObject({ code: 'too-large' });
    expect(await kept()).toEqual([]);
    expect(await readdir(path.join(folder, 'tmp'))).toEqual([]);
  });

  it('keeps nothing of a file whose sender breaks off', async () => {
    const broken = Readable.from(
      (function* () {
        yield Buffer.from('half');
        throw new Error('connection lost');
      })(),
    );
    await expect(store.put(broken)).rejects.toThrow('connection lost');
    expect(await kept()).toEqual([]);
  });

  describe('when its writer is killed', () => {
    const startWriter = (kind: string) =>
      spawn(process.execPath, fixture('store-writer', folder, kind), { stdio: ['pipe', 'inherit', 'inherit'] });

    it('in the middle of a file, has nothing of it', async () => {
      const [, signal] = await once(startWriter('half'), 'exit');
      expect(signal).toBe('SIGKILL');
      expect(await kept()).toEqual([]);
      expect(await readdir(path.join(folder, 'tmp'))).toHaveLength(1);
    });

    /** The size that a file has at the first moment at which its name shows. */
    const firstSizeOf = async (file: string) => {
      const end = Date.now() + 60_000;
      for (;;) {
        const size = statSync(file, { throwIfNoEntry: false })?.size;
        if (size !== undefined || Date.now() > end) return size;
        // Without a pause, some file systems would never let the writer at the folder.
        await setImmediate();
      }
    };

    // Somebody looks on the whole time; the kill comes at the moment at which the last one's name shows.
    it.each(['file', 'record', 'entry', 'log'] as const)('has each %s whole or not at all', async (kind) => {
      const { file, isWhole } = KEPT[kind];
      const numbers = Array.from({ length: 12 }, (_, index) => index + 1);
      const child = startWriter(kind);
      const seen: (number | undefined)[] = [];
      try {
        for (const number of numbers) {
          const target = file(store, number);
          child.stdin.write('\n');
          seen.push(await firstSizeOf(target));
        }
      } finally {
        child.kill('SIGKILL');
        await once(child, 'exit');
      }
      for (const number of numbers) {
        expect([number, seen[number - 1]]).toEqual([number, statSync(file(store, number)).size]);
        expect([number, await isWhole(store, number)]).toEqual([number, true]);
      }
    });
  });

  it('names the file that it has written, and no copy of it that could be seen half-written', async () => {
    const written: number[] = [];
    async function* content() {
      yield Buffer.from('the first half, ');
      const [temporary = ''] = await readdir(path.join(folder, 'tmp'));
      written.push((await stat(path.join(folder, 'tmp', temporary))).ino);
      yield Buffer.from('the second');
    }
    const { hash } = await store.put(Readable.from(content()));
    expect([(await stat(store.pathOf(hash))).ino]).toEqual(written);
    expect(await readdir(path.join(folder, 'tmp'))).toEqual([]);
  });

  it.each(['sha256:abc', '../../etc/passwd', `sha256:${'A'.repeat(64)}`, ''])(
    'does not take %j for a hash',
    async (hash) => {
      await expect(store.open(hash)).rejects.toMatchObject({ code: 'not-found' });
    },
  );

  it('names the file that it does not have', async () => {
    const hash = `sha256:${'0'.repeat(64)}`;
    await expect(store.read(hash)).rejects.toMatchObject({ code: 'not-found', message: expect.stringContaining(hash) });
  });

  it('gives log chunks back in the order of their names, also for task IDs that are no file names', async () => {
    const taskId = 'a/../b:"c"';
    await store.appendLog(taskId, '002', 'two\n');
    await store.appendLog(taskId, '001', 'one\n');
    expect(await store.listLog(taskId)).toEqual(['001', '002']);
    expect(await store.listLog(taskId, '001')).toEqual(['002']);
    expect(await store.readLog(taskId, '002')).toBe('two\n');
    expect(await store.listLog('another')).toEqual([]);
  });
});

describe('lists of entries', () => {
  const LIST = 'a list/of any ä name';

  it('keep the first entry of each name, in order, for every process', async () => {
    const { entries } = store;
    const added = await Promise.all(Array.from({ length: 10 }, (_, racer) => entries.add(LIST, '2', racer)));
    expect(added.filter(Boolean)).toHaveLength(1);
    await entries.add(LIST, '10', null);
    await entries.add(LIST, '1', { ä: [] });
    await entries.remove(LIST, '10');
    const other = new LocalArtifactStore(folder).entries;
    expect(await other.names(LIST)).toEqual(['1', '2']);
    expect(await other.get(LIST, '2')).toBe(added.indexOf(true));
    expect(await other.get(LIST, '3')).toBeUndefined();
    expect(await other.names('another')).toEqual([]);
    await expect(entries.add(LIST, '../x', 1)).rejects.toThrow('cannot name an entry');
    await expect(entries.add(LIST, 'large', 'x'.repeat(2 ** 21))).rejects.toMatchObject({ code: 'too-large' });
  });

  it('can be read by their owner only', async () => {
    await store.entries.add(LIST, 'secret', 's');
    const files = await readdir(path.join(folder, 'entries'), { recursive: true, withFileTypes: true });
    const [file] = files.filter((one) => one.isFile());
    expect((await stat(path.join(file?.parentPath ?? '', file?.name ?? ''))).mode & 0o777).toBe(0o600);
  });

  it('stay as they are below an overlay, which shows its own changes', async () => {
    await store.entries.add(LIST, '1', 'below');
    await store.entries.add(LIST, '2', 'below');
    const overlay = await OverlayStore.over(store);
    expect(await overlay.entries.add(LIST, '1', 'above')).toBe(false);
    expect(await overlay.entries.add(LIST, '3', 'above')).toBe(true);
    await overlay.entries.remove(LIST, '2');
    expect(await overlay.entries.names(LIST)).toEqual(['1', '3']);
    expect(await overlay.entries.get(LIST, '2')).toBeUndefined();
    await overlay.discard();
    expect(await store.entries.names(LIST)).toEqual(['1', '2']);
  });
});

describe('what has been kept is on the disk, with its name', () => {
  /** Inodes whose content was synced meanwhile. */
  async function synced(work: () => Promise<unknown>): Promise<Set<number>> {
    const inodes = new Set<number>();
    const probe = await open(folder, 'r');
    const prototype = Object.getPrototypeOf(probe) as FileHandle;
    await probe.close();
    const spies = (['sync', 'datasync'] as const).map((name) => {
      const original = prototype[name];
      return jest.spyOn(prototype, name).mockImplementation(async function (this: FileHandle) {
        inodes.add((await this.stat()).ino);
        return original.call(this);
      });
    });
    try {
      await work();
    } finally {
      for (const spy of spies) spy.mockRestore();
    }
    return inodes;
  }

  /** The one file below a folder of the store. */
  async function fileIn(name: string): Promise<string> {
    const found = await readdir(path.join(folder, name), { recursive: true, withFileTypes: true });
    const [file, ...more] = found.filter((one) => one.isFile());
    expect(more).toEqual([]);
    return path.join(file?.parentPath ?? '', file?.name ?? '');
  }

  it.each<[string, string, () => Promise<unknown>]>([
    ['a file', 'sha256', () => store.put(Buffer.from('some bytes'))],
    ['a chunk of a log', 'logs', () => store.appendLog('a.b:1', '001', 'one line\n')],
    ['a record', 'records', () => store.putRecord('a.b:1/g/main', { done: true })],
    ['an entry of a journal', 'journals', () => store.appendJournal('a.b:1/g/main', { sent: 1 })],
    ['an entry of a list', 'entries', () => store.entries.add('a list', '1', 'an entry')],
  ])('%s', async (_what, part, work) => {
    const inodes = await synced(work);
    const file = await fileIn(part);
    expect(inodes).toContain((await stat(file)).ino);
    expect(inodes).toContain((await stat(path.dirname(file))).ino);
  });

  it('and so is a further entry of a journal', async () => {
    await store.appendJournal('a.b:1/g/main', 1);
    const inodes = await synced(() => store.appendJournal('a.b:1/g/main', 2));
    expect(inodes).toContain((await stat(await fileIn('journals'))).ino);
  });
});
