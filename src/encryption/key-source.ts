/** Bytes of a key: AES-256. */
export const KEY_BYTES = 32;

/** A key from which the keys that encrypt are derived. Its ID stands in plain text beside what it encrypts. */
export interface EncryptionKey {
  /** Letters, digits and `. _ -`, 64 of them at most. */
  id: string;
  /** 32 bytes. */
  secret: Uint8Array;
}

/**
 * Where encryption keys come from: the settings, or a service for keys (KMS). A source is asked once for each key, and
 * what it answers is kept in memory; it may be slow.
 */
export interface KeySource {
  /** The key for what is written from now on. Asked again every few minutes, so that a rotation is noticed. */
  active(): EncryptionKey | Promise<EncryptionKey>;
  /** The key of an ID, for what was written earlier; `undefined` when there is none. */
  find(id: string): EncryptionKey | undefined | Promise<EncryptionKey | undefined>;
  /** The IDs that it knows, for messages. Defaults to none. */
  ids?(): readonly string[] | Promise<readonly string[]>;
}

/** A fixed list of keys: the first one encrypts, all of them decrypt. */
export class KeyList implements KeySource {
  private readonly keys: ReadonlyMap<string, EncryptionKey>;

  constructor(private readonly list: readonly [EncryptionKey, ...EncryptionKey[]]) {
    this.keys = new Map(list.map((key) => [key.id, key]));
  }

  active(): EncryptionKey {
    return this.list[0];
  }

  find(id: string): EncryptionKey | undefined {
    return this.keys.get(id);
  }

  ids(): readonly string[] {
    return [...this.keys.keys()];
  }
}
