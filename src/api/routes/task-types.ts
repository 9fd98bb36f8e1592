import { z } from 'zod';
import { typeView } from '../../tasks/type-view';
import type { RouteDeps } from '../deps';
import { defineRoute, type Route } from '../routing/route';
import { policySchema } from '../schemas/task';

const taskTypesSchema = z
  .object({
    taskTypes: z.array(
      z.object({
        type: z.string(),
        summary: z.string(),
        category: z.string(),
        inline: z
          .boolean()
          .describe('True: the first attempt runs at once, inside the workflow task; of some types for some inputs.'),
        keyFrom: z.enum(['input']).optional().describe('input: equal inputs are one task, without a key being sent.'),
        example: z.unknown().describe('An input that is accepted.'),
        input: z.record(z.string(), z.unknown()).describe('JSON Schema of the input.'),
        output: z.record(z.string(), z.unknown()).describe('JSON Schema of the result.'),
        policy: policySchema,
      }),
    ),
    absent: z
      .array(z.object({ type: z.string(), reason: z.string().describe('What is missing, and what to do about it.') }))
      .describe('Task types that are not offered here.'),
  })
  .meta({ id: 'TaskTypes' });

export function taskTypesRoute({ contracts, absent, categories }: RouteDeps): Route {
  const taskTypes = contracts.map((contract) => typeView(contract, categories));
  return defineRoute({
    method: 'get',
    path: '/v1/task-types',
    id: 'listTaskTypes',
    access: { scope: 'read', over: 'nothing' },
    tag: 'Catalogue',
    summary: 'What kinds of work there are',
    description: 'Each with JSON Schemas of its input and result, an example, and its policy.',
    answers: { 200: { description: 'The catalogue.', content: { 'application/json': taskTypesSchema } } },
    handle: async () => ({ status: 200, body: { taskTypes, absent: [...absent] } }),
  });
}
