import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RequestHandler, Response } from 'express';
import type { Logger } from 'pino';
import { pinoHttp } from 'pino-http';
import { type LogScope, withLogScope } from '../../logging';

/** A caller's own request ID is taken over when it is safe in logs and headers. */
const REQUEST_ID = /^[\w.:-]{1,128}$/;

/**
 * Gives every request its ID, in and out as X-Request-Id, and logs it once it has been answered. Only the
 * named fields are logged: never queries, headers or bodies, which hold keys and data.
 */
export function requestLog(logger: Logger): RequestHandler {
  const log = pinoHttp({
    logger,
    customProps: (_request, response) => (response as Response).locals.log as LogScope,
    quietReqLogger: true,
    genReqId: requestId,
    customLogLevel: (_request, response) => (response.statusCode >= 500 ? 'error' : 'info'),
    customSuccessMessage: summary,
    customErrorMessage: summary,
    wrapSerializers: false,
    serializers: {
      req: ({ method, url = '' }: IncomingMessage) => ({ method, path: url.split('?', 1)[0] }),
      res: ({ statusCode }: ServerResponse) => ({ statusCode }),
    },
  });
  return (request, response, next) => {
    log(request, response);
    // Its own line is written when the scope is over, so it finds the fields here.
    const scope: LogScope = { reqId: String(request.id) };
    response.locals.log = scope;
    withLogScope(scope, next);
  };
}

function requestId(request: IncomingMessage, response: ServerResponse): string {
  const given = request.headers['x-request-id'];
  const id = typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
  response.setHeader('X-Request-Id', id);
  return id;
}

function summary({ method, url = '' }: IncomingMessage, { statusCode }: ServerResponse): string {
  return `${method} ${url.split('?', 1)[0]} ${statusCode}`;
}
