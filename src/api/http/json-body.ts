import express, { type Request, type RequestHandler } from 'express';
import { sendContinue } from './expectation';
import { Problem } from './problems';

export interface JsonLimits {
  /** Longest body, in bytes. */
  bytes: number;
  /** Longest time for it to arrive, in seconds. */
  seconds: number;
}

/** Reads the body's bytes, within limits, for `parseJson`. Compressed bodies are refused: they hide their size. */
export function jsonBody({ bytes, seconds }: JsonLimits): RequestHandler {
  const read = express.raw({ type: () => true, limit: bytes, inflate: false });
  return (request, response, next) => {
    const wrong = wrongMediaType(request);
    if (wrong) {
      const headers = { 'Accept-Post': 'application/json' };
      next(new Problem('unsupported-media-type', wrong, { headers }));
      return;
    }
    if (Number(request.get('Content-Length') ?? 0) > bytes) {
      next(new Problem('too-large', `The body is too large: at most ${bytes} bytes are taken.`));
      return;
    }
    sendContinue(request);
    const timer = setTimeout(() => {
      response.set('Connection', 'close');
      next(new Problem('request-timeout', `The body did not arrive within ${seconds} s.`));
    }, seconds * 1000);
    read(request, response, (error?: unknown) => {
      clearTimeout(timer);
      if (!response.headersSent) next(error);
    });
  };
}

function wrongMediaType(request: Request): string | undefined {
  const hasBody = request.get('Transfer-Encoding') !== undefined || Number(request.get('Content-Length') ?? 0) > 0;
  if (!hasBody) return undefined;
  const given = request.get('Content-Type') ?? '';
  if (!request.is(['application/json', '+json'])) {
    return `Send JSON, with Content-Type: application/json${given ? ` instead of ${given}` : ''}.`;
  }
  const charset = /;\s*charset="?([^";]+)/i.exec(given)?.[1];
  return charset && charset.toLowerCase() !== 'utf-8' ? `JSON is sent as UTF-8, not as ${charset}.` : undefined;
}
