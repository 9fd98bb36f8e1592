import { z } from 'zod';
import { type Caller, may, requireEveryType, sees, tenantFor, typeFor } from '../../access/caller';
import { type Columns, csv } from '../../client/list/csv';
import { HoldfastError } from '../../errors';
import { inParallel } from '../../parallel';
import type { BulkChoice, BulkReportLine } from '../../protocol/bulk';
import type { OperatorMessage } from '../../protocol/task';
import { ownKey, ownOf } from '../access/own';
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

type Order = z.output<typeof bulkOrder>;

const READS_AT_ONCE = 25;
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

export function bulkActionRoutes({ tasks, bulks, answerWithin, submissions, owned }: RouteDeps): Route[] {
  const { bulkActions } = tasks;
  return [
    defineRoute({
      method: 'post',
      path: '/v1/bulk-actions',
      id: 'startBulkAction',
      access: { scope: 'operate', over: 'own' },
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
      problems: [...TEMPORAL, 'key-reused', 'unknown-task-type', 'too-many-requests', 'task-not-found'],
      unhurried: true,
      handle: async ({ headers: { 'Idempotency-Key': key }, body: asked }, { caller }) => {
        const body = await ownOrder(asked, caller);
        if (!body.dryRun) return inTime(answerWithin, start(body, key, caller.tenant));
        return {
          status: 200,
          body: await bulks.use(
            () => bulkActions.preview({ ...choiceOf(body), message: messageOf(body) }),
            caller.actor?.id,
          ),
        };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/v1/bulk-actions',
      id: 'listBulkActions',
      access: { scope: 'read', over: 'own' },
      tag: 'Operators',
      summary: 'List the bulk actions',
      description: 'Those that are under way come first, then the last ended. The list lags by a moment.',
      query: z.strictObject(paging),
      answers: { 200: { description: 'A page.', content: { 'application/json': bulkActionPageSchema } } },
      problems: TEMPORAL,
      handle: async ({ query }, { caller }) => {
        requireEveryType(caller, 'read');
        const { tenant } = caller;
        const page = await bulkActions.list(given(query));
        const own = await ownOf(page.bulkActions, (id) => tenant === undefined || owned.has('bulk-action', tenant, id));
        return { status: 200, body: { ...page, bulkActions: own } };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/v1/bulk-actions/{id}',
      id: 'readBulkAction',
      access: { scope: 'read', over: 'bulk-action' },
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
      access: { scope: 'read', over: 'bulk-action' },
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
        const text = table ? csv(REPORT_COLUMNS, batches) : ndjson(batches);
        await bulks.use(() => streamText(exchange, file, text), exchange.caller.actor?.id);
        return undefined;
      },
    }),
    defineRoute({
      method: 'post',
      path: '/v1/bulk-actions/{id}/cancel',
      id: 'cancelBulkAction',
      access: { scope: 'operate', over: 'bulk-action' },
      tag: 'Operators',
      summary: 'Cancel a bulk action: it ends after the tasks that it is at',
      params,
      body: plainMessage,
      answers: { 202: { description: 'The cancellation has been taken.', content: one } },
      problems: [...TEMPORAL, 'not-found', 'state-conflict'],
      handle: async ({ params: { id }, body }) => ({ status: 202, body: await bulkActions.cancel(id, given(body)) }),
    }),
  ];

  /** Of a tenant's key, an order is about the tenant's tasks only; of scopes for some types, about those. */
  async function ownOrder(body: Order, caller: Caller): Promise<Order> {
    await submissions.checkReferences(caller, { input: body.input, result: body.result });
    const filter = body.filter && {
      ...body.filter,
      tenant: tenantFor(caller, body.filter.tenant),
      type: typeFor(caller, 'operate', body.filter.type),
    };
    if (body.ids && (caller.tenant !== undefined || !may(caller, 'operate'))) {
      await inParallel(body.ids, READS_AT_ONCE, (id) => mustSee(caller, id));
    }
    return { ...body, ...(filter && { filter }) };
  }

  async function mustSee(caller: Caller, id: string): Promise<void> {
    const task = await tasks.ownerOf(id);
    if (task && sees(caller, task.tenant) && may(caller, 'operate', task.type)) return;
    throw new HoldfastError('task-not-found', `There is no task ${id}.`, { taskId: id });
  }

  async function start(body: Order, key: string | undefined, tenant: string | undefined): Promise<Answer> {
    const { rate, canary, canarySeconds } = body;
    const request = { ...choiceOf(body), message: messageOf(body), ...given({ rate, canary, canarySeconds }) };
    const { bulkAction, duplicate } = await bulkActions.start(request, ownKey(tenant, key));
    if (tenant !== undefined) await owned.add('bulk-action', tenant, bulkAction.id);
    const headers = {
      Location: `/v1/bulk-actions/${encodeURIComponent(bulkAction.id)}`,
      ...(duplicate && { 'Idempotency-Replayed': 'true' }),
    };
    return { status: duplicate ? 200 : 202, headers, body: bulkAction };
  }
}

function messageOf({ by, reason, input, result, at }: Order): OperatorMessage {
  return given<OperatorMessage>({ by, reason, input, result, at });
}

function choiceOf({ action, ids, filter }: Order): BulkChoice {
  return { action, ...(ids && { ids }), ...(filter && { filter: given(filter) }) };
}
