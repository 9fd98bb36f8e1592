import { z } from 'zod';
import { type Caller, requireEveryType } from '../../access/caller';
import type { BatchRequest } from '../../client/batches/batches';
import { HoldfastError } from '../../errors';
import { FATES } from '../../protocol/batch';
import { ownKey, ownOf } from '../access/own';
import type { RouteDeps } from '../deps';
import { readJsonLines } from '../http/json-lines';
import { ndjson } from '../http/ndjson';
import { streamText } from '../http/stream-text';
import { type Answer, defineRoute, type Route } from '../routing/route';
import { batchOrder, batchPageSchema, batchSchema } from '../schemas/batch';
import { given, paging } from '../schemas/filters';
import { plainMessage } from '../schemas/operator';
import { idempotencyKey, pathName } from '../schemas/parameters';
import { either, stating } from '../schemas/rules';
import { documentedBulkItem } from '../schemas/submission';
import { TEMPORAL } from './answers';

const params = z.object({ id: pathName.describe('ID of the batch, with "batch:" before it or without.') });
const one = { 'application/json': batchSchema };

/** Longest file of members, in bytes: as long a list as is kept. */
const LONGEST_FILE = 64 * 1024 * 1024;

export function batchRoutes({ tasks, contracts, artifacts, bulks, submissions, owned }: RouteDeps): Route[] {
  const { batches } = tasks;
  return [
    defineRoute({
      method: 'post',
      path: '/v1/batches',
      id: 'startBatch',
      access: { scope: 'submit', over: 'own' },
      tag: 'Tasks',
      summary: 'Submit many tasks as one batch, so many in flight',
      description:
        'All members are checked first: if one is wrong, nothing is started. Repeating the call with an equal ID or an equal Idempotency-Key answers with the same batch.',
      headers: z.object({ 'Idempotency-Key': idempotencyKey }),
      body: batchOrder,
      documentedBody: documentedOrder(),
      examples: {
        'one of each type': { tasks: contracts.map(({ type, example: input }) => ({ type, input })) },
      },
      answers: {
        202: { description: 'The batch has started.', content: one, headers: { Location: 'Address of the batch.' } },
        200: {
          description: 'An earlier call of the ID or the key answers.',
          content: one,
          headers: { Location: 'Address of the batch.', 'Idempotency-Replayed': 'true' },
        },
      },
      problems: [...TEMPORAL, 'key-reused', 'too-many-requests'],
      unhurried: true,
      handle: async ({ headers: { 'Idempotency-Key': key }, body }, { caller }) =>
        bulks.use(() => start(body, key, caller), caller.actor?.id),
    }),
    defineRoute({
      method: 'get',
      path: '/v1/batches',
      id: 'listBatches',
      access: { scope: 'read', over: 'own' },
      tag: 'Tasks',
      summary: 'List the batches',
      description: 'Those that are under way come first, then the last ended. The list lags by a moment.',
      query: z.strictObject(paging),
      answers: { 200: { description: 'A page.', content: { 'application/json': batchPageSchema } } },
      problems: TEMPORAL,
      handle: async ({ query }, { caller }) => {
        requireEveryType(caller, 'read');
        const { tenant } = caller;
        const page = await batches.list(given(query));
        const own = await ownOf(page.batches, (id) => tenant === undefined || owned.has('batch', tenant, id));
        return { status: 200, body: { ...page, batches: own } };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/v1/batches/{id}',
      id: 'readBatch',
      access: { scope: 'read', over: 'batch' },
      tag: 'Tasks',
      summary: 'Read how far a batch is',
      params,
      answers: { 200: { description: 'The batch.', content: one } },
      problems: [...TEMPORAL, 'not-found'],
      handle: async ({ params: { id } }) => ({ status: 200, body: await batches.read(id) }),
    }),
    defineRoute({
      method: 'get',
      path: '/v1/batches/{id}/report',
      id: 'readBatchReport',
      access: { scope: 'read', over: 'batch' },
      tag: 'Tasks',
      summary: 'Every member of a batch: its task and what became of it, so far',
      description: `One JSON object a line, in the order of the members: index, type, key, the task's id and its state as far as the batch knows (${FATES.join(', ')}), detail.`,
      params,
      answers: { 200: { description: 'One line a member.', content: { 'application/x-ndjson': z.string() } } },
      problems: [...TEMPORAL, 'not-found', 'too-many-requests'],
      unhurried: true,
      handle: async ({ params: { id } }, exchange) => {
        const groups = await batches.report(id);
        const file = { name: 'batch_report.ndjson', mediaType: 'application/x-ndjson' };
        await bulks.use(() => streamText(exchange, file, ndjson(groups)), exchange.caller.actor?.id);
        return undefined;
      },
    }),
    defineRoute({
      method: 'post',
      path: '/v1/batches/{id}/cancel',
      id: 'cancelBatch',
      access: { scope: 'operate', over: 'batch' },
      tag: 'Tasks',
      summary: 'Cancel a batch: no further members are submitted, and open ones are cancelled',
      params,
      body: plainMessage,
      answers: { 202: { description: 'The cancellation has been taken.', content: one } },
      problems: [...TEMPORAL, 'not-found', 'state-conflict'],
      handle: async ({ params: { id }, body }) => ({ status: 202, body: await batches.cancel(id, given(body)) }),
    }),
  ];

  async function start(body: z.output<typeof batchOrder>, key: string | undefined, caller: Caller): Promise<Answer> {
    await submissions.mustHaveRoom(caller, body.tasks?.length);
    const { tasks: inline, members, ...settings } = body;
    if ((inline === undefined) === (members === undefined)) {
      const message = 'either tasks or members is needed, and not both';
      const pointer = inline === undefined ? '/tasks' : '/members';
      throw new HoldfastError('invalid-request', message, { issues: [{ pointer, message }] });
    }
    // Before it is read: what is wrong with a file quotes it.
    await submissions.checkReferences(caller, { members });
    const file = { pointer: '/members', limit: LONGEST_FILE };
    const list = inline ?? (await readJsonLines(artifacts, members ?? '', file));
    if (members !== undefined) await submissions.mustHaveRoom(caller, list.length);
    const { id, atEnd, ...others } = settings;
    const { tenant } = caller;
    const request: BatchRequest = {
      tasks: await submissions.each(caller, list, inline ? '/tasks' : '/members'),
      ...given({ members, ...others }),
      ...(atEnd !== undefined && { atEnd: await submissions.at(caller, atEnd, '/atEnd') }),
      ...given({ id, tenant }),
    };
    const { batch, duplicate } = await batches.start(request, ownKey(tenant, key));
    if (tenant !== undefined) await owned.add('batch', tenant, batch.id);
    const headers = {
      Location: `/v1/batches/${encodeURIComponent(batch.id)}`,
      ...(duplicate && { 'Idempotency-Replayed': 'true' }),
    };
    return { status: duplicate ? 200 : 202, headers, body: batch };
  }

  function documentedOrder() {
    const member = documentedBulkItem(contracts);
    return batchOrder
      .extend({ tasks: z.array(member).min(1).max(10_000).optional(), atEnd: member.optional() })
      .meta(stating(either('tasks', 'members')));
  }
}
