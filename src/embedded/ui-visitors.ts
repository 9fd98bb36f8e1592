import type { IncomingHttpHeaders } from 'node:http';
import { type Caller, may } from '../access/caller';
import type { GroupRights } from '../access/groups';
import { Keys } from '../access/keys';
import { Sessions } from '../access/sessions';
import { callerOf, personCaller } from '../api/access/identify';
import type { EntryStore } from '../artifacts/store';

const SESSION = /(?:^|;\s*)(?:__Host-)?holdfast_session=([^;]+)/;

/**
 * Who may open Temporal's own Web UI, which can read and end everything of every tenant: as soon as the API asks for keys,
 * administrators of the whole installation only. They come with the dashboard's session, whose cookie browsers send to
 * every port of a host, or with a key: as `Bearer`, or as the password of `Basic`.
 */
export class UiVisitors {
  private readonly keys: Keys;
  private readonly sessions: Sessions;

  constructor(
    entries: EntryStore,
    /** What groups of the organisation may do; absent where nobody signs in with an account. */
    private readonly groups?: GroupRights,
  ) {
    this.keys = new Keys(entries);
    this.sessions = new Sessions(entries);
  }

  async mayEnter(headers: IncomingHttpHeaders): Promise<boolean> {
    if (this.groups === undefined && !(await this.keys.exist())) return true;
    const caller = (await this.byKey(headers)) ?? (await this.bySession(headers));
    return caller !== undefined && caller.tenant === undefined && may(caller, 'admin');
  }

  private async byKey({ authorization = '' }: IncomingHttpHeaders): Promise<Caller | undefined> {
    const [, scheme = '', value = ''] = /^(Bearer|Basic) +(\S+)$/i.exec(authorization) ?? [];
    const text =
      scheme.toLowerCase() === 'basic'
        ? Buffer.from(value, 'base64')
            .toString('utf8')
            .replace(/^[^:]*:/, '')
        : value;
    const record = text === '' ? undefined : await this.keys.verify(text);
    return record && callerOf(record);
  }

  private async bySession({ cookie = '' }: IncomingHttpHeaders): Promise<Caller | undefined> {
    const value = SESSION.exec(cookie)?.[1];
    const session = value === undefined ? undefined : await this.sessions.open(value);
    if (!session) return undefined;
    if (session.keyId) {
      const record = await this.keys.active(session.keyId);
      return record && callerOf(record);
    }
    const person = (await this.sessions.owner(session))?.person;
    return person && personCaller(person, this.groups);
  }
}

/** The headers without what opens the API: it is nobody's business behind this. */
export function withoutProof({ authorization: _key, cookie, ...headers }: IncomingHttpHeaders): IncomingHttpHeaders {
  const rest = (cookie ?? '').split(/;\s*/).filter((pair) => pair && !/^(__Host-)?holdfast_/.test(pair));
  return { ...headers, ...(rest.length > 0 && { cookie: rest.join('; ') }) };
}
