import { z } from 'zod';
import type { TaskView } from '../../client/read/view';
import { submissionSchema, toSubmission } from '../../client/submit/submission-schema';
import type { SubmitResult } from '../../client/submit/submissions';
import { HoldfastError } from '../../errors';
import { addToLogScope } from '../../logging';
import { isOpen } from '../../tasks/state';
import type { RouteDeps } from '../deps';
import { inTime } from '../http/budget';
import { defineRoute, type Exchange, type Route } from '../routing/route';
import { idempotencyKey, prefer } from '../schemas/parameters';
import { documentedSubmission } from '../schemas/submission';
import { TEMPORAL, taskAnswer, taskUrl } from './answers';

const HEADERS = {
  Location: 'Address of the task.',
  'Preference-Applied': 'The wait that was kept, with Prefer: wait.',
};

/** Seconds that reading the task may take once the wait is over. */
const AFTER_WAIT = 3;

export function submitRoute(deps: RouteDeps): Route {
  const { tasks, contracts, metrics, waits, answerWithin, submissions } = deps;
  return defineRoute({
    method: 'post',
    path: '/v1/tasks',
    id: 'submitTask',
    access: { scope: 'submit', over: 'own' },
    tag: 'Tasks',
    summary: 'Submit a task',
    description:
      'With an Idempotency-Key, repeating the call inside the window of the key answers with the same task, however many callers do so at once. When the answer is lost or is a 503, the task may have started: repeat the call with the same key.',
    headers: z.object({ 'Idempotency-Key': idempotencyKey, Prefer: prefer }),
    body: submissionSchema,
    documentedBody: documentedSubmission(contracts),
    examples: Object.fromEntries(contracts.map(({ type, example: input }) => [type, { type, input }])),
    answers: {
      202: taskAnswer('The task has started, and has not ended yet.', HEADERS),
      200: taskAnswer('The task has ended while the call waited for it; or an earlier submission of the key answers.', {
        ...HEADERS,
        'Idempotency-Replayed': 'true when an earlier submission of the key answers.',
      }),
    },
    problems: [...TEMPORAL, 'key-reused', 'unknown-task-type', 'window-too-long', 'too-many-requests'],
    unhurried: true,
    handle: async ({ headers: { 'Idempotency-Key': key, Prefer: wait }, body }, exchange) => {
      const submit = async () => {
        await submissions.mustHaveRoom(exchange.caller);
        const { key: ownKey, ...own } = await submissions.by(exchange.caller, { ...body, key });
        const submission = { ...toSubmission({ ...own, key: ownKey }), requestId: String(exchange.request.id) };
        const submitted = await inTime(answerWithin, tasks.submit(submission));
        const { task, duplicate } = submitted;
        metrics.submitted(task.type, duplicate);
        addToLogScope({ taskId: task.id, type: task.type });
        const latest = wait > 0 && isOpen(task.state) ? await awaitEnd(submitted, wait, exchange) : task;
        return {
          status: duplicate || !isOpen(latest.state) ? 200 : 202,
          headers: {
            Location: taskUrl(task),
            ...(duplicate && { 'Idempotency-Replayed': 'true' }),
            ...(wait > 0 && { 'Preference-Applied': `wait=${wait}` }),
          },
          body: latest,
        };
      };
      return wait > 0 ? waits.use(submit, exchange.caller.actor?.id) : submit();
    },
  });
}

/**
 * The task has been accepted by now: whatever goes wrong while waiting, the answer says so. A caller whose key or session
 * ends meanwhile learns no more than that.
 */
async function awaitEnd(
  { task, wait }: SubmitResult,
  seconds: number,
  { signal, revoked }: Exchange,
): Promise<TaskView> {
  try {
    const latest = await inTime(seconds + AFTER_WAIT, wait(seconds, signal));
    return revoked.aborted ? task : latest;
  } catch (error) {
    if (error instanceof HoldfastError) return task;
    throw error;
  }
}
