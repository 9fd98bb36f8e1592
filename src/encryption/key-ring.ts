import { createSecretKey, hkdfSync, type KeyObject, randomBytes } from 'node:crypto';
import { HoldfastError } from '../errors';
import { type EncryptionKey, KEY_BYTES, type KeySource } from './key-source';

/** What a derived key is for: none is used for two things. */
export type Purpose = 'payload' | 'text' | 'file';

/** A derived key and what whoever reads has to know to derive it again. */
export interface DerivedKey {
  id: string;
  salt: Buffer;
  key: KeyObject;
}

export const SALT_BYTES = 16;
/** Things encrypted with one derived key at most: far below where random nonces might meet. */
const MOST_USES = 1 << 20;
/** How often the source is asked which key is active, in milliseconds. */
const ACTIVE_MS = 5 * 60_000;
const MOST_KEPT = 2000;

/**
 * The keys of a source. Nothing is encrypted with them directly: each process derives keys of its own from them with a
 * random salt (HKDF-SHA-256), so that the random nonces of many processes and years never add up under one key.
 */
export class KeyRing {
  private readonly known = new Map<string, Promise<EncryptionKey | undefined>>();
  private readonly derived = new Map<string, KeyObject>();
  private readonly own = new Map<Purpose, DerivedKey & { uses: number }>();
  private current: { key: Promise<EncryptionKey>; at: number } | undefined;

  constructor(private readonly source: KeySource) {}

  /** A key for one more thing. */
  async forWriting(purpose: Purpose): Promise<DerivedKey> {
    const active = await this.active();
    let own = this.own.get(purpose);
    if (own?.id !== active.id || own.uses >= MOST_USES) {
      own = { ...this.fresh(purpose, active), uses: 0 };
      this.own.set(purpose, own);
    }
    own.uses++;
    return own;
  }

  /** A key for one thing only, which may be long. */
  async forOne(purpose: Purpose): Promise<DerivedKey> {
    return this.fresh(purpose, await this.active());
  }

  /** @throws HoldfastError `encryption-key-unknown`. */
  async forReading(purpose: Purpose, id: string, salt: Uint8Array, what: string): Promise<KeyObject> {
    const name = `${purpose} ${id} ${Buffer.from(salt).toString('base64')}`;
    const known = this.derived.get(name);
    if (known) return known;
    const key = await this.find(id);
    if (!key) throw await this.unknown(id, what);
    const derived = derive(purpose, key, salt);
    // Each process has salts of its own, and files one each: those not used for longest go.
    this.derived.set(name, derived);
    const [oldest] = this.derived.keys();
    if (this.derived.size > MOST_KEPT && oldest !== undefined) this.derived.delete(oldest);
    return derived;
  }

  private active(): Promise<EncryptionKey> {
    if (!this.current || performance.now() - this.current.at > ACTIVE_MS) {
      const before = this.current?.key;
      const asked = Promise.resolve(this.source.active()).then(checked);
      // While the source is away, the key that it named last still serves.
      const key = before ? asked.catch(() => before) : asked;
      this.current = { key, at: performance.now() };
      key.catch(() => {
        this.current = undefined;
      });
    }
    return this.current.key;
  }

  private find(id: string): Promise<EncryptionKey | undefined> {
    const known = this.known.get(id);
    if (known) return known;
    const found = Promise.resolve(this.source.find(id)).then((key) => key && checked(key));
    this.known.set(id, found);
    // Only what was found is remembered: a key may be added, and a source may have been away.
    found.then(
      (key) => key ?? this.known.delete(id),
      () => this.known.delete(id),
    );
    return found;
  }

  private fresh(purpose: Purpose, key: EncryptionKey): DerivedKey {
    const salt = randomBytes(SALT_BYTES);
    return { id: key.id, salt, key: derive(purpose, key, salt) };
  }

  private async unknown(id: string, what: string): Promise<HoldfastError> {
    const ids = (await this.source.ids?.()) ?? [];
    const among = ids.length > 0 ? `, which is not among the keys of this process (${ids.join(', ')})` : '';
    return new HoldfastError(
      'encryption-key-unknown',
      `${what} was encrypted with key ${id}${among || ', which nobody knows here'}.`,
    );
  }
}

function derive(purpose: Purpose, { secret }: EncryptionKey, salt: Uint8Array): KeyObject {
  return createSecretKey(Buffer.from(hkdfSync('sha256', secret, salt, `holdfast ${purpose} 1`, KEY_BYTES)));
}

function checked(key: EncryptionKey): EncryptionKey {
  if (key.secret.length !== KEY_BYTES) {
    throw new TypeError(`The encryption key ${key.id} has ${key.secret.length} bytes: expected ${KEY_BYTES}.`);
  }
  if (!/^[A-Za-z0-9._-]{1,64}$/.test(key.id)) {
    throw new TypeError('The ID of an encryption key is 1 to 64 letters, digits and . _ -');
  }
  return key;
}
