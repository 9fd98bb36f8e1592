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
      .describe('Who asks; null where everybody may do everything.'),
  })
  .meta({ id: 'Environment' });

export function environmentRoute({ environment }: RouteDeps): Route {
  return defineRoute({
    method: 'get',
    path: '/v1/environment',
    id: 'readEnvironment',
    tag: 'Service',
    summary: 'What this place is called, and who asks',
    answers: { 200: { description: 'The place.', content: { 'application/json': environmentSchema } } },
    handle: async () => ({ status: 200, body: { ...environment, version: VERSION, me: null } }),
  });
}
