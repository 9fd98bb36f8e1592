import type { Request, RequestHandler, Response } from 'express';

const PATH = '/v1/codec/';
const HEADERS = 'Authorization, Content-Type, X-Namespace';
const PREFLIGHT_SECONDS = 600;

/** Lets pages of the given origins, which are those of Temporal's Web UI, use the codec, and nothing else. */
export function codecOrigins(origins: readonly string[]): RequestHandler {
  return (request, response, next) => {
    if (!request.path.startsWith(PATH)) {
      next();
      return;
    }
    response.vary('Origin');
    const origin = request.get('Origin');
    if (origin !== undefined && origins.includes(origin)) {
      response.locals.codecOrigin = origin;
      response.set({
        'Access-Control-Allow-Origin': origin,
        'Access-Control-Allow-Credentials': 'true',
        'Access-Control-Allow-Methods': 'POST',
        'Access-Control-Allow-Headers': HEADERS,
        'Access-Control-Max-Age': String(PREFLIGHT_SECONDS),
      });
    }
    next();
  };
}

/** Whether a page asks that may use the codec. What it is answered changes nothing here. */
export function isCodecOrigin({ locals }: Response, { path }: Request): boolean {
  return path.startsWith(PATH) && typeof (locals as { codecOrigin?: unknown }).codecOrigin === 'string';
}
