import { z } from 'zod';
import type { BreakerOrder } from '../../client/breakers/breakers';
import type { BreakerAction } from '../../protocol/breaker';
import type { RouteDeps } from '../deps';
import { type AnswerDoc, defineRoute, type Route } from '../routing/route';
import { breakerOrder, breakerParams, breakerSchema, openOrder } from '../schemas/breaker';
import { TEMPORAL } from './answers';

interface Order {
  summary: string;
  description: string;
  body: z.ZodType<BreakerOrder>;
}

const TAKEN = 'The order is kept even while every worker is down. The answer may still show the state before it.';

const ORDERS: Record<BreakerAction, Order> = {
  open: {
    summary: 'Open a circuit breaker: no call goes through, for a time or until it is closed',
    description: `Makes the breaker when no worker has used it yet. ${TAKEN}`,
    body: openOrder as z.ZodType<BreakerOrder>,
  },
  close: {
    summary: 'Close a circuit breaker: calls go through',
    description: TAKEN,
    body: breakerOrder as z.ZodType<BreakerOrder>,
  },
  reset: {
    summary: 'Close a circuit breaker and forget what it counted',
    description: TAKEN,
    body: breakerOrder as z.ZodType<BreakerOrder>,
  },
};

export function breakerRoutes({ tasks }: RouteDeps): Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/v1/breakers',
      id: 'listBreakers',
      access: { scope: 'read', over: 'installation' },
      tag: 'Operators',
      summary: 'List the circuit breakers',
      description: 'Every outside dependency that workers use, by name; at most 1,000.',
      answers: {
        200: {
          description: 'The breakers.',
          content: { 'application/json': z.object({ breakers: z.array(breakerSchema) }) },
        },
      },
      problems: TEMPORAL,
      handle: async () => ({ status: 200, body: { breakers: await tasks.breakers() } }),
    }),
    defineRoute({
      method: 'get',
      path: '/v1/breakers/{name}',
      id: 'readBreaker',
      access: { scope: 'read', over: 'installation' },
      tag: 'Operators',
      summary: 'Read a circuit breaker',
      params: breakerParams,
      answers: { 200: breakerAnswer('The breaker.') },
      problems: [...TEMPORAL, 'not-found'],
      handle: async ({ params }) => ({ status: 200, body: await tasks.breaker(params.name) }),
    }),
    ...Object.entries(ORDERS).map(([action, { summary, description, body }]) =>
      defineRoute({
        method: 'post',
        path: `/v1/breakers/{name}/${action}`,
        id: `${action}Breaker`,
        access: { scope: 'operate', over: 'installation' },
        tag: 'Operators',
        summary,
        description,
        params: breakerParams,
        body,
        answers: { 202: breakerAnswer('The order has been taken.') },
        problems: [...TEMPORAL, 'not-found'],
        handle: async ({ params, body: order }) => ({
          status: 202,
          body: await tasks.breaker(params.name, action as BreakerAction, order),
        }),
      }),
    ),
  ];
}

function breakerAnswer(description: string): AnswerDoc {
  return { description, content: { 'application/json': breakerSchema } };
}
