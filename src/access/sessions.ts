import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { addAndKeep } from '../artifacts/newest-entry';
import type { EntryStore } from '../artifacts/store';

/** A person's session, made from a key and no stronger than it. Times are milliseconds since 1970. */
export interface Session {
  id: string;
  keyId: string;
  startedAt: number;
  seenAt: number;
}

const SECRET_LIST = 'session-secret';
const ENDED = 'sessions-ended';
const IDLE_MS = 30 * 60_000;
const ABSOLUTE_MS = 12 * 3600_000;
/** A session in use gets a new cookie this often at most. */
const RENEW_MS = 60_000;
/** Of sessions that were ended by hand, until they would have expired by themselves. */
const MOST_ENDED = 10_000;
const REFRESH_MS = 1000;

/**
 * Sessions are cookies that are signed: nothing is stored for each, and every process that shares the store takes them.
 * The store holds the secret, and which sessions were ended.
 */
export class Sessions {
  private secret: Promise<Buffer> | undefined;
  private ended = new Set<string>();
  private endedAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly entries: EntryStore,
    private readonly times = { idle: IDLE_MS, absolute: ABSOLUTE_MS, renew: RENEW_MS },
  ) {}

  start(keyId: string): Session {
    const now = Date.now();
    return { id: randomBytes(16).toString('hex'), keyId, startedAt: now, seenAt: now };
  }

  /** The session's cookie value. */
  async seal({ id, keyId, startedAt, seenAt }: Session): Promise<string> {
    const body = Buffer.from(JSON.stringify([id, keyId, startedAt, seenAt])).toString('base64url');
    return `${body}.${await this.sign(`session ${body}`)}`;
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
    if (now - session.seenAt > this.times.idle || now - session.startedAt > this.times.absolute) return undefined;
    return (await this.endedOnes()).has(session.id) ? undefined : session;
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

  async end({ id }: Session): Promise<void> {
    await addAndKeep(this.entries, ENDED, { name: `${Date.now()}-${id}`, value: null }, MOST_ENDED);
    this.ended.add(id);
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

function same(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
