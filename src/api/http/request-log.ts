import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RequestHandler } from 'express';
import type { Logger } from 'pino';
import { pinoHttp } from 'pino-http';

/** A caller's own request ID is taken over when it is safe in logs and headers. */
const REQUEST_ID = /^[\w.:-]{1,128}$/;

/**
 * Gives every request its ID, in and out as X-Request-Id, and logs it once it has been answered. Only the
 * named fields are logged: never queries, headers or bodies, which hold keys and data.
 */
export function requestLog(logger: Logger): RequestHandler {
  return pinoHttp({
    logger,
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
