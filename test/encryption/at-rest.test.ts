import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import { LocalArtifactStore } from '../../src/artifacts/local/local-store';
import { moveArtifacts } from '../../src/artifacts/move';
import { readConfig } from '../../src/config';
import { clientConverter } from '../../src/encryption/data-converter';
import { KeyRing } from '../../src/encryption/key-ring';
import { type EncryptionKey, KeyList } from '../../src/encryption/key-source';
import { EncryptionCodec, WorkerCodec } from '../../src/encryption/payload-codec';
import { StoreCipher } from '../../src/encryption/store-cipher';

const key = (id: string): EncryptionKey => ({ id, secret: Buffer.alloc(32, id) });
const [old, current, foreign] = [key('2025'), key('2026'), key('elsewhere')];
const ring = (...keys: [EncryptionKey, ...EncryptionKey[]]) => new KeyRing(new KeyList(keys));
const SECRET = 'a secret that must not be found';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'holdfast-at-rest-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const payload = (value: unknown) => defaultPayloadConverter.toPayload(value) as Payload;
const readable = (one: Payload | undefined) => one && defaultPayloadConverter.fromPayload(one);

/** All that is on the disk. */
async function everything(place = folder): Promise<Buffer> {
  const entries = await readdir(place, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return Buffer.concat(await Promise.all(files.map((file) => readFile(path.join(file.parentPath, file.name)))));
}

describe('payloads', () => {
  it('are encrypted whole, each time differently, and read back; what nobody has encrypted is read as it is', async () => {
    const codec = new EncryptionCodec(ring(current));
    const [first, second] = await codec.encode([payload({ SECRET }), payload({ SECRET })]);
    for (const one of [first, second]) {
      expect(JSON.stringify(one)).not.toContain(Buffer.from(SECRET).toString('base64').slice(0, 20));
      expect(Buffer.from(one?.data ?? []).toString()).not.toMatch(/secret|json/);
      expect(Object.keys(one?.metadata ?? {})).toEqual(['encoding', 'encryption-key-id']);
    }
    expect(first?.data).not.toEqual(second?.data);
    const plain = payload('plain');
    expect((await codec.decode([first as Payload, plain])).map(readable)).toEqual([{ SECRET }, 'plain']);
  });

  it('of older keys stay readable after a rotation, and those of a key that is missing say which', async () => {
    const [before] = await new EncryptionCodec(ring(old)).encode([payload(SECRET)]);
    const rotated = new EncryptionCodec(ring(current, old));
    const [after] = await rotated.encode([payload(SECRET)]);
    expect(Buffer.from(after?.metadata?.['encryption-key-id'] ?? []).toString()).toBe('2026');
    expect((await rotated.decode([before as Payload, after as Payload])).map(readable)).toEqual([SECRET, SECRET]);
    for (const codec of [new EncryptionCodec(ring(foreign)), new WorkerCodec(new EncryptionCodec(ring(foreign)))]) {
      await expect(codec.decode([before as Payload])).rejects.toMatchObject({
        code: 'encryption-key-unknown',
        message: 'A payload was encrypted with key 2025, which is not among the keys of this process (elsewhere).',
      });
    }
    const [withoutKeys] = clientConverter(undefined).payloadCodecs ?? [];
    await expect(withoutKeys?.decode([before as Payload])).rejects.toThrow(/key 2025.*HOLDFAST_ENCRYPTION_KEYS/);
  });

  it('that were tampered with are refused, wherever the change is', async () => {
    const codec = new EncryptionCodec(ring(current));
    const [good] = await codec.encode([payload(SECRET)]);
    const { metadata = {}, data } = good as Payload;
    const bytes = Buffer.from(data ?? []);
    for (const at of [0, 1, 20, 40, bytes.length - 1]) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 1;
      await expect(codec.decode([{ metadata, data: changed }])).rejects.toMatchObject({ code: 'damaged' });
    }
    await expect(codec.decode([{ metadata, data: bytes.subarray(0, 30) }])).rejects.toMatchObject({ code: 'damaged' });
    // A worker takes them as they are: whoever reaches the server could block tasks with them.
    const lenient = new WorkerCodec(codec);
    expect(await lenient.decode([{ metadata, data: Buffer.from('no') }])).toEqual([
      { metadata, data: Buffer.from('no') },
    ]);
  });

  it('grow by a bounded number of bytes', async () => {
    const codec = new EncryptionCodec(ring(current));
    for (const size of [0, 100, 100_000]) {
      const plain = payload('x'.repeat(size));
      const [sealed] = await codec.encode([plain]);
      expect((sealed?.data?.length ?? 0) - (plain.data?.length ?? 0)).toBeLessThan(100);
    }
  });
});

describe('the settings of keys', () => {
  const base64 = (bytes: number) => Buffer.alloc(bytes, 1).toString('base64');
  const read = (text: string) => readConfig({ HOLDFAST_ENCRYPTION_KEYS: text }).encryptionKeys;

  it('take a list, the first one active, and the same from a file', async () => {
    expect(read(`new:${base64(32)},old:${base64(32)}`)?.map(({ id }) => id)).toEqual(['new', 'old']);
    const file = path.join(folder, 'keys');
    await writeFile(file, `# of 2026\nnew:${base64(32)}\n\nold:${base64(32)} # until spring\n`);
    const config = readConfig({ HOLDFAST_ENCRYPTION_KEYS_FILE: file });
    expect(config.encryptionKeys?.map(({ id }) => id)).toEqual(['new', 'old']);
    expect(readConfig({}).encryptionKeys).toBeUndefined();
  });

  it.each([
    ['too short', `a:${base64(16)}`, /a key of 16 bytes \(a\): expected 32/],
    ['no ID', base64(32), /number 1.*expected an ID, a colon and 32 bytes in base64/],
    ['no base64', 'a:***', /number 1.*cannot be read|cannot be read.*number 1/],
    ['one ID twice', `a:${base64(32)},a:${base64(32)}`, /the key a twice/],
    ['nothing', ' , ', /names no key/],
  ])('refuse what is none, without telling it: %s', (_, text, message) => {
    expect(() => read(text)).toThrow(message);
    expect(() => read(text)).not.toThrow(base64(32));
  });

  it('are set in one way only', async () => {
    const file = path.join(folder, 'keys');
    await writeFile(file, `a:${base64(32)}`);
    const both = { HOLDFAST_ENCRYPTION_KEYS: `a:${base64(32)}`, HOLDFAST_ENCRYPTION_KEYS_FILE: file };
    expect(() => readConfig(both)).toThrow('both set');
  });
});

describe('the artifact store', () => {
  const store = (keys?: KeyRing, place = folder) => new LocalArtifactStore(place, new StoreCipher(keys));

  async function fill(one: LocalArtifactStore, text: string): Promise<string> {
    const { hash } = await one.put(Buffer.from(text));
    await one.putRecord('type:1/g/main', { text });
    await one.appendJournal('type:1/g/items', { text });
    await one.entries.add('list', 'name', { text });
    await one.appendLog('type:1', '1.ndjson', `{"message":"${text}"}\n`);
    return hash;
  }

  async function readAll(one: LocalArtifactStore, hash: string): Promise<unknown[]> {
    return [
      (await one.read(hash)).toString(),
      await one.getRecord('type:1/g/main'),
      await one.readJournal('type:1/g/items'),
      await one.entries.get('list', 'name'),
      await one.readLog('type:1', '1.ndjson'),
    ];
  }

  it('has nothing in plain text with keys; another process with them reads all of it', async () => {
    const hash = await fill(store(ring(current)), SECRET);
    expect((await everything()).includes(SECRET)).toBe(false);
    const wanted = [SECRET, { text: SECRET }, [{ text: SECRET }], { text: SECRET }, `{"message":"${SECRET}"}\n`];
    expect(await readAll(store(ring(foreign, current)), hash)).toEqual(wanted);
    const { stream, bytes } = await store(ring(current)).open(hash);
    expect([bytes, Buffer.concat(await stream.toArray()).toString()]).toEqual([SECRET.length, SECRET]);
  });

  it('is switched on with what is there: old things stay readable, and a journal goes on encrypted', async () => {
    const hash = await fill(store(), 'before');
    const now = store(ring(current));
    const wanted = ['before', { text: 'before' }, [{ text: 'before' }], { text: 'before' }, '{"message":"before"}\n'];
    expect(await readAll(now, hash)).toEqual(wanted);
    await now.appendJournal('type:1/g/items', { text: SECRET });
    expect(await now.readJournal('type:1/g/items')).toEqual([{ text: 'before' }, { text: SECRET }]);
    // Stored once more, a file is encrypted; its name stays.
    expect(await now.put(Buffer.from('before'))).toMatchObject({ hash });
    expect((await readFile(now.pathOf(hash))).includes('before')).toBe(false);
  });

  it('says which key is missing, with other keys and with none', async () => {
    const hash = await fill(store(ring(old)), SECRET);
    for (const other of [store(ring(foreign)), store()]) {
      const reads = [
        () => other.read(hash),
        () => other.getRecord('type:1/g/main'),
        () => other.readJournal('type:1/g/items'),
        () => other.entries.get('list', 'name'),
        () => other.readLog('type:1', '1.ndjson'),
      ];
      for (const read of reads) {
        await expect(read()).rejects.toMatchObject({
          code: 'encryption-key-unknown',
          message: expect.stringContaining('encrypted with key 2025'),
        });
      }
    }
  });

  it.each([0, 1, 65_535, 65_536, 65_537, 200_000])(
    'gives back a file of %s bytes, whose length is known before',
    async (size) => {
      const content = Buffer.alloc(size, 'chunk ');
      const one = store(ring(current));
      const pieces = Readable.from([content.subarray(0, size >> 1), content.subarray(size >> 1)]);
      const { hash, bytes } = await one.put(pieces);
      const opened = await one.open(hash);
      expect([bytes, opened.bytes]).toEqual([size, size]);
      expect(Buffer.concat(await opened.stream.toArray()).equals(content)).toBe(true);
    },
  );

  it('notices a file that was cut, changed, or whose chunks changed places', async () => {
    const one = store(ring(current));
    const { hash } = await one.put(Buffer.alloc(200_000, 'chunk '));
    const file = one.pathOf(hash);
    const whole = await readFile(file);
    const head = whole.length - 200_000 - 4 * 16;
    const chunk = 65_536 + 16;
    const swapped = Buffer.concat([
      whole.subarray(0, head),
      whole.subarray(head + chunk, head + 2 * chunk),
      whole.subarray(head, head + chunk),
      whole.subarray(head + 2 * chunk),
    ]);
    const changed = Buffer.from(whole);
    changed[head + 10] = (changed[head + 10] ?? 0) ^ 1;
    const longer = Buffer.concat([whole, Buffer.from('more')]);
    for (const bad of [
      swapped,
      changed,
      longer,
      whole.subarray(0, head + chunk),
      whole.subarray(0, head + 2 * chunk - 1),
      whole.subarray(0, 20),
    ]) {
      await writeFile(file, bad);
      await expect(one.read(hash)).rejects.toMatchObject({ code: 'damaged' });
    }
  });

  it('notices a text in the place of another one, and skips only what a writer did not finish', async () => {
    const one = store(ring(current));
    await one.putRecord('type:1/g/main', 'mine');
    await one.putRecord('type:2/g/main', 'yours');
    await writeFile(one.records.pathOf('type:1/g/main'), await readFile(one.records.pathOf('type:2/g/main')));
    await expect(one.getRecord('type:1/g/main')).rejects.toMatchObject({ code: 'damaged' });
    await one.appendJournal('type:1/g/items', 1);
    const [shelf = ''] = await readdir(one.journals.folderOf('type:1'));
    const file = path.join(one.journals.folderOf('type:1'), shelf);
    const line = (await readFile(file, 'utf8')).trim();
    await appendFile(file, `\n${line.slice(0, 40)}`);
    expect(await one.readJournal('type:1/g/items')).toEqual([1]);
    await writeFile(file, `\n${line.replace(/.{8}"}$/, 'AAAAAAA="}')}\n`);
    await expect(one.readJournal('type:1/g/items')).rejects.toMatchObject({ code: 'damaged' });
  });

  it('moves to another place encrypted, and from plain text into encryption', async () => {
    const target = path.join(folder, 'target');
    const from = store(ring(old), path.join(folder, 'from'));
    const hash = await fill(from, SECRET);
    const to = store(ring(current, old), target);
    expect(await moveArtifacts(store(ring(current, old), path.join(folder, 'from')), to)).toMatchObject({
      copied: { files: 1, texts: 3, journals: 1 },
      damaged: [],
      different: [],
    });
    // All of it has the active key now: the old one may go.
    expect(await readAll(store(ring(current), target), hash)).toHaveLength(5);
    expect((await everything(target)).includes(SECRET)).toBe(false);
    expect(await readAll(to, hash)).toHaveLength(5);
    await expect(readAll(to, hash)).resolves.toContainEqual([{ text: SECRET }]);
  });
});

it('a source of keys of one’s own is asked once a key, and its rotation is followed', async () => {
  const asked: string[] = [];
  const source = {
    active: async () => current,
    find: async (id: string) => {
      asked.push(id);
      return [current, old].find((one) => one.id === id);
    },
  };
  const codec = new EncryptionCodec(new KeyRing(source));
  const sealed = await new EncryptionCodec(ring(old)).encode([payload(1), payload(2)]);
  expect((await codec.decode(sealed)).map(readable)).toEqual([1, 2]);
  expect((await codec.decode(await codec.encode([payload(3)]))).map(readable)).toEqual([3]);
  expect(asked.filter((id) => id === '2025')).toHaveLength(1);
  await expect(codec.decode(await new EncryptionCodec(ring(foreign)).encode([payload(4)]))).rejects.toThrow(
    'A payload was encrypted with key elsewhere, which nobody knows here.',
  );
});
