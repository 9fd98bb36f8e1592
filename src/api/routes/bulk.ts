import { z } from 'zod';
import type { Caller } from '../../access/caller';
import { issuesOf } from '../../client/submit/issues';
import type { Submission } from '../../client/submit/prepare';
import { bulkItemSchema, toSubmission } from '../../client/submit/submission-schema';
import type { BulkResult } from '../../client/submit/submissions';
import { HoldfastError, type Issue } from '../../errors';
import { boundedParse } from '../../tasks/bounded-parse';
import type { Contract } from '../../tasks/contract';
import { takingTurns } from '../../turns';
import type { RouteDeps } from '../deps';
import { problemBody, toProblem } from '../http/problems';
import { defineRoute, type Route } from '../routing/route';
import { problemSchema } from '../schemas/problem';
import { documentedBulkItem } from '../schemas/submission';
import { taskSchema } from '../schemas/task';
import { TEMPORAL } from './answers';

const MOST_TASKS = 1000;
/** Of one task, so that the answer does not grow with what is wrong. */
const MOST_ISSUES_EACH = 5;

/** Each item has its own outcome, whatever it is: what fits is one of the shapes, and nothing makes the call itself fail. */
function documentedBulk(contracts: readonly Contract[]): z.ZodType {
  const item = z.union([documentedBulkItem(contracts), z.unknown()]);
  return z.strictObject({ tasks: z.array(item).min(1).max(MOST_TASKS) });
}

const outcomeSchema = z
  .object({
    status: z.int().describe('The status that a submission of this task alone would have.'),
    replayed: z.boolean().optional().describe('True when an earlier submission of the key answers.'),
    task: taskSchema.optional(),
    problem: problemSchema.optional(),
  })
  .meta({ id: 'BulkOutcome' });

export function bulkRoute({ tasks, contracts, metrics, bulks, submissions: own }: RouteDeps): Route {
  return defineRoute({
    method: 'post',
    path: '/v1/tasks/bulk',
    id: 'submitTasks',
    access: { scope: 'submit', over: 'own' },
    tag: 'Tasks',
    summary: 'Submit many tasks',
    description:
      'Each task has its own outcome, in the order of the request: what is wrong with one does not keep the others back. When Temporal is away before any has started, the whole call is a 503.',
    // Items are checked one by one, each with its own outcome.
    body: z.strictObject({ tasks: z.array(z.unknown()).min(1).max(MOST_TASKS) }),
    documentedBody: documentedBulk(contracts),
    examples: { 'one of each type': { tasks: contracts.map(({ type, example: input }) => ({ type, input })) } },
    answers: {
      200: {
        description: 'Every task has been tried.',
        content: { 'application/json': z.object({ outcomes: z.array(outcomeSchema) }) },
      },
    },
    problems: [...TEMPORAL, 'too-many-requests'],
    unhurried: true,
    handle: async ({ body }, { caller, request }) =>
      bulks.use(async () => {
        await own.mustHaveRoom(caller, body.tasks.length);
        const results = await submitEach(body.tasks, caller, String(request.id));
        const refusals = results.filter((result) => 'error' in result);
        const [first] = refusals;
        if (first && refusals.length === results.length && isAway(first.error)) throw first.error;
        return { status: 200, body: { outcomes: results.map(outcome) } };
      }, caller.actor?.id),
  });

  async function submitEach(items: readonly unknown[], caller: Caller, requestId: string): Promise<BulkResult[]> {
    const now = Date.now();
    const checked: ({ error: HoldfastError } | { submission: Submission })[] = [];
    const giveWay = takingTurns();
    for (const item of items) {
      checked.push(await checkedItem(item, caller, now));
      await giveWay();
    }
    const submissions = checked.flatMap((one) => ('submission' in one ? [{ ...one.submission, requestId }] : []));
    const submitted = (await tasks.submitAll(submissions)).values();
    return checked.map((one) => ('error' in one ? one : (submitted.next().value as BulkResult)));
  }

  async function checkedItem(item: unknown, caller: Caller, now: number) {
    const { data, error } = boundedParse(bulkItemSchema, item);
    if (error) return { error: invalid(issuesOf(error, [], MOST_ISSUES_EACH)) };
    try {
      return { submission: toSubmission(await own.by(caller, data), now) };
    } catch (refusal) {
      if (refusal instanceof HoldfastError && refusal.code !== 'unavailable') return { error: refusal };
      throw refusal;
    }
  }

  function outcome(result: BulkResult, index: number) {
    if ('error' in result) {
      const problem = problemBody(toProblem(atItem(result.error, index)));
      return { status: problem.status, problem };
    }
    const { task, duplicate } = result;
    metrics.submitted(task.type, duplicate);
    return { status: duplicate ? 200 : 202, ...(duplicate && { replayed: true }), task };
  }
}

function isAway({ code }: HoldfastError): boolean {
  return code === 'unavailable' || code === 'not-set-up';
}

function invalid(issues: Issue[]): HoldfastError {
  const [first] = issues;
  return new HoldfastError('invalid-request', `${first?.pointer || 'The task'}: ${first?.message}`, { issues });
}

/** Pointers lead into the request, not into the single task. */
function atItem(error: HoldfastError, index: number): HoldfastError {
  const issues = error.extra.issues
    ?.slice(0, MOST_ISSUES_EACH)
    .map((issue) => ({ ...issue, pointer: `/tasks/${index}${issue.pointer}` }));
  return new HoldfastError(error.code, error.message, { ...error.extra, ...(issues && { issues }) });
}
