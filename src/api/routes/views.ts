import { z } from 'zod';
import { PLAIN } from '../../tasks/plain-schemas';
import type { RouteDeps } from '../deps';
import { defineRoute, type Route } from '../routing/route';

const LONGEST_NAME = 80;
const LONGEST_QUERY = 2000;

const viewName = z
  .string()
  .min(1)
  .max(LONGEST_NAME)
  .regex(PLAIN, 'must not contain control characters')
  .describe('What people call it.');
const page = z
  .string()
  .regex(/^[a-z][a-z-]{0,39}$/, 'must be the name of a page')
  .describe('The page: tasks.');
const query = z
  .string()
  .max(LONGEST_QUERY)
  .regex(PLAIN, 'must not contain control characters')
  .describe('What stands in its search line.');

const viewSchema = z.object({ name: viewName, page, query, savedAt: z.iso.datetime() }).meta({ id: 'SavedView' });

const params = z.object({ name: viewName });

/** Searches that people keep; they need no Temporal. */
export function viewRoutes({ views }: RouteDeps): Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/v1/views',
      id: 'listViews',
      access: { scope: 'read', over: 'installation' },
      tag: 'Service',
      summary: 'List the saved views',
      description: 'Everybody who uses this API sees the same ones; at most 100.',
      answers: {
        200: {
          description: 'The views, by name.',
          content: { 'application/json': z.object({ views: z.array(viewSchema) }) },
        },
      },
      handle: async () => ({ status: 200, body: { views: await views.list() } }),
    }),
    defineRoute({
      method: 'put',
      path: '/v1/views/{name}',
      id: 'saveView',
      access: { scope: 'operate', over: 'installation' },
      tag: 'Service',
      summary: 'Save a view, or replace the one of that name',
      params,
      body: z.strictObject({ page, query }),
      examples: { 'tasks that failed': { page: 'tasks', query: 'state:failed' } },
      answers: { 200: { description: 'The view.', content: { 'application/json': viewSchema } } },
      handle: async ({ params: { name }, body }) => ({ status: 200, body: await views.put({ name, ...body }) }),
    }),
    defineRoute({
      method: 'delete',
      path: '/v1/views/{name}',
      id: 'deleteView',
      access: { scope: 'operate', over: 'installation' },
      tag: 'Service',
      summary: 'Delete a saved view',
      params,
      answers: { 204: { description: 'It is gone.' } },
      problems: ['not-found'],
      handle: async ({ params: { name } }) => {
        await views.remove(name);
        return { status: 204 };
      },
    }),
  ];
}
