import type { z } from 'zod';
import type { OperatorAction } from '../../client/operators/operators';
import type { OperatorMessage } from '../../protocol/task';
import type { RouteDeps } from '../deps';
import { defineRoute, type Route } from '../routing/route';
import { endingMessage, plainMessage, resolveMessage, retryMessage } from '../schemas/operator';
import { taskIdParams } from '../schemas/parameters';
import { answeredTaskSchema } from '../schemas/task';
import { TEMPORAL, taskAnswer } from './answers';

interface Message {
  summary: string;
  body: z.ZodType<object>;
}

const MESSAGES: Record<OperatorAction, Message> = {
  cancel: { summary: 'Cancel a task: its handler is asked to stop, and awaited', body: plainMessage },
  pause: { summary: 'Pause a task; takes effect between attempts', body: plainMessage },
  resume: { summary: 'Let a paused task go on', body: plainMessage },
  retry: { summary: 'Run the next attempt now, or a task that has ended again', body: retryMessage },
  resolve: { summary: "Give a task's result in its handler's place", body: resolveMessage },
  fail: { summary: 'Fail a task', body: endingMessage },
  abandon: { summary: 'Give a task up: it fails, and its key is free at once', body: endingMessage },
};

const answeredTask = {
  ...taskAnswer('The message has been taken or is kept: `answer` says which.'),
  content: { 'application/json': answeredTaskSchema },
};

export function operatorRoutes({ tasks, submissions }: RouteDeps): Route[] {
  return Object.entries(MESSAGES).map(([name, { summary, body }]) =>
    defineRoute({
      method: 'post',
      path: `/v1/tasks/{id}/${name}`,
      id: `${name}Task`,
      access: { scope: 'operate', over: 'task' },
      tag: 'Operators',
      summary,
      description:
        'Where a worker serves the task, it has taken the message when the answer comes, or refused it (409). Where none does, the message is kept until one comes; `asked` shows it until then.',
      params: taskIdParams,
      body,
      answers: { 202: answeredTask },
      problems: [...TEMPORAL, 'task-not-found', 'state-conflict', 'unknown-task-type'],
      handle: async ({ params, body: message }, { caller }) => {
        await submissions.checkReferences(caller, message);
        return { status: 202, body: await tasks.act(params.id, name as OperatorAction, message as OperatorMessage) };
      },
    }),
  );
}
