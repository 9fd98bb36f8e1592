import type { Request, Response } from 'express';
import { z } from 'zod';
import { ANYONE, type Caller, signature } from '../../access/caller';
import type { Session } from '../../access/sessions';
import type { AccessRule } from '../access/rule';
import type { ProblemCode } from '../http/problems';
import { check, checkBody, namedHeaders } from './check';

/** One request and its answer, for routes that need more than the checked parts. */
export interface Exchange {
  request: Request;
  response: Response;
  /** Aborted when the caller has gone, the API is closing, or the key or session no longer holds. */
  signal: AbortSignal;
  /** Aborted for the last of these alone. What is under way goes on to its end while the API closes, but not after that. */
  revoked: AbortSignal;
  /** Who asks. */
  caller: Caller;
  /** Present when a session's cookie was the proof. */
  session?: Session;
}

/** What a route answers: JSON by default, or text of the Content-Type it names. */
export interface Answer {
  status: number;
  headers?: Record<string, string>;
  body?: unknown;
  text?: string;
}

/** One way in which a route answers, as OpenAPI documents it. */
export interface AnswerDoc {
  description: string;
  /** Each media type with its schema. Absent: no body. */
  content?: Record<string, z.ZodType>;
  /** Each header with its description. */
  headers?: Record<string, string>;
  /** True when the body is a task, so that the calls on tasks are linked from here. */
  task?: true;
}

export const TAGS = ['Tasks', 'Operators', 'Schedules', 'Files', 'Webhooks', 'Catalogue', 'Service', 'Access'] as const;

interface Spec<P extends z.ZodType, Q extends z.ZodType, H extends z.ZodObject, B extends z.ZodType> {
  method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** As OpenAPI writes it: `/v1/tasks/{id}`. */
  path: `/${string}`;
  /** The operation ID. */
  id: string;
  tag: (typeof TAGS)[number];
  /** Who may call it. */
  access: AccessRule;
  summary: string;
  description?: string;
  params?: P;
  query?: Q;
  /** Names in the case in which they are documented. */
  headers?: H;
  /** Schema of the JSON body. */
  body?: B;
  /** What is documented as the body instead, where `body` leaves parts to be checked further in. */
  documentedBody?: z.ZodType;
  /** Bodies to try the call with, by name. */
  examples?: Record<string, unknown>;
  /** True for a body of any media type, which the route reads itself. */
  upload?: true;
  answers: Record<number, AnswerDoc>;
  /** Problems beyond those that every route has. */
  problems?: readonly ProblemCode[];
  /** True for a route that waits, streams or does much: it sees to its own end. */
  unhurried?: true;
  /** `undefined`: the route has answered by itself. */
  handle(
    checked: { params: z.output<P>; query: z.output<Q>; headers: z.output<H>; body: z.output<B> },
    exchange: Exchange,
  ): Promise<Answer | undefined>;
}

/** A route: everything about it is made from this, Express registration, checks, Allow and OpenAPI. */
export type Route = Omit<Spec<z.ZodType, z.ZodType, z.ZodObject, z.ZodType>, 'handle'> & {
  /** Checks the request and answers it. @throws Problem, HoldfastError. */
  run(exchange: Exchange, body: unknown): Promise<Answer | undefined>;
};

const NOTHING = z.object({});

export function defineRoute<
  P extends z.ZodType = typeof NOTHING,
  Q extends z.ZodType = typeof NOTHING,
  H extends z.ZodObject = typeof NOTHING,
  B extends z.ZodType = z.ZodUnknown,
>({ handle, ...spec }: Spec<P, Q, H, B>): Route {
  // Without a schema of its own a part has the default type, which is that of the empty check.
  const params = spec.params ?? (NOTHING as z.ZodType as P);
  const query = spec.query ?? (z.strictObject({}) as z.ZodType as Q);
  const headers = spec.headers ?? (NOTHING as z.ZodType as H);
  return {
    ...(spec as Omit<Route, 'run'>),
    run: async (exchange, body) => {
      const { request } = exchange;
      const checked = {
        params: check('path', params, request.params),
        query: check('parameter', query, request.query),
        headers: check('header', headers, namedHeaders(request, Object.keys(headers.shape))),
        body: signed(checkBody(spec.body ?? (z.unknown() as z.ZodType as B), body), exchange),
      };
      return handle(checked, exchange);
    },
  };
}

/** Where a body says who asks, a key says it better; the audit log hears of it either way. */
function signed<T>(body: T, { caller, response }: Exchange): T {
  if (typeof body !== 'object' || body === null) return body;
  const { by, reason } = body as { by?: unknown; reason?: unknown };
  const name = signature(caller);
  response.locals.signed = {
    ...(typeof by === 'string' && { by: name ?? by }),
    ...(typeof reason === 'string' && { reason }),
  };
  return name !== undefined && typeof by === 'string' ? { ...body, by: name } : body;
}

/** The caller that the admission has found; where nobody needs a key, it may be nobody in particular. */
export function callerOf(locals: { caller?: Caller }): Caller {
  return locals.caller ?? NOBODY;
}

const NOBODY: Caller = { ...ANYONE, scopes: [] };
