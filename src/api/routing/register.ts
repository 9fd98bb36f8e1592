import { setMaxListeners } from 'node:events';
import type { Express, Request, RequestHandler, Response } from 'express';
import { addToLogScope } from '../../logging';
import type { Admission } from '../access/admission';
import type { Identification } from '../access/identify';
import type { Quota } from '../access/quota';
import { inTime } from '../http/budget';
import { type JsonLimits, jsonBody } from '../http/json-body';
import { parseJson } from '../http/parse-json';
import { Problem } from '../http/problems';
import { type Answer, callerOf, type Exchange, type Route } from './route';

/** Paths of one task, for the log. */
const ONE_TASK = '/v1/tasks/{id}';
const ID = 'id';

/** Between two looks whether the key or the session of a long request still holds, in milliseconds. */
const LOOK_MS = 2000;

export interface RoutingOptions {
  json: JsonLimits;
  /** Seconds within which a route answers, unless it is unhurried. */
  answerWithin: number;
  admission: Admission;
  identification: Identification;
  /** Of the bodies that submit work. */
  tenantBytes: Quota;
  /** Aborted when the API closes. */
  closing: AbortSignal;
}

/** Puts the routes on an Express application: each path with its methods, and 405 with Allow for the others. */
export function registerRoutes(app: Express, routes: readonly Route[], options: RoutingOptions): void {
  // Every running request listens.
  setMaxListeners(0, options.closing);
  for (const path of new Set(routes.map((route) => route.path))) {
    const here = routes.filter((route) => route.path === path);
    const at = app.route(path.replaceAll(/\{(\w+)\}/g, ':$1'));
    for (const route of here) {
      const body = route.body ? [jsonBody(options.json)] : [];
      at[route.method](named(route), options.admission.to(route), ...body, run(route, options));
    }
    at.all(otherMethods(here.map((route) => route.method)));
  }
}

/** Answers OPTIONS, and 405 for every method but the given ones. */
export function otherMethods(methods: readonly Route['method'][]): RequestHandler {
  const allow = methods.flatMap((method) => (method === 'get' ? ['GET', 'HEAD'] : [method.toUpperCase()])).join(', ');
  return (request, response, next) => {
    response.set('Allow', allow);
    if (request.method === 'OPTIONS') response.status(204).end();
    else next(new Problem('method-not-allowed', `${request.method} does not work here; allowed: ${allow}.`));
  };
}

/** For the metrics, also of requests that get no further. */
function named({ path }: Route): RequestHandler {
  return ({ params }, response, next) => {
    response.locals.route = path;
    if (path.startsWith(ONE_TASK)) addToLogScope({ taskId: String(params[ID]) });
    next();
  };
}

function run(route: Route, options: RoutingOptions): RequestHandler {
  return async (request, response) => {
    const exchange = openExchange(request, response, route, options);
    const { caller } = exchange;
    const bytes = submittedBytes(route, request.body);
    if (bytes > 0) await options.tenantBytes.check(caller, bytes, response);
    const body: unknown = route.body ? await parseJson(request.body) : undefined;
    const work = route.run(exchange, body);
    const answer = await (route.unhurried ? work : inTime(options.answerWithin, work));
    // What was refused is stored nowhere.
    if (bytes > 0 && answer && answer.status < 300) await options.tenantBytes.take(caller, bytes);
    if (answer && !response.headersSent) send(response, answer);
  };
}

/** How much of a body will be kept as somebody's work. An upload counts itself. */
function submittedBytes({ access, upload }: Route, body: unknown): number {
  const submits = access !== 'open' && access.scope === 'submit' && !upload;
  return submits && Buffer.isBuffer(body) ? body.length : 0;
}

function openExchange(
  request: Request,
  response: Response,
  { access, unhurried }: Route,
  options: RoutingOptions,
): Exchange {
  const { closing, identification } = options;
  const over = new AbortController();
  const revoked = new AbortController();
  // With a reason of its own, or every request would pay for an error with a stack.
  const end = () => over.abort('over');
  if (closing.aborted) end();
  closing.addEventListener('abort', end);
  const { session } = response.locals as Pick<Exchange, 'session'>;
  const caller = callerOf(response.locals);
  const exchange = {
    request,
    response,
    signal: over.signal,
    revoked: revoked.signal,
    caller,
    ...(session && { session }),
  };
  const look = async () => {
    // While the store is away, the next look decides.
    if (await identification.holds(exchange).catch(() => true)) return;
    revoked.abort('revoked');
    end();
  };
  const looks = unhurried && access !== 'open' ? setInterval(() => void look(), LOOK_MS) : undefined;
  response.once('close', () => {
    clearInterval(looks);
    closing.removeEventListener('abort', end);
    end();
  });
  return exchange;
}

function send(response: Response, { status, headers = {}, body, text }: Answer): void {
  response.status(status).set(headers);
  if (text !== undefined) response.send(text);
  else if (body !== undefined) response.type('application/json').send(JSON.stringify(body));
  else response.end();
}
