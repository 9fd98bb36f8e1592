import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { LocalArtifactStore } from '../../src/artifacts/local/local-store';
import { openS3Store } from '../../src/artifacts/s3/open';
import type { KeptArtifactStore } from '../../src/artifacts/store';
import { readConfig } from '../../src/config';
import { KeyRing } from '../../src/encryption/key-ring';
import { KeyList } from '../../src/encryption/key-source';
import { StoreCipher } from '../../src/encryption/store-cipher';
import { effectKey } from '../../src/tasks/keys';
import { close, listen, portOf } from '../support/servers/loopback';
import { canRunS3, S3_KEYS, S3Server } from '../support/servers/s3-server';

const NAME = effectKey('test.probe:1', 'generation-1');
const MISSING = `sha256:${'0'.repeat(64)}`;

interface Place {
  /** Another process's view of the same store. */
  open(): KeptArtifactStore;
  close(): Promise<void>;
}

/** Each process has a ring of its own, of the same keys. */
const encrypted = () => new StoreCipher(new KeyRing(new KeyList([{ id: 'test', secret: Buffer.alloc(32, 7) }])));
const plain = () => new StoreCipher();

async function folder(cipher: () => StoreCipher): Promise<Place> {
  const place = await mkdtemp(path.join(tmpdir(), 'holdfast-store-'));
  return {
    open: () => new LocalArtifactStore(place, cipher()),
    close: () => rm(place, { recursive: true, force: true }),
  };
}

async function bucket(cipher: () => StoreCipher): Promise<Place> {
  Object.assign(process.env, S3_KEYS);
  const server = await S3Server.start('artifacts');
  const location = { bucket: 'artifacts', prefix: 'team/', endpoint: server.endpoint, region: 'us-east-1' };
  return { open: () => openS3Store(location, undefined, cipher()), close: () => server.remove() };
}

const kinds: [string, () => Promise<Place>][] = [
  ['a folder', () => folder(plain)],
  ['an encrypted folder', () => folder(encrypted)],
];
if (canRunS3) kinds.push(['a bucket', () => bucket(plain)], ['an encrypted bucket', () => bucket(encrypted)]);

describe.each(kinds)('the artifact store in %s', (_, make) => {
  let place: Place;
  let store: KeptArtifactStore;
  let other: KeptArtifactStore;

  beforeAll(async () => {
    place = await make();
    store = place.open();
    other = place.open();
  }, 600_000);
  afterAll(() => place.close());

  it('keeps a file under the hash of its content, for every process', async () => {
    const content = Buffer.from('some bytes');
    const hash = `sha256:${createHash('sha256').update(content).digest('hex')}`;
    const put = await Promise.all([store.put(content), other.put(Readable.from([content])), store.put(content)]);
    expect(put).toEqual(Array.from({ length: 3 }, () => ({ hash, bytes: content.length })));
    expect(await other.read(hash)).toEqual(content);
    expect(await store.has(hash)).toBe(true);
    expect(await store.has(MISSING)).toBe(false);
  });

  it('takes and gives a file of many parts as a stream', async () => {
    const piece = Buffer.alloc(1024 * 1024, 'part ');
    const { hash, bytes } = await store.put(Readable.from(Array.from({ length: 20 }, () => piece)));
    expect(bytes).toBe(20 * piece.length);
    const { stream, bytes: announced } = await other.open(hash);
    const read = createHash('sha256');
    for await (const chunk of stream) read.update(chunk as Buffer);
    expect([`sha256:${read.digest('hex')}`, announced]).toEqual([hash, bytes]);
  });

  it('refuses what is too large, and keeps nothing of it or of a sender that breaks off', async () => {
    const large = Buffer.from('a hundred bytes and more '.repeat(5));
    await expect(store.put(large, 99)).rejects.toMatchObject({ code: 'too-large' });
    expect(await store.has(`sha256:${createHash('sha256').update(large).digest('hex')}`)).toBe(false);
    const broken = Readable.from(
      (function* () {
        yield Buffer.from('half');
        throw new Error('connection lost');
      })(),
    );
    await expect(store.put(broken)).rejects.toThrow('connection lost');
    const { hash } = await store.put(large);
    await expect(store.read(hash, 10)).rejects.toMatchObject({ code: 'too-large' });
  });

  it('names the file that it does not have, and takes nothing else for a hash', async () => {
    for (const ask of [() => store.read(MISSING), () => store.open(MISSING)]) {
      await expect(ask()).rejects.toMatchObject({ code: 'not-found', message: expect.stringContaining(MISSING) });
    }
    await expect(store.open('../../etc/passwd')).rejects.toMatchObject({ code: 'not-found' });
  });

  it('gives log chunks back in the order of their names, also for task IDs that are no file names', async () => {
    const taskId = 'a/../b:"c"';
    await store.appendLog(taskId, '002', 'two\n');
    await other.appendLog(taskId, '001', 'one\n');
    expect(await store.listLog(taskId)).toEqual(['001', '002']);
    expect(await store.listLog(taskId, '001')).toEqual(['002']);
    expect(await store.readLog(taskId, '002')).toBe('two\n');
    expect(await store.listLog('another')).toEqual([]);
  });

  it('lets the first record of a name stand: of many racing writers all learn the same value', async () => {
    const writers = [store, other];
    const written = await Promise.all(
      Array.from({ length: 20 }, (__, writer) => writers[writer % 2]?.putRecord(NAME, { writer })),
    );
    const stands = await store.getRecord(NAME);
    expect(new Set(written.map((one) => JSON.stringify(one)))).toEqual(new Set([JSON.stringify(stands)]));
    await other.removeRecord(NAME);
    expect(await store.getRecord(NAME)).toBeUndefined();
    expect(await store.putRecord(NAME, 'second')).toBe('second');
    await expect(store.putRecord('large', 'x'.repeat(300_000))).rejects.toMatchObject({ code: 'too-large' });
  });

  it('loses no line of a journal that two processes write at once', async () => {
    const name = effectKey('test.probe:journal', 'generation-1', 'items');
    const lines = Array.from({ length: 120 }, (__, line) => line);
    await Promise.all(
      [store, other].map(async (writer, who) => {
        for (const line of lines) await writer.appendJournal(name, { who, line });
      }),
    );
    const read = (await place.open().readJournal(name)) as { who: number; line: number }[];
    expect(read).toHaveLength(2 * lines.length);
    for (const who of [0, 1]) expect(read.filter((one) => one.who === who).map(({ line }) => line)).toEqual(lines);
    expect(await store.readJournal(effectKey('test.probe:none', 'generation-1'))).toEqual([]);
  }, 300_000);

  it('keeps the first entry of each name in a list, in order', async () => {
    const list = 'a list/of any ä name';
    const added = await Promise.all(
      Array.from({ length: 10 }, (__, racer) => (racer % 2 ? store : other).entries.add(list, '2', racer)),
    );
    expect(added.filter(Boolean)).toHaveLength(1);
    await store.entries.add(list, '10', null);
    await store.entries.add(list, '1', { ä: [] });
    await store.entries.remove(list, '10');
    expect(await other.entries.names(list)).toEqual(['1', '2']);
    expect(await other.entries.get(list, '2')).toBe(added.indexOf(true));
    expect(await other.entries.get(list, '3')).toBeUndefined();
    expect(await other.entries.names('another')).toEqual([]);
  });

  it('finds what is idle, and removes what nobody has used meanwhile', async () => {
    const { housekeeping } = store;
    const { hash } = await store.put(Buffer.from('idle'));
    await store.putRecord('idle record', 1);
    const future = new Date(Date.now() + 2 * 3600_000);
    const unused = await housekeeping.findUnused(future);
    expect(unused.files).toContain(hash);
    expect(unused.records).toContain('idle record');
    expect(unused.logs).toContain(housekeeping.placesOf('a/../b:"c"')[0]);
    expect(await housekeeping.removeFile(hash, new Date())).toBe(false);
    expect(await housekeeping.removeFile(hash, future)).toBe(true);
    expect(await store.has(hash)).toBe(false);
    await housekeeping.removeTextsOf('a/../b:"c"');
    expect(await store.listLog('a/../b:"c"')).toEqual([]);
    expect(await housekeeping.isDue(60_000)).toBe(true);
    await housekeeping.note();
    expect(await housekeeping.isDue(60_000)).toBe(false);
  });
});

it('a bucket that takes calls and never answers is reported as away, and no call hangs', async () => {
  Object.assign(process.env, S3_KEYS);
  const connections = new Set<Socket>();
  const silent = createServer((socket) => {
    connections.add(socket);
    socket.on('error', () => undefined);
    socket.resume();
  });
  await listen(silent);
  try {
    const endpoint = `http://127.0.0.1:${portOf(silent)}`;
    const store = openS3Store({ bucket: 'team', prefix: '', endpoint, region: 'us-east-1', presign: false }, 100);
    await expect(store.watchedAt('test.probe:w')).rejects.toMatchObject({ code: 'storage-unavailable' });
    expect(connections.size).toBeGreaterThan(0);
  } finally {
    for (const socket of connections) socket.destroy();
    await close(silent);
  }
});

it('says what to install when a bucket is asked for and the packages for it are absent', () => {
  jest.isolateModules(() => {
    jest.doMock('@aws-sdk/client-s3', () => {
      throw Object.assign(new Error("Cannot find module '@aws-sdk/client-s3'"), { code: 'MODULE_NOT_FOUND' });
    });
    const { openArtifactStore } = require('../../src/artifacts/open') as typeof import('../../src/artifacts/open');
    expect(() => openArtifactStore(readConfig({ HOLDFAST_ARTIFACTS: 's3://team/x' }))).toThrow(
      'HOLDFAST_ARTIFACTS is s3://team/x/, but the packages for S3 are not installed: npm install @aws-sdk/client-s3',
    );
    expect(() => openArtifactStore(readConfig({}))).not.toThrow();
  });
});
