import { z } from 'zod';
import { defineRoute, type Route } from '../routing/route';

/** @param create Makes the document; called once, when it is first asked for. */
export function documentRoute(create: () => object): Route {
  let document: object | undefined;
  return defineRoute({
    method: 'get',
    path: '/openapi.json',
    id: 'readOpenApi',
    access: { scope: 'read', over: 'nothing' },
    tag: 'Service',
    summary: 'This document',
    description: 'OpenAPI 3.1, made from the schemas that check the requests. /docs shows it.',
    answers: {
      200: {
        description: 'The document.',
        content: { 'application/json': z.looseObject({ openapi: z.string() }) },
      },
    },
    handle: async () => {
      document ??= create();
      return { status: 200, body: document };
    },
  });
}
