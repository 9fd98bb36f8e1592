import { z } from 'zod';
import { sees } from '../../access/caller';
import { HoldfastError } from '../../errors';
import type { RouteDeps } from '../deps';
import { defineRoute, type Route } from '../routing/route';

const sessionSchema = z
  .object({
    id: z.string(),
    name: z.string().describe('Of the key or the person.'),
    by: z.enum(['key', 'account']).describe('How it was started.'),
    tenant: z.string().optional(),
    startedAt: z.iso.datetime(),
  })
  .meta({ id: 'StartedSession' });

const params = z.object({ id: z.string().regex(/^[0-9a-f]{32}$/, 'is no ID of a session') });
const access = { scope: 'admin', over: 'own' } as const;
const tag = 'Access';

/** Who is signed in, for those who may end it. */
export function startedSessionRoutes({ sessions }: RouteDeps): Route[] {
  const own = async (caller: Parameters<typeof sees>[0]) =>
    (await sessions.list()).filter(({ tenant }) => sees(caller, tenant));
  return [
    defineRoute({
      method: 'get',
      path: '/v1/sessions',
      id: 'listSessions',
      tag,
      access,
      summary: 'List the sessions of the last twelve hours that nobody has ended, the newest first',
      answers: {
        200: {
          description: 'The sessions.',
          content: { 'application/json': z.object({ sessions: z.array(sessionSchema) }) },
        },
      },
      problems: ['unavailable'],
      handle: async (_checked, { caller }) => ({ status: 200, body: { sessions: await own(caller) } }),
    }),
    defineRoute({
      method: 'delete',
      path: '/v1/sessions/{id}',
      id: 'revokeSession',
      tag,
      access,
      summary: "End somebody's session: within two seconds it opens nothing any more, at any API process",
      params,
      answers: { 204: { description: 'It has ended.' } },
      problems: ['not-found', 'unavailable'],
      handle: async ({ params: { id } }, { caller }) => {
        if (!(await own(caller)).some((one) => one.id === id)) {
          throw new HoldfastError('not-found', `There is no session ${id}.`);
        }
        await sessions.end({ id });
        return { status: 204 };
      },
    }),
  ];
}
