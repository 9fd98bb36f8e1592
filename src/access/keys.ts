import { addAndKeep } from '../artifacts/newest-entry';
import type { EntryStore } from '../artifacts/store';
import { HoldfastError } from '../errors';
import { inParallel } from '../parallel';
import { type KeyEnd, type KeyEnds, type KeyRecord, type KeyView, stateOf, viewOf } from './key-record';
import { hashOf, idOf, newKey, sameHash } from './key-text';

/** What a new key is to be. */
export type NewKeyOrder = Pick<KeyRecord, 'name' | 'scopes' | 'tenant' | 'expiresAt'>;

/** A key that was just made, with the one sight of its text. */
export interface MadeKey {
  key: KeyView;
  secret: string;
}

const RECORDS = 'access-keys';
const ENDS = 'access-key-ends';
const usesOf = (id: string) => `access-key-uses/${id}`;

/** How old what a process knows of the keys may be: one that is revoked stops working everywhere within this time. */
const REFRESH_MS = 1000;
/** While the store is away, what a process knew so many milliseconds ago still holds: keys are not revoked then either. */
const KNOWN_MS = 60_000;
/** Uses of a key are noted this often at most, by each process. */
const USE_MS = 60_000;
/** Of the store: each of them is a file that is open, or a request. */
const READS_AT_ONCE = 20;
const NO_HASH = hashOf('');
export const DEFAULT_OVERLAP_SECONDS = 86_400;

/**
 * API keys, in the artifact store: every process that shares it knows the same ones. Records are never changed, so a
 * look at the names of the lists shows all that is new.
 */
export class Keys {
  private readonly records = new Map<string, KeyRecord>();
  private readonly ends = new Map<string, KeyEnds>();
  private readonly noted = new Map<string, number>();
  private readAt = Number.NEGATIVE_INFINITY;
  private reading: Promise<void> | undefined;

  constructor(private readonly entries: EntryStore) {}

  /** Whether a key has ever been made: from then on nobody gets in without one. */
  async exist(): Promise<boolean> {
    await this.refresh();
    return this.records.size > 0;
  }

  /** Whether any key opens the door now. */
  async anyActive(): Promise<boolean> {
    await this.refresh();
    return [...this.records.values()].some((record) => this.stateOf(record) === 'active');
  }

  /** The key that a text is, if it is one and holds now. */
  async verify(text: string): Promise<KeyRecord | undefined> {
    await this.refresh();
    const id = idOf(text) ?? '';
    // One that was made a moment ago works at once.
    if (id !== '' && !this.records.has(id)) await this.refresh(0);
    const record = this.records.get(id);
    // An unknown ID takes as long as a known one.
    const same = sameHash(hashOf(text), record?.hash ?? NO_HASH);
    return record && same && this.stateOf(record) === 'active' ? record : undefined;
  }

  /** A key by its ID, while it holds: for what was made out in its name, such as a session. */
  async active(id: string): Promise<KeyRecord | undefined> {
    await this.refresh();
    if (!this.records.has(id)) await this.refresh(0);
    const record = this.records.get(id);
    return record && this.stateOf(record) === 'active' ? record : undefined;
  }

  async create(order: NewKeyOrder, by: string, replaces?: string): Promise<MadeKey> {
    const { id, text, hash } = newKey();
    const { name, scopes, tenant, expiresAt } = order;
    const record: KeyRecord = {
      id,
      name,
      scopes,
      ...(tenant !== undefined && { tenant }),
      hash,
      createdAt: new Date().toISOString(),
      createdBy: by,
      ...(expiresAt !== undefined && { expiresAt }),
      ...(replaces !== undefined && { replaces }),
    };
    await this.entries.add(RECORDS, id, record);
    this.records.set(id, record);
    return { key: viewOf(record, {}, undefined), secret: text };
  }

  /** All of them, ended ones too, the oldest first. */
  async list(): Promise<KeyView[]> {
    await this.refresh(0);
    const views = await inParallel([...this.records.keys()], READS_AT_ONCE, (id) => this.read(id));
    return views.sort((one, other) => one.createdAt.localeCompare(other.createdAt));
  }

  /** @throws HoldfastError `not-found`. */
  async read(id: string): Promise<KeyView> {
    const record = await this.record(id);
    const used = (await this.entries.names(usesOf(id))).at(-1);
    return viewOf(record, this.ends.get(id) ?? {}, used === undefined ? undefined : timeOf(used));
  }

  /**
   * Makes the key that comes after another: of equal scopes, tenant and time to live. The old one holds until the
   * overlap is over.
   * @throws HoldfastError `not-found`; `state-conflict` when it does not hold any more, or has been rotated.
   */
  async rotate(id: string, overlapSeconds: number, by: string): Promise<MadeKey> {
    const record = await this.record(id);
    const state = this.stateOf(record);
    if (state !== 'active') throw new HoldfastError('state-conflict', `The key ${id} is ${state}.`, { state });
    const at = new Date(Date.now() + overlapSeconds * 1000).toISOString();
    if (!(await this.entries.add(ENDS, `${id}:rotated`, { at, by } satisfies KeyEnd))) {
      throw new HoldfastError('state-conflict', `The key ${id} has been rotated already.`, { state: 'rotated' });
    }
    const { name, scopes, tenant, createdAt, expiresAt } = record;
    const life = expiresAt === undefined ? undefined : Date.parse(expiresAt) - Date.parse(createdAt);
    const next = life === undefined ? undefined : new Date(Date.now() + life).toISOString();
    const order = {
      name,
      scopes,
      ...(tenant !== undefined && { tenant }),
      ...(next !== undefined && { expiresAt: next }),
    };
    return this.create(order, by, id);
  }

  /** Ends a key for good; ending it again changes nothing. @throws HoldfastError `not-found`. */
  async revoke(id: string, by: string, reason?: string): Promise<KeyView> {
    await this.record(id);
    const end: KeyEnd = { at: new Date().toISOString(), by, ...(reason !== undefined && { reason }) };
    await this.entries.add(ENDS, `${id}:revoked`, end);
    await this.refresh(0);
    return this.read(id);
  }

  /** Notes that a key was used; a store that cannot be written now stops nobody. */
  used(id: string): void {
    const now = Date.now();
    if (now - (this.noted.get(id) ?? 0) < USE_MS) return;
    this.noted.set(id, now);
    void addAndKeep(this.entries, usesOf(id), { name: String(now), value: null }, 1).catch(() => this.noted.delete(id));
  }

  private stateOf(record: KeyRecord) {
    return stateOf(record, this.ends.get(record.id) ?? {});
  }

  private async record(id: string): Promise<KeyRecord> {
    await this.refresh(0);
    const record = this.records.get(id);
    if (!record) throw new HoldfastError('not-found', `There is no key ${id}.`);
    return record;
  }

  /** @throws HoldfastError `storage-unavailable` when the store has not been readable for a minute: then nobody gets in. */
  private async refresh(oldest = REFRESH_MS): Promise<void> {
    if (performance.now() - this.readAt < oldest) return;
    this.reading ??= this.readNew().finally(() => {
      this.reading = undefined;
    });
    try {
      await this.reading;
    } catch (error) {
      if (oldest === 0 || performance.now() - this.readAt > KNOWN_MS) throw error;
    }
  }

  private async readNew(): Promise<void> {
    const at = performance.now();
    try {
      const [records, ends] = await Promise.all([this.entries.names(RECORDS), this.entries.names(ENDS)]);
      const newRecords = records.filter((id) => !this.records.has(id));
      await inParallel(newRecords, READS_AT_ONCE, (id) => this.readRecord(id));
      const newEnds = ends.filter((name) => !this.knowsEnd(name));
      await inParallel(newEnds, READS_AT_ONCE, (name) => this.readEnd(name));
    } catch (cause) {
      throw new HoldfastError(
        'storage-unavailable',
        'The keys cannot be read now; try again.',
        { retryAfter: 5 },
        { cause },
      );
    }
    this.readAt = at;
  }

  private async readRecord(id: string): Promise<void> {
    const record = (await this.entries.get(RECORDS, id)) as KeyRecord | undefined;
    if (record) this.records.set(id, record);
  }

  private knowsEnd(name: string): boolean {
    const [id = '', kind] = name.split(':');
    return this.ends.get(id)?.[kind as keyof KeyEnds] !== undefined;
  }

  private async readEnd(name: string): Promise<void> {
    const [id = '', kind] = name.split(':');
    const end = (await this.entries.get(ENDS, name)) as KeyEnd | undefined;
    if (end) this.ends.set(id, { ...this.ends.get(id), [kind as keyof KeyEnds]: end });
  }
}

function timeOf(milliseconds: string): string {
  return new Date(Number(milliseconds)).toISOString();
}
