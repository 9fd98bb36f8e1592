import { z } from 'zod';
import type { RouteDeps } from '../deps';
import { defineRoute, type Route } from '../routing/route';
import { given } from '../schemas/filters';
import { attentionSchema, failureGroupsSchema, range, seriesSchema, typeFiguresSchema } from '../schemas/insights';
import { pathName } from '../schemas/parameters';
import { TEMPORAL } from './answers';

/** Figures and summaries for people who look. */
export function insightRoutes({ tasks }: RouteDeps): Route[] {
  const { insights } = tasks;
  return [
    defineRoute({
      method: 'get',
      path: '/v1/attention',
      id: 'readAttention',
      access: { scope: 'read', over: 'installation' },
      tag: 'Service',
      summary: 'What needs a person',
      description:
        'Queues without workers, circuit breakers, dead letters by their trouble, alerts, and tasks that are open for too long. A few seconds old; tasks that are open for too long are looked for every five minutes.',
      answers: { 200: { description: 'What there is.', content: { 'application/json': attentionSchema } } },
      problems: TEMPORAL,
      handle: async () => ({ status: 200, body: await insights.attention() }),
    }),
    defineRoute({
      method: 'get',
      path: '/v1/stats/series',
      id: 'readSeries',
      access: { scope: 'read', over: 'installation' },
      tag: 'Service',
      summary: 'How many runs ended, over time',
      description:
        'Counted by Visibility. Spans that are over never change and are counted once, so the first answer for a range may be partial.',
      query: z.strictObject({ range, type: pathName.optional().describe('Only tasks of this type.') }),
      answers: { 200: { description: 'The counts.', content: { 'application/json': seriesSchema } } },
      problems: TEMPORAL,
      handle: async ({ query }) => ({ status: 200, body: await insights.seriesOf(query.range, given(query).type) }),
    }),
    defineRoute({
      method: 'get',
      path: '/v1/stats/types',
      id: 'readTypeFigures',
      access: { scope: 'read', over: 'installation' },
      tag: 'Service',
      summary: 'How each task type does',
      description: 'Counts by Visibility; waits and runs from a sample of the tasks that ended last.',
      query: z.strictObject({ range }),
      answers: { 200: { description: 'The figures.', content: { 'application/json': typeFiguresSchema } } },
      problems: TEMPORAL,
      handle: async ({ query }) => ({ status: 200, body: await insights.figuresByType(query.range) }),
    }),
    defineRoute({
      method: 'get',
      path: '/v1/failure-groups',
      id: 'listFailureGroups',
      access: { scope: 'read', over: 'installation' },
      tag: 'Operators',
      summary: 'The dead letters by their trouble',
      description:
        'One group for each fingerprint, with what is new and what is back again, as far as somebody looked before.',
      answers: { 200: { description: 'The groups.', content: { 'application/json': failureGroupsSchema } } },
      problems: TEMPORAL,
      handle: async () => ({ status: 200, body: await insights.failureGroups() }),
    }),
  ];
}
