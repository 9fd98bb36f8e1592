import { z } from 'zod';
import { VERSION } from '../../version';
import type { RouteDeps } from '../deps';
import { defineRoute, type Route } from '../routing/route';

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
      .object({ name: z.string(), scopes: z.array(z.string()) })
      .nullable()
      .describe('Who asks; null where nobody has to say so, and before signing in.'),
    signIn: z
      .object({ key: z.literal(true) })
      .optional()
      .describe('How to sign in; absent where there are no keys.'),
  })
  .meta({ id: 'Environment' });

export function environmentRoute({ environment, keys }: RouteDeps): Route {
  return defineRoute({
    method: 'get',
    path: '/v1/environment',
    id: 'readEnvironment',
    access: 'open',
    tag: 'Service',
    summary: 'What this place is called, and who asks',
    answers: { 200: { description: 'The place.', content: { 'application/json': environmentSchema } } },
    handle: async (_checked, { caller }) => {
      const me = caller.key ? { name: caller.key.name, scopes: [...caller.scopes] } : null;
      const signIn = (await keys.exist()) ? { signIn: { key: true as const } } : {};
      return { status: 200, body: { ...environment, version: VERSION, me, ...signIn } };
    },
  });
}
