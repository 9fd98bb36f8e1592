import { createHash } from 'node:crypto';
import type { Logger } from 'pino';
import type { TaskClient } from '../../client/task-client';
import { deliveryTag } from '../../client/webhooks/events';
import { HoldfastError } from '../../errors';
import { type EndNews, WEBHOOK_DELIVER, type WebhookTarget } from '../../protocol/webhook';

/**
 * The activity by which a task's workflow reports its end: it submits one delivery for each who asked. Repeated, it
 * finds those that it has submitted.
 */
export function createReportEnd(tasks: TaskClient, logger: Logger): (news: EndNews) => Promise<void> {
  return async (news) => {
    for (const [index, to] of news.notify.entries()) {
      await submit(tasks, news, to, index).catch((err: unknown) => {
        // What a repeat cannot mend must not keep the task from ending.
        const mends = !(err instanceof HoldfastError) || err.code === 'unavailable' || err.code === 'not-set-up';
        if (mends) throw err;
        logger.error({ err, taskId: news.taskId }, 'the end of a task could not be reported');
      });
    }
  };
}

async function submit(tasks: TaskClient, news: EndNews, to: WebhookTarget, index: number): Promise<void> {
  const { taskId, runId, type, key, tenant, state, endedAt, result, failure } = news;
  const name = `${taskId}/${runId}/${index}`;
  const id = `end_${createHash('sha256').update(name).digest('hex').slice(0, 32)}`;
  const data = {
    task: taskId,
    run: runId,
    type,
    ...(key && { key }),
    state,
    ...(result !== undefined && { result }),
    ...(failure && { failure }),
  };
  await tasks.submit({
    type: WEBHOOK_DELIVER,
    input: { to, id, payload: { id, type: `task.${state}`, timestamp: endedAt, data } },
    key: id,
    ...('subscription' in to && { tags: [deliveryTag(to.subscription)] }),
    ...(tenant && { tenant }),
  });
}
