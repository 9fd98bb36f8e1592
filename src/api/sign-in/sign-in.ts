import type { Request, Response } from 'express';
import type { Caller } from '../../access/caller';
import { type GroupRights, INSTALLATION, rightsByTenant } from '../../access/groups';
import { nameIn, type Person } from '../../access/person';
import type { Sessions } from '../../access/sessions';
import { clearSignInCookie, setSessionCookie, setSignInCookie, signInCookie } from '../access/cookies';
import { personCaller } from '../access/identify';
import { Problem } from '../http/problems';
import { type Account, type Attempt, Provider, type ProviderOptions } from './provider';

/** How people sign in with their organisation's account. */
export interface SignInOptions extends ProviderOptions {
  groups: GroupRights;
  /** Address of the dashboard. Defaults to the one at which somebody asks. */
  publicUrl?: string;
}

interface Begun extends Attempt {
  back: string;
  /** The tenant that was asked for. */
  place?: string;
  at: number;
}

export const SIGN_IN_PATH = '/v1/session/oidc';
export const CALLBACK_PATH = `${SIGN_IN_PATH}/callback`;
const PURPOSE = 'sign-in';
const LONGEST_MS = 600_000;
const LONGEST_BACK = 1500;
/** Of groups that give rights, so many are kept. */
const MOST_GROUPS = 100;

/** A person who may sign in at several places must say where. */
export class SeveralPlaces extends Problem {
  constructor(
    readonly places: readonly string[],
    readonly back: string,
  ) {
    super('forbidden', `Your groups have rights in several places: choose one of ${places.map(placeName).join(', ')}.`);
  }
}

export function placeName(place: string): string {
  return place === INSTALLATION ? 'the whole installation' : place;
}

/** Signing in at the organisation's provider, from the first redirect to the session. */
export class SignIn {
  private readonly provider: Provider;

  constructor(
    private readonly options: SignInOptions,
    private readonly sessions: Sessions,
  ) {
    this.provider = new Provider(options);
  }

  /** @returns Where the browser goes. */
  async begin(request: Request, response: Response, asked: { back: string; place?: string }): Promise<string> {
    const { address, attempt } = await this.provider.begin(this.redirect(request));
    const begun: Begun = { ...attempt, ...asked, back: ownAddress(asked.back), at: Date.now() };
    setSignInCookie(request, response, await this.sessions.sealValue(PURPOSE, begun));
    return address.href;
  }

  /** Makes the session of whoever comes back. @returns Who it is, and where they wanted to go. */
  async finish(request: Request, response: Response): Promise<{ caller: Caller; back: string }> {
    const cookie = signInCookie(request);
    const begun = cookie === undefined ? undefined : ((await this.sessions.openValue(PURPOSE, cookie)) as Begun);
    clearSignInCookie(request, response);
    if (!begun || Date.now() - begun.at > LONGEST_MS) {
      throw new Problem(
        'malformed-request',
        'No sign-in has begun in this browser at this address in the last ten minutes. Begin again.',
      );
    }
    const current = this.redirect(request);
    current.search = new URL(request.originalUrl, current).search;
    const person = this.personOf(await this.provider.finish(current, begun), begun);
    const caller = personCaller(person, this.options.groups);
    if (!caller) throw new Problem('forbidden', 'Nothing is allowed to your groups here.');
    const { name } = person;
    const tenant = caller.tenant === undefined ? {} : { tenant: caller.tenant };
    const session = await this.sessions.start({ name, ...tenant, person });
    setSessionCookie(request, response, await this.sessions.seal(session));
    return { caller, back: begun.back };
  }

  private personOf({ claims, groups }: Account, { place, back }: Begun): Person {
    const name = nameIn(claims);
    const known = groups.filter((group) => Object.hasOwn(this.options.groups, group));
    const places = [...rightsByTenant(known, this.options.groups).keys()].sort();
    const [only] = places;
    if (only === undefined) {
      const has = groups.length > 0 ? `Your groups are ${groups.join(', ').slice(0, 500)}.` : NO_GROUPS;
      const text = `${name}: none of your groups may do anything here. ${has} An administrator can allow one in HOLDFAST_OIDC_GROUPS.`;
      throw new Problem('forbidden', text);
    }
    const chosen = place ?? (places.length === 1 ? only : undefined);
    if (chosen === undefined) throw new SeveralPlaces(places, back);
    if (!places.includes(chosen)) throw new Problem('forbidden', `Your groups have no rights in ${placeName(chosen)}.`);
    return { id: String(claims.sub), name, groups: [...new Set(known)].slice(0, MOST_GROUPS), place: chosen };
  }

  /** The Host header has been checked by then. */
  private redirect({ protocol, headers }: Request): URL {
    return new URL(CALLBACK_PATH, this.options.publicUrl ?? `${protocol}://${headers.host}`);
  }
}

const NO_GROUPS = 'The provider named no groups: the claim may be called otherwise (HOLDFAST_OIDC_GROUPS_CLAIM).';

/** An address of this site, whatever a link says. */
export function ownAddress(given: string): string {
  const site = 'http://this.invalid';
  const isPath = given.startsWith('/') && given.length <= LONGEST_BACK && URL.canParse(given, site);
  const url = new URL(isPath ? given : '/', site);
  return url.origin === site ? `${url.pathname}${url.search}${url.hash}` : '/';
}
