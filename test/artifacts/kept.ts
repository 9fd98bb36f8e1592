import { createHash } from 'node:crypto';
import path from 'node:path';
import type { LocalArtifactStore } from '../../src/artifacts/local/local-store';

/** What a store keeps of one kind, each under a number. */
interface Kept {
  put(store: LocalArtifactStore, number: number): Promise<unknown>;
  /** Where it lies, or will lie. */
  file(store: LocalArtifactStore, number: number): string;
  /** Whether what is read back is what was put there. */
  isWhole(store: LocalArtifactStore, number: number): Promise<boolean>;
}

const MEGABYTE = 2 ** 20;
const textOf = (number: number, bytes: number) => `${number} `.padEnd(bytes, '.');
const pictureOf = (number: number) => Buffer.alloc(16 * MEGABYTE, number);
const sha256 = (content: string | Buffer) => createHash('sha256').update(content).digest('hex');

const hashes = new Map<number, string>();
function hashOf(number: number): string {
  if (!hashes.has(number)) hashes.set(number, `sha256:${sha256(pictureOf(number))}`);
  return hashes.get(number) as string;
}

export const KEPT: Readonly<Record<'file' | 'record' | 'entry' | 'log', Kept>> = {
  file: {
    put: (store, number) => store.put(pictureOf(number)),
    file: (store, number) => store.pathOf(hashOf(number)),
    isWhole: async (store, number) => (await store.read(hashOf(number))).equals(pictureOf(number)),
  },
  record: {
    put: (store, number) => store.putRecord(`record ${number}`, textOf(number, 200_000)),
    file: (store, number) => store.records.pathOf(`record ${number}`),
    isWhole: async (store, number) => (await store.getRecord(`record ${number}`)) === textOf(number, 200_000),
  },
  entry: {
    put: (store, number) => store.entries.add('a list', `${number}`, textOf(number, MEGABYTE)),
    file: ({ folder }, number) => {
      const list = sha256('a list').slice(0, 40);
      return path.join(folder, 'entries', list.slice(0, 2), list, `${number}`);
    },
    isWhole: async (store, number) => (await store.entries.get('a list', `${number}`)) === textOf(number, MEGABYTE),
  },
  log: {
    put: (store, number) => store.appendLog('a task', `${number}`, textOf(number, 8 * MEGABYTE)),
    file: (store, number) => path.join(store.logFolder('a task'), `${number}`),
    isWhole: async (store, number) => (await store.readLog('a task', `${number}`)) === textOf(number, 8 * MEGABYTE),
  },
};
