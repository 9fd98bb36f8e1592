import { z } from 'zod';
import { type Caller, tenantFor, typeFor } from '../../access/caller';
import type { Scope } from '../../access/scopes';
import { DEAD_LETTER_COLUMNS } from '../../client/dead-letters/dead-letter-columns';
import type { DeadLetterFilter } from '../../client/dead-letters/dead-letters';
import { csv } from '../../client/list/csv';
import type { RouteDeps } from '../deps';
import { streamText } from '../http/stream-text';
import { defineRoute, type Route } from '../routing/route';
import { deadLetterPageSchema, deadLetterRecordSchema, deadLetterStatsSchema } from '../schemas/dead-letter';
import { given, paging, taskFilters } from '../schemas/filters';
import { decimalNumber, taskIdParams } from '../schemas/parameters';
import { TEMPORAL } from './answers';

const LONGEST_WINDOW = 720;

const choice = {
  state: z
    .enum(['dead-lettered', 'abandoned'])
    .default('dead-lettered')
    .describe(
      'abandoned: tasks that failed, since no redrive was left or an operator abandoned them. Defaults to dead-lettered.',
    ),
  ...taskFilters,
};

const statsQuery = z.strictObject({
  hours: decimalNumber(1, LONGEST_WINDOW)
    .default(24)
    .describe('How far back to look for tasks that ended, in hours, 1 to 720. Defaults to 24.'),
  byType: z.enum(['true', 'false']).default('false').describe('true: each task type apart, too. Defaults to false.'),
});

type Choice = z.output<z.ZodObject<typeof choice>>;

export function deadLetterRoutes({ tasks, bulks }: RouteDeps): Route[] {
  const { deadLetters } = tasks;
  return [
    defineRoute({
      method: 'get',
      path: '/v1/dead-letters',
      id: 'listDeadLetters',
      access: { scope: 'read', over: 'own' },
      tag: 'Operators',
      summary: 'List the tasks whose failure nothing has got over, and count them by their trouble',
      description:
        'Newest task first. The first page has counts of all that match; they are a few seconds old and state their age. Lists lag by a moment.',
      query: z.strictObject({ ...choice, ...paging }),
      answers: { 200: { description: 'A page.', content: { 'application/json': deadLetterPageSchema } } },
      problems: TEMPORAL,
      handle: async ({ query: { limit, cursor, ...filter } }, { caller }) => ({
        status: 200,
        body: await deadLetters.list({ filter: filterOf(filter, caller, 'read'), ...given({ limit, cursor }) }),
      }),
    }),
    defineRoute({
      method: 'get',
      path: '/v1/dead-letters.csv',
      id: 'exportDeadLetters',
      access: { scope: 'operate', over: 'own' },
      tag: 'Operators',
      summary: 'Export all dead letters as CSV',
      description: 'Cells that a spreadsheet would take for a formula begin with an apostrophe. Secrets are redacted.',
      query: z.strictObject(choice),
      answers: {
        200: {
          description: 'The table, with a head line.',
          content: { 'text/csv': z.string() },
          headers: { 'Content-Disposition': 'dlq_export.csv' },
        },
      },
      problems: [...TEMPORAL, 'too-many-requests'],
      unhurried: true,
      handle: async ({ query }, exchange) => {
        const rows = deadLetters.all(filterOf(query, exchange.caller, 'operate'));
        const file = { name: 'dlq_export.csv', mediaType: 'text/csv' };
        await bulks.use(() => streamText(exchange, file, csv(DEAD_LETTER_COLUMNS, rows)), exchange.caller.actor?.id);
        return undefined;
      },
    }),
    defineRoute({
      method: 'get',
      path: '/v1/dead-letters/stats',
      id: 'readDeadLetterStats',
      access: { scope: 'read', over: 'installation' },
      tag: 'Operators',
      summary: 'How many failures there were, and what became of them',
      description: 'Runs are counted: a task that failed for good and was run again counts for each run.',
      query: statsQuery,
      answers: { 200: { description: 'The counts.', content: { 'application/json': deadLetterStatsSchema } } },
      problems: TEMPORAL,
      handle: async ({ query: { hours, byType } }) => ({
        status: 200,
        body: await deadLetters.stats(hours, byType === 'true'),
      }),
    }),
    defineRoute({
      method: 'get',
      path: '/v1/dead-letters/{id}',
      id: 'readDeadLetter',
      access: { scope: 'operate', over: 'task' },
      tag: 'Operators',
      summary: 'All that a person needs to decide about a dead letter',
      description:
        'Of a task that is parked or has failed: its failure with input and stack, what to do, and what to type.',
      params: taskIdParams,
      answers: { 200: { description: 'The record.', content: { 'application/json': deadLetterRecordSchema } } },
      problems: [...TEMPORAL, 'task-not-found', 'not-found'],
      handle: async ({ params }, { request }) => ({
        status: 200,
        body: await deadLetters.read(params.id, `${request.protocol}://${request.get('Host')}`),
      }),
    }),
  ];
}

function filterOf({ state, tenant, type, ...filter }: Choice, caller: Caller, scope: Scope): DeadLetterFilter {
  const own = { tenant: tenantFor(caller, tenant), type: typeFor(caller, scope, type) };
  return { ...given({ ...filter, ...own }), ...(state === 'abandoned' && { abandoned: true }) };
}
