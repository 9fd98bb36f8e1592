import { z } from 'zod';
import { may } from '../../access/caller';
import type { RouteDeps } from '../deps';
import { Problem } from '../http/problems';
import { defineRoute, type Route } from '../routing/route';
import { taskIdParams } from '../schemas/parameters';
import { timelineSchema } from '../schemas/task';
import { TEMPORAL, taskAnswer } from './answers';

export function taskRoutes({ tasks }: RouteDeps): Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/v1/tasks/{id}',
      id: 'readTask',
      access: { scope: 'read', over: 'task' },
      tag: 'Tasks',
      summary: 'Read a task',
      description: "From the server's own records: exact even with no worker up. `why` names one cause and what to do.",
      params: taskIdParams,
      query: z.object({ include: z.enum(['input']).optional().describe('What to answer beside the task.') }),
      answers: { 200: taskAnswer('The task.') },
      problems: [...TEMPORAL, 'task-not-found'],
      handle: async ({ params: { id }, query: { include } }, { caller }) => {
        const task = await tasks.read(id);
        if (include && !may(caller, 'operate', task.type))
          throw new Problem('forbidden', 'Reading inputs needs the scope operate.');
        return { status: 200, body: include ? { ...task, input: await tasks.shownInput(id) } : task };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/v1/tasks/{id}/timeline',
      id: 'readTimeline',
      access: { scope: 'read', over: 'task' },
      tag: 'Tasks',
      summary: "Read a task's whole life",
      description:
        'Created, every attempt, every failure with its reason, operators and their messages, the end; oldest first.',
      params: taskIdParams,
      answers: { 200: { description: 'The life story.', content: { 'application/json': timelineSchema } } },
      problems: [...TEMPORAL, 'task-not-found'],
      handle: async ({ params }) => ({ status: 200, body: { entries: await tasks.timeline(params.id) } }),
    }),
  ];
}
