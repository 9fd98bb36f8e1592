import type { Readable } from 'node:stream';
import type { ArtifactRef } from '../protocol/task';
import type { Housekeeping } from './housekeeping';
import type { Transfer } from './transfer';

/**
 * Keeps files by the hash of their content, each task's log as append-only chunks, and small records and journals of
 * effects by the effect's name.
 */
export interface ArtifactStore {
  /**
   * Stores a file. It appears under its hash whole or not at all; storing the same bytes twice is harmless.
   * @param limit Most bytes to accept. One more throws `HoldfastError` `too-large`, and nothing is kept.
   */
  put(content: Readable | Uint8Array, limit?: number): Promise<{ hash: string; bytes: number }>;
  /** Streams a file. Throws `HoldfastError` `not-found` when the store does not have it. */
  open(hash: string): Promise<{ stream: Readable; bytes: number }>;
  /** Reads a whole file. @param limit Most bytes to accept; more throws `too-large`. */
  read(hash: string, limit?: number): Promise<Buffer>;
  has(hash: string): Promise<boolean>;
  /** Marks a file as used now, so that it is kept for its full time; storing and reading it does so too. */
  use(hash: string): Promise<void>;
  /** Adds one chunk of log lines. Names sort by time; an existing name is never written again. */
  appendLog(taskId: string, name: string, lines: string): Promise<void>;
  /** Names of a task's log chunks, oldest first, after the given one when it is set. */
  listLog(taskId: string, after?: string): Promise<string[]>;
  readLog(taskId: string, name: string): Promise<string>;
  /** Leaves a sign that somebody looks at a task or has sent it a message: its running attempt then reports more often. */
  watch(taskId: string): Promise<void>;
  /** When such a sign was last left, in milliseconds since the epoch; old ones may be gone. */
  watchedAt(taskId: string): Promise<number | undefined>;
  /**
   * Writes down what an effect has come to, under its effect key: a small JSON value, whole or not at all. The first
   * record of a name stands, so that of two attempts that overlap both end with the same result. It is kept, with
   * every file that it names, as long as its task exists.
   * @returns What stands under the name.
   * @throws HoldfastError `too-large` above 256 KiB; `storeIfLarge` makes any value fit.
   */
  putRecord(name: string, value: unknown): Promise<unknown>;
  /** What stands under a name; `undefined` when nothing does. */
  getRecord(name: string): Promise<unknown>;
  /** Removes a record when what it describes no longer exists. */
  removeRecord(name: string): Promise<void>;
  /**
   * Adds one small JSON value to the journal of an effect key: on the disk when this returns, in one sync and without a
   * file of its own. For work of many items, each of which has to be written down before the next one begins.
   * @throws HoldfastError `too-large` above 256 KiB.
   */
  appendJournal(name: string, entry: unknown): Promise<void>;
  /** What was added to a journal, oldest first; kept as long as its task exists. What a dying writer left is skipped. */
  readJournal(name: string): Promise<unknown[]>;
  /**
   * An address at which the store itself gives a file, for a minute; `undefined` when it has none to give.
   * Throws `HoldfastError` `not-found`. Absent from stores that never have one.
   */
  presigned?(hash: string, disposition: string, mediaType: string): Promise<string | undefined>;
  /** Why nothing can be stored right now; `undefined` when something can. May throw that as a `HoldfastError`. */
  fault(): Promise<string | undefined>;
  /** What belongs to no task and no clean-up takes away. */
  readonly entries: EntryStore;
}

/** A store whose upkeep is ours: what the roles are given. */
export interface KeptArtifactStore extends ArtifactStore {
  readonly housekeeping: Housekeeping;
  readonly transfer: Transfer;
}

/**
 * Lists of small JSON values. An entry appears whole or not at all, and is never changed: the first one of a name
 * stands. Numbered names make that a compare-and-set, names in the order of time a register of what is newest.
 */
export interface EntryStore {
  /**
   * Adds an entry, of 2 MiB at most. @param name Letters, digits and . _ : -
   * @returns False when the list has one of that name; then nothing has changed.
   */
  add(list: string, name: string, value: unknown): Promise<boolean>;
  /** Names of a list's entries, in order; none when there is no such list. */
  names(list: string): Promise<string[]>;
  /** An entry; `undefined` when there is none. */
  get(list: string, name: string): Promise<unknown>;
  remove(list: string, name: string): Promise<void>;
}

/** `sha256:` and 64 lower-case hex digits. */
export function isHash(text: string): boolean {
  return /^sha256:[0-9a-f]{64}$/.test(text);
}

/** Every artifact hash that a text names, once. */
export function hashesIn(text: string): string[] {
  return [...new Set(text.match(/sha256:[0-9a-f]{64}/g))];
}

export function artifactRef(stored: { hash: string; bytes: number }, name?: string, mediaType?: string): ArtifactRef {
  return { ...stored, ...(name && { name }), ...(mediaType && { mediaType }) };
}
