import type { Request, Response } from 'express';
import { ANYONE, type Caller } from '../../access/caller';
import { type GroupRights, rightsByTenant } from '../../access/groups';
import type { KeyRecord } from '../../access/key-record';
import type { Keys } from '../../access/keys';
import type { Person } from '../../access/person';
import type { Session, Sessions } from '../../access/sessions';
import { isCodecOrigin } from '../http/codec-origins';
import { Problem } from '../http/problems';
import { sessionCookie, setSessionCookie } from './cookies';
import type { Rates } from './rates';

const BEARER = /^Bearer +([^\s]+)$/i;
const NEEDED = { headers: { 'WWW-Authenticate': 'Bearer realm="holdfast"' } };

export interface Identified {
  caller: Caller;
  /** Present when a cookie was the proof. */
  session?: Session;
}

/**
 * Finds out who makes a request: by its key, by its session, or, while there is neither a key nor a way to sign in,
 * everybody on this host.
 */
export class Identification {
  constructor(
    private readonly keys: Keys,
    private readonly sessions: Sessions,
    private readonly rates: Rates,
    /** What groups of the organisation may do; absent: nobody signs in with an account of it. */
    private readonly groups?: GroupRights,
  ) {}

  /** Whether a request must say who makes it. */
  async needed(): Promise<boolean> {
    return this.groups !== undefined || (await this.keys.exist());
  }

  /** Somebody without a proof asks for something that costs. @throws Problem `too-many-requests`. */
  async knock(request: Request, response: Response): Promise<void> {
    await this.rates.stranger(request, response);
  }

  /** @throws Problem `unauthorized`, `forbidden`, `too-many-requests`; HoldfastError `unavailable`. */
  async of(request: Request, response: Response): Promise<Identified> {
    if (!(await this.needed())) return { caller: ANYONE };
    const text = bearer(request);
    if (text !== undefined) {
      const record = await this.keys.verify(text);
      if (!record) return this.refuse(request, response, 'This key is unknown, or does not hold any more.');
      await this.rates.key(record.id, response);
      this.keys.used(record.id);
      return { caller: callerOf(record) };
    }
    return (
      (await this.bySession(request, response)) ??
      this.refuse(request, response, 'Send a key: Authorization: Bearer hf_…')
    );
  }

  /** The same, where nobody is somebody too. */
  async try(request: Request, response: Response): Promise<Identified | undefined> {
    if (!(await this.needed())) return { caller: ANYONE };
    const text = bearer(request);
    const record = text === undefined ? undefined : await this.keys.verify(text);
    return record ? { caller: callerOf(record) } : this.bySession(request, response);
  }

  /** Whether what let a request in still does: for answers that go on for long. */
  async holds({ caller: { actor }, session }: Pick<Identified, 'caller' | 'session'>): Promise<boolean> {
    if (!actor) return !(await this.needed());
    if (!session) return (await this.keys.active(actor.id)) !== undefined;
    return (await this.sessions.lasts(session)) && (await this.callerIn(session)) !== undefined;
  }

  /** The key with which somebody signs in. @throws Problem `unauthorized`, `too-many-requests`. */
  async signIn(text: string, request: Request, response: Response): Promise<KeyRecord> {
    const record = await this.keys.verify(text);
    if (!record) return this.refuse(request, response, 'This key is unknown, or does not hold any more.');
    await this.rates.key(record.id, response);
    this.keys.used(record.id);
    Object.assign(response.locals, { caller: callerOf(record) });
    return record;
  }

  private async bySession(request: Request, response: Response): Promise<Identified | undefined> {
    const cookie = sessionCookie(request);
    const session = cookie === undefined ? undefined : await this.sessions.open(cookie);
    const caller = session && (await this.callerIn(session));
    if (!session || !caller?.actor) return undefined;
    await this.rates.key(caller.actor.id, response);
    if (!isRead(request) && !isCodecOrigin(response, request)) await this.checkOrigin(request, session);
    const renewed = this.sessions.renewed(session);
    if (renewed) setSessionCookie(request, response, await this.sessions.seal(renewed));
    if (session.keyId) this.keys.used(session.keyId);
    return { caller, session };
  }

  /** Whom a session stands for, with what they may do now. */
  private async callerIn(session: Session): Promise<Caller | undefined> {
    if (session.keyId) {
      const record = await this.keys.active(session.keyId);
      return record && callerOf(record);
    }
    const { person } = (await this.sessions.owner(session)) ?? {};
    return person && personCaller(person, this.groups);
  }

  /** Browsers send cookies along by themselves: a write must show that a page of this origin asks for it. */
  private async checkOrigin(request: Request, session: Session): Promise<void> {
    const site = request.get('Sec-Fetch-Site');
    if (site !== undefined && site !== 'same-origin') {
      throw new Problem('forbidden', 'With a session, only pages of this origin may change anything.');
    }
    if (!(await this.sessions.isToken(session, request.get('X-CSRF-Token')))) {
      throw new Problem('forbidden', "With a session, a write needs the session's token in X-CSRF-Token.");
    }
  }

  private async refuse(request: Request, response: Response, detail: string): Promise<never> {
    await this.rates.stranger(request, response);
    throw new Problem('unauthorized', detail, NEEDED);
  }
}

export function isRead({ method }: Request): boolean {
  return method === 'GET' || method === 'HEAD';
}

function bearer(request: Request): string | undefined {
  const header = request.get('Authorization');
  return header === undefined ? undefined : (BEARER.exec(header)?.[1] ?? '');
}

export function callerOf({ id, name, scopes, tenant }: KeyRecord): Caller {
  return { scopes, actor: { id, name }, ...(tenant !== undefined && { tenant }) };
}

/** By the settings of now: a group that lost its rights gives none, whenever its members signed in. */
export function personCaller({ id, name, groups, place }: Person, known: GroupRights = {}): Caller | undefined {
  const rights = rightsByTenant(groups, known).get(place);
  return rights && { ...rights, actor: { id: `person:${id}`, name } };
}
