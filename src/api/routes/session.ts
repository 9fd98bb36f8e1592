import { z } from 'zod';
import type { Caller } from '../../access/caller';
import type { Session } from '../../access/sessions';
import { clearSessionCookie, setSessionCookie } from '../access/cookies';
import { callerOf } from '../access/identify';
import type { RouteDeps } from '../deps';
import { Problem } from '../http/problems';
import { defineRoute, type Route } from '../routing/route';

const sessionSchema = z
  .object({
    name: z.string().describe('Of the key or the person.'),
    scopes: z.array(z.string()),
    tenant: z.string().optional(),
    by: z.enum(['key', 'account']).describe('How it was started.'),
    endsAt: z.iso.datetime().describe('When it ends at the latest; earlier after 30 minutes without a request.'),
    token: z.string().describe('To be sent as X-CSRF-Token with every write.'),
  })
  .meta({ id: 'Session' });

const content = { 'application/json': sessionSchema };
const path = '/v1/session';
const tag = 'Access';

/** Sessions are for people at a browser, which cannot keep a key safe from its pages. */
export function sessionRoutes({ sessions, identification, quotas }: RouteDeps): Route[] {
  const viewOf = async (session: Session, { actor, scopes, tenant }: Caller) => ({
    name: actor?.name ?? '',
    scopes: [...scopes],
    ...(tenant !== undefined && { tenant }),
    by: session.keyId ? 'key' : 'account',
    endsAt: sessions.endOf(session),
    token: await sessions.token(session),
  });
  return [
    defineRoute({
      method: 'post',
      path,
      id: 'startSession',
      tag,
      access: 'open',
      summary: 'Sign in with a key: a cookie stands for it from then on',
      description:
        'The cookie ends after 30 minutes without a request, after 12 hours, and with its key. Pages of other sites cannot use it.',
      body: z.strictObject({ key: z.string().min(1).max(200) }),
      answers: { 201: { description: 'The session.', content, headers: { 'Set-Cookie': 'The cookie.' } } },
      problems: ['unauthorized', 'too-many-requests', 'unavailable'],
      handle: async ({ body: { key } }, { request, response }) => {
        const record = await identification.signIn(key, request, response);
        const { name, tenant } = record;
        const caller = callerOf(record);
        await quotas.sessions.check(caller, 1, response);
        await quotas.sessions.take(caller, 1);
        const session = await sessions.start({ name, ...(tenant !== undefined && { tenant }), keyId: record.id });
        setSessionCookie(request, response, await sessions.seal(session));
        return { status: 201, body: await viewOf(session, caller) };
      },
    }),
    defineRoute({
      method: 'get',
      path,
      id: 'readSession',
      tag,
      access: 'open',
      summary: 'Who is signed in',
      answers: { 200: { description: 'The session.', content } },
      problems: ['unauthorized', 'unavailable'],
      handle: async (_checked, { session, caller }) => {
        if (!session) throw new Problem('unauthorized', 'Nobody is signed in.');
        return { status: 200, body: await viewOf(session, caller) };
      },
    }),
    defineRoute({
      method: 'delete',
      path,
      id: 'endSession',
      tag,
      access: 'open',
      summary: 'Sign out',
      answers: { 204: { description: 'Nobody is signed in.' } },
      problems: ['unavailable'],
      handle: async (_checked, { request, response, session }) => {
        if (session) await sessions.end(session);
        clearSessionCookie(request, response);
        return { status: 204 };
      },
    }),
  ];
}
