import express, { type Request, type RequestHandler } from 'express';
import secureJson from 'secure-json-parse';
import { jsonFault } from '../../tasks/json-text';
import { Problem } from './problems';

export interface JsonLimits {
  /** Longest body, in bytes. */
  bytes: number;
  /** Longest time for it to arrive, in seconds. */
  seconds: number;
}

/** Deeper documents would pass the parser and exhaust the stack of whatever walks them later. */
const DEEPEST = 32;

/** Reads the body's bytes, within limits, for {@link parseJson}. Compressed bodies are refused: they hide their size. */
export function jsonBody({ bytes, seconds }: JsonLimits): RequestHandler {
  const read = express.raw({ type: () => true, limit: bytes, inflate: false });
  return (request, response, next) => {
    const wrong = wrongMediaType(request);
    if (wrong) {
      const headers = { 'Accept-Post': 'application/json' };
      next(new Problem('unsupported-media-type', wrong, { headers }));
      return;
    }
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

/**
 * The JSON value of a body; undefined when there is none.
 * @throws Problem `malformed-request` that says what is wrong and where.
 */
export function parseJson(bytes: unknown): unknown {
  if (!Buffer.isBuffer(bytes) || bytes.length === 0) return undefined;
  if (isTooDeep(bytes)) throw malformed(`The JSON is nested deeper than ${DEEPEST} levels.`);
  const text = decode(bytes);
  const value = parse(text);
  const fault = jsonFault(text);
  if (fault) {
    const { pointer, message: detail } = fault;
    throw new Problem('malformed-request', `${pointer || 'The body'}: ${detail}.`, { errors: [{ pointer, detail }] });
  }
  return value;
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

/** Counts brackets outside strings, before the parser makes objects of them. */
function isTooDeep(bytes: Buffer): boolean {
  let depth = 0;
  let inString = false;
  for (let index = 0; index < bytes.length; index++) {
    const byte = bytes[index];
    if (inString) {
      if (byte === 0x5c) index++;
      else if (byte === 0x22) inString = false;
    } else if (byte === 0x22) inString = true;
    else if (byte === 0x5b || byte === 0x7b) {
      if (++depth > DEEPEST) return true;
    } else if (byte === 0x5d || byte === 0x7d) depth--;
  }
  return false;
}

function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw malformed('The body is not valid UTF-8.', cause);
  }
}

function parse(text: string): unknown {
  try {
    return secureJson.parse(text, { protoAction: 'error', constructorAction: 'error' });
  } catch (cause) {
    const { message } = cause as Error;
    throw malformed(
      message.includes('forbidden prototype')
        ? 'The names __proto__ and constructor.prototype are not accepted in JSON.'
        : `The body is not valid JSON: ${message}`,
      cause,
    );
  }
}

function malformed(detail: string, cause?: unknown): Problem {
  return new Problem('malformed-request', detail, {}, { cause });
}
