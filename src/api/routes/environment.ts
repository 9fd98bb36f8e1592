import { z } from 'zod';
import { VERSION } from '../../version';
import type { RouteDeps } from '../deps';
import { defineRoute, type Route } from '../routing/route';
import { SIGN_IN_PATH } from '../sign-in/sign-in';

const environmentSchema = z
  .object({
    name: z.string().describe('What people call this place: HOLDFAST_ENVIRONMENT.'),
    colour: z.string().optional().describe('Of the name, as #rrggbb.'),
    version: z.string().describe("The API's version."),
    temporalUi: z
      .string()
      .optional()
      .describe("Address of Temporal's own Web UI for the namespace; /workflows/{task ID} below it is a task."),
    me: z
      .object({ name: z.string(), scopes: z.array(z.string()), tenant: z.string().optional() })
      .nullable()
      .describe('Who asks; null where nobody has to say so, and before signing in.'),
    signIn: z
      .object({
        key: z.literal(true),
        oidc: z.string().optional().describe("Address at which people sign in with their organisation's account."),
      })
      .optional()
      .describe('How to sign in; absent where nobody has to.'),
  })
  .meta({ id: 'Environment' });

export function environmentRoute({ environment, identification, signIn: accounts }: RouteDeps): Route {
  return defineRoute({
    method: 'get',
    path: '/v1/environment',
    id: 'readEnvironment',
    access: 'open',
    tag: 'Service',
    summary: 'What this place is called, and who asks',
    answers: { 200: { description: 'The place.', content: { 'application/json': environmentSchema } } },
    handle: async (_checked, { caller }) => {
      const { actor, scopes, tenant } = caller;
      const me = actor ? { name: actor.name, scopes: [...scopes], ...(tenant !== undefined && { tenant }) } : null;
      const ways = { key: true as const, ...(accounts && { oidc: SIGN_IN_PATH }) };
      const signIn = (await identification.needed()) ? { signIn: ways } : {};
      return { status: 200, body: { ...environment, version: VERSION, me, ...signIn } };
    },
  });
}
