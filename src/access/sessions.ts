import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { addAndKeep } from '../artifacts/newest-entry';
import type { EntryStore } from '../artifacts/store';
import { inParallel } from '../parallel';
import type { Person } from './person';

/** A session at a browser, made from a key or an account, and no stronger than it. Times are milliseconds since 1970. */
export interface Session {
  id: string;
  /** Empty where a person signed in. */
  keyId: string;
  startedAt: number;
  seenAt: number;
}

/** Who started a session. */
export interface SessionOwner {
  name: string;
  tenant?: string;
  keyId?: string;
  person?: Person;
}

/** A session that may still hold, as people see it. Times are ISO. */
export interface SessionView {
  id: string;
  name: string;
  by: 'key' | 'account';
  tenant?: string;
  startedAt: string;
}

const SECRET_LIST = 'session-secret';
const STARTED = 'sessions-started';
const ENDED = 'sessions-ended';
const IDLE_MS = 30 * 60_000;
const ABSOLUTE_MS = 12 * 3600_000;
/** A session in use gets a new cookie this often at most. */
const RENEW_MS = 60_000;
/** How much the clocks of API processes may differ. */
const CLOCKS_APART_MS = 3600_000;
const MOST_STARTED = 10_000;
const OWNERS_KNOWN = 2000;
const REFRESH_MS = 1000;
/** Of the store: each of them is a file that is open, or a request. */
const READS_AT_ONCE = 20;

/**
 * Sessions are cookies that are signed: every process that shares the store takes them, and using one writes nothing.
 * The store holds the secret, who started which session, and which were ended.
 */
export class Sessions {
  private secret: Promise<Buffer> | undefined;
  private ended = new Set<string>();
  private endedAt = Number.NEGATIVE_INFINITY;
  private readonly owners = new LRUCache<string, SessionOwner>({ max: OWNERS_KNOWN });

  constructor(
    private readonly entries: EntryStore,
    private readonly times = { idle: IDLE_MS, absolute: ABSOLUTE_MS, renew: RENEW_MS },
  ) {}

  async start(owner: SessionOwner): Promise<Session> {
    const now = Date.now();
    const session = { id: randomBytes(16).toString('hex'), keyId: owner.keyId ?? '', startedAt: now, seenAt: now };
    await addAndKeep(this.entries, STARTED, { name: nameOf(session), value: owner }, MOST_STARTED);
    return session;
  }

  /** Who started a session; `undefined` when that is not known any more. */
  async owner(session: Pick<Session, 'id' | 'startedAt'>): Promise<SessionOwner | undefined> {
    const name = nameOf(session);
    const known = this.owners.get(name);
    if (known) return known;
    const owner = (await this.entries.get(STARTED, name)) as SessionOwner | undefined;
    if (owner) this.owners.set(name, owner);
    return owner;
  }

  /** Sessions that have not been ended and are not too old, the newest first; some may have ended by being idle. */
  async list(): Promise<SessionView[]> {
    const [names, ended] = [await this.entries.names(STARTED), await this.endedOnes()];
    const open = names
      .reverse()
      .map(ofName)
      .filter(({ id, startedAt }) => !ended.has(id) && this.isYoung(startedAt));
    const views = await inParallel(open, READS_AT_ONCE, async ({ id, startedAt }): Promise<SessionView | undefined> => {
      const owner = await this.owner({ id, startedAt });
      if (!owner) return undefined;
      const { name, tenant, person } = owner;
      const by = person ? 'account' : 'key';
      return { id, name, by, ...(tenant !== undefined && { tenant }), startedAt: new Date(startedAt).toISOString() };
    });
    return views.filter((view) => view !== undefined);
  }

  /** The session's cookie value. */
  async seal({ id, keyId, startedAt, seenAt }: Session): Promise<string> {
    const body = Buffer.from(JSON.stringify([id, keyId, startedAt, seenAt])).toString('base64url');
    return `${body}.${await this.sign(`session ${body}`)}`;
  }

  /** What another cookie of ours holds, so that nobody else can have written it. */
  async sealValue(purpose: string, value: unknown): Promise<string> {
    const body = Buffer.from(JSON.stringify(value)).toString('base64url');
    return `${body}.${await this.sign(`${purpose} ${body}`)}`;
  }

  /** What {@link sealValue} sealed for the same purpose; `undefined` for everything else. */
  async openValue(purpose: string, text: string): Promise<unknown> {
    const [body = '', signature = '', ...rest] = text.split('.');
    if (rest.length > 0 || !same(signature, await this.sign(`${purpose} ${body}`))) return undefined;
    return JSON.parse(Buffer.from(body, 'base64url').toString('utf8')) as unknown;
  }

  /** The session of a cookie, if it is one and holds. */
  async open(value: string): Promise<Session | undefined> {
    const [body = '', signature = '', ...rest] = value.split('.');
    if (rest.length > 0 || value.length > 1000 || !same(signature, await this.sign(`session ${body}`)))
      return undefined;
    const parts = JSON.parse(Buffer.from(body, 'base64url').toString('utf8')) as [string, string, number, number];
    const [id, keyId, startedAt, seenAt] = parts;
    const session: Session = { id, keyId, startedAt, seenAt };
    const now = Date.now();
    if (now - session.seenAt > this.times.idle) return undefined;
    return (await this.lasts(session)) ? session : undefined;
  }

  /** Whether nobody has ended it, nor its time. */
  async lasts({ id, startedAt }: Pick<Session, 'id' | 'startedAt'>): Promise<boolean> {
    return this.isYoung(startedAt) && !(await this.endedOnes()).has(id);
  }

  /** The session as seen now, when its cookie should be renewed. */
  renewed(session: Session): Session | undefined {
    const now = Date.now();
    return now - session.seenAt >= this.times.renew ? { ...session, seenAt: now } : undefined;
  }

  /** What a page sends along to show that it is this origin's: other origins cannot read it. */
  async token({ id }: Session): Promise<string> {
    return this.sign(`token ${id}`);
  }

  async isToken(session: Session, given: string | undefined): Promise<boolean> {
    return given !== undefined && same(given, await this.token(session));
  }

  async end({ id }: Pick<Session, 'id'>): Promise<void> {
    const now = Date.now();
    await this.entries.add(ENDED, `${now}-${id}`, null);
    this.ended.add(id);
    // However many there are: one that went earlier would hold again.
    const expired = now - this.times.absolute - CLOCKS_APART_MS;
    for (const name of await this.entries.names(ENDED)) {
      if (Number(name.split('-')[0]) < expired) await this.entries.remove(ENDED, name);
    }
  }

  /** When a session ends at the latest, as ISO. */
  endOf({ startedAt }: Pick<Session, 'startedAt'>): string {
    return new Date(startedAt + this.times.absolute).toISOString();
  }

  private isYoung(startedAt: number): boolean {
    return Date.now() - startedAt <= this.times.absolute;
  }

  private async endedOnes(): Promise<ReadonlySet<string>> {
    if (performance.now() - this.endedAt >= REFRESH_MS) {
      this.endedAt = performance.now();
      this.ended = new Set((await this.entries.names(ENDED)).map((name) => name.split('-')[1] ?? ''));
    }
    return this.ended;
  }

  private async sign(text: string): Promise<string> {
    this.secret ??= this.readSecret();
    return createHmac('sha256', await this.secret)
      .update(text)
      .digest('base64url');
  }

  /** Of several processes that make one at once, the first one's counts. */
  private async readSecret(): Promise<Buffer> {
    try {
      await this.entries.add(SECRET_LIST, 'secret', randomBytes(32).toString('base64'));
      return Buffer.from(String(await this.entries.get(SECRET_LIST, 'secret')), 'base64');
    } catch (error) {
      this.secret = undefined;
      throw error;
    }
  }
}

function nameOf({ id, startedAt }: Pick<Session, 'id' | 'startedAt'>): string {
  return `${startedAt}-${id}`;
}

function ofName(name: string): Pick<Session, 'id' | 'startedAt'> {
  const [startedAt, id = ''] = name.split('-');
  return { id, startedAt: Number(startedAt) };
}

function same(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
