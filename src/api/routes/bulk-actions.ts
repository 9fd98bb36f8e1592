import { z } from 'zod';
import { type Columns, csv } from '../../client/list/csv';
import type { BulkChoice, BulkReportLine } from '../../protocol/bulk';
import type { OperatorMessage } from '../../protocol/task';
import type { RouteDeps } from '../deps';
import { inTime } from '../http/budget';
import { ndjson } from '../http/ndjson';
import { streamText } from '../http/stream-text';
import { type Answer, defineRoute, type Route } from '../routing/route';
import { bulkActionPageSchema, bulkActionSchema, bulkOrder, bulkPreviewSchema } from '../schemas/bulk-action';
import { given, paging } from '../schemas/filters';
import { plainMessage } from '../schemas/operator';
import { idempotencyKey, pathName } from '../schemas/parameters';
import { TEMPORAL } from './answers';

const params = z.object({ id: pathName.describe('ID of the bulk action.') });
const one = { 'application/json': bulkActionSchema };

const REPORT_COLUMNS: Columns<BulkReportLine> = {
  'Task ID': ({ id }) => id,
  'Task Name': ({ type }) => type,
  Fingerprint: ({ fingerprint }) => fingerprint,
  Outcome: ({ outcome }) => outcome,
  Detail: ({ detail }) => detail,
  At: ({ at }) => at,
};

const EXAMPLE = { action: 'retry', filter: { failureCode: 'EXTERNAL_API_DOWN' }, reason: 'The other side is up again' };

export function bulkActionRoutes({ tasks, bulks, answerWithin }: RouteDeps): Route[] {
  const { bulkActions } = tasks;
  return [
    defineRoute({
      method: 'post',
      path: '/v1/bulk-actions',
      id: 'startBulkAction',
      tag: 'Operators',
      summary: "Pass one operator's message on to many tasks",
      description:
        'The tasks are chosen once; each gets the message only while it is as it was seen, at a limited rate. With an Idempotency-Key, repeating the call answers with the same bulk action.',
      headers: z.object({ 'Idempotency-Key': idempotencyKey }),
      body: bulkOrder,
      examples: { retry: EXAMPLE, 'dry run': { ...EXAMPLE, dryRun: true }, canary: { ...EXAMPLE, canary: true } },
      answers: {
        202: {
          description: 'The bulk action has started.',
          content: one,
          headers: { Location: 'Address of the bulk action.' },
        },
        200: {
          description: 'What a dry run found; or an earlier call of the key answers.',
          content: { 'application/json': z.union([bulkPreviewSchema, bulkActionSchema]) },
          headers: { 'Idempotency-Replayed': 'true when an earlier call of the key answers.' },
        },
      },
      problems: [...TEMPORAL, 'key-reused', 'unknown-task-type', 'too-many-requests'],
      unhurried: true,
      handle: async ({ headers: { 'Idempotency-Key': key }, body }) => {
        if (!body.dryRun) return inTime(answerWithin, start(body, key));
        return { status: 200, body: await bulks.use(() => bulkActions.preview(choiceOf(body))) };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/v1/bulk-actions',
      id: 'listBulkActions',
      tag: 'Operators',
      summary: 'List the bulk actions',
      description: 'Those that are under way come first, then the last ended. The list lags by a moment.',
      query: z.strictObject(paging),
      answers: { 200: { description: 'A page.', content: { 'application/json': bulkActionPageSchema } } },
      problems: TEMPORAL,
      handle: async ({ query }) => ({ status: 200, body: await bulkActions.list(given(query)) }),
    }),
    defineRoute({
      method: 'get',
      path: '/v1/bulk-actions/{id}',
      id: 'readBulkAction',
      tag: 'Operators',
      summary: 'Read how far a bulk action is',
      params,
      answers: { 200: { description: 'The bulk action.', content: one } },
      problems: [...TEMPORAL, 'not-found'],
      handle: async ({ params: { id } }) => ({ status: 200, body: await bulkActions.read(id) }),
    }),
    defineRoute({
      method: 'get',
      path: '/v1/bulk-actions/{id}/report',
      id: 'readBulkReport',
      tag: 'Operators',
      summary: 'What became of each task of a bulk action, so far',
      description: 'One JSON object a line; a table with Accept: text/csv.',
      params,
      answers: {
        200: {
          description: 'One line a task that had its turn.',
          content: { 'application/x-ndjson': z.string(), 'text/csv': z.string() },
        },
      },
      problems: [...TEMPORAL, 'not-found', 'too-many-requests'],
      unhurried: true,
      handle: async ({ params: { id } }, exchange) => {
        const batches = await inTime(answerWithin, bulkActions.report(id));
        const table = exchange.request.accepts(['application/x-ndjson', 'text/csv']) === 'text/csv';
        const file = table
          ? { name: 'bulk_report.csv', mediaType: 'text/csv' }
          : { name: 'bulk_report.ndjson', mediaType: 'application/x-ndjson' };
        await bulks.use(() => streamText(exchange, file, table ? csv(REPORT_COLUMNS, batches) : ndjson(batches)));
        return undefined;
      },
    }),
    defineRoute({
      method: 'post',
      path: '/v1/bulk-actions/{id}/cancel',
      id: 'cancelBulkAction',
      tag: 'Operators',
      summary: 'Cancel a bulk action: it ends after the tasks that it is at',
      params,
      body: plainMessage,
      answers: { 202: { description: 'The cancellation has been taken.', content: one } },
      problems: [...TEMPORAL, 'not-found', 'state-conflict'],
      handle: async ({ params: { id }, body }) => ({ status: 202, body: await bulkActions.cancel(id, given(body)) }),
    }),
  ];

  async function start(body: z.output<typeof bulkOrder>, key: string | undefined): Promise<Answer> {
    const { by, reason, input, result, at, rate, canary, canarySeconds } = body;
    const message = given<OperatorMessage>({ by, reason, input, result, at });
    const request = { ...choiceOf(body), message, ...given({ rate, canary, canarySeconds }) };
    const { bulkAction, duplicate } = await bulkActions.start(request, key);
    const headers = {
      Location: `/v1/bulk-actions/${encodeURIComponent(bulkAction.id)}`,
      ...(duplicate && { 'Idempotency-Replayed': 'true' }),
    };
    return { status: duplicate ? 200 : 202, headers, body: bulkAction };
  }
}

function choiceOf({ action, ids, filter }: z.output<typeof bulkOrder>): BulkChoice {
  return { action, ...(ids && { ids }), ...(filter && { filter: given(filter) }) };
}
