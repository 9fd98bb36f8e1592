import { z } from 'zod';
import { tenantFor, typeFor } from '../../access/caller';
import type { TaskFilter } from '../../client/list/list-query';
import type { TaskView } from '../../client/read/view';
import { HoldfastError } from '../../errors';
import { FAILURE_OUTCOMES, TASK_STATES } from '../../protocol/task';
import { isValidKey } from '../../tasks/keys';
import type { RouteDeps } from '../deps';
import { Problem } from '../http/problems';
import { defineRoute, type Route } from '../routing/route';
import { given, paging, taskFilters } from '../schemas/filters';
import { taskPageSchema, taskSchema } from '../schemas/task';
import { TEMPORAL } from './answers';

const states = z.preprocess(
  (value) =>
    (Array.isArray(value) ? value : [value]).flatMap((one) => (typeof one === 'string' ? one.split(',') : one)),
  z.array(z.enum(TASK_STATES)).min(1),
);

const query = z
  .strictObject({
    ...taskFilters,
    key: z
      .string()
      .refine(isValidKey, 'must be an idempotency key: printable ASCII characters')
      .meta({ minLength: 1, maxLength: 255, pattern: '^[!-~]([ -~]*[!-~])?$' })
      .optional()
      .describe(
        'Look up the one task that this idempotency key stands for; takes type and tenant besides, nothing else.',
      ),
    state: states.optional().describe('One of these states; several by repeating the parameter, or with commas.'),
    failureOutcome: z.enum(FAILURE_OUTCOMES).optional().describe('What became of tasks that failed at least once.'),
    ...paging,
  })
  .superRefine(({ type, tenant: _, key, ...others }, context) => {
    if (key === undefined) return;
    if (type === undefined)
      context.addIssue({ code: 'custom', path: ['type'], message: 'a look-up by key needs the type' });
    for (const [name, value] of Object.entries(others)) {
      if (value !== undefined) context.addIssue({ code: 'custom', path: [name], message: 'has no meaning with key' });
    }
  });

export function listRoute({ tasks, contracts }: RouteDeps): Route {
  return defineRoute({
    method: 'get',
    path: '/v1/tasks',
    id: 'listTasks',
    access: { scope: 'read', over: 'own' },
    tag: 'Tasks',
    summary: 'List tasks, or look one up by its key',
    description:
      'Newest first. A list lags by a moment: right after a submission, read the task itself. The states queued, running, retrying and paused are found by looking at open tasks one by one, up to a bound: `partial` says that more may match beyond the cursor.',
    query,
    answers: {
      200: {
        description: 'A page of tasks; with key, the task.',
        content: { 'application/json': z.union([taskPageSchema, taskSchema]) },
      },
    },
    problems: [...TEMPORAL, 'task-not-found'],
    handle: async ({ query: { type: asked, tenant: named, key, limit, cursor, ...rest } }, { caller }) => {
      const tenant = tenantFor(caller, named);
      const type = typeFor(caller, 'read', asked);
      if (type !== undefined && key !== undefined) return { status: 200, body: await lookUp(type, key, tenant) };
      const filter = given<TaskFilter>({ ...rest, type, tenant });
      return { status: 200, body: await tasks.list({ filter, ...given({ limit, cursor }) }) };
    },
  });

  async function lookUp(type: string, key: string, tenant: string | undefined): Promise<TaskView> {
    const known = contracts.map((contract) => contract.type);
    if (!known.includes(type)) {
      const detail = `There is no task type "${type}". Known: ${known.join(', ')}.`;
      throw new Problem('malformed-request', detail, { errors: [{ parameter: 'type', detail }] });
    }
    const task = await tasks.find(type, key, tenant);
    if (task) return task;
    throw new HoldfastError('task-not-found', `No ${type} task has this key${tenant ? ' for this tenant' : ''}.`);
  }
}
