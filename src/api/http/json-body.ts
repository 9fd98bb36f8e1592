import { setImmediate as nextTurn } from 'node:timers/promises';
import express, { type Request, type RequestHandler } from 'express';
import secureJson from 'secure-json-parse';
import { jsonFault } from '../../tasks/json-text';
import { sendContinue } from './expectation';
import { Problem } from './problems';

export interface JsonLimits {
  /** Longest body, in bytes. */
  bytes: number;
  /** Longest time for it to arrive, in seconds. */
  seconds: number;
}

/** Deeper documents would pass the parser and exhaust the stack of whatever walks them later. */
const DEEPEST = 32;
/** Checks take their time for each value, and others wait meanwhile. */
const MOST_VALUES = 100_000;
/** In bytes. */
const LARGE_BODY = 64 * 1024;

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

/**
 * The JSON value of a body; undefined when there is none.
 * @throws Problem `malformed-request` that says what is wrong and where; `too-large` for too many values.
 */
export async function parseJson(bytes: unknown): Promise<unknown> {
  if (!Buffer.isBuffer(bytes) || bytes.length === 0) return undefined;
  // Others get their turn between what takes long with a large body.
  const pause = bytes.length > LARGE_BODY ? nextTurn : () => undefined;
  const excess = excessOf(bytes);
  await pause();
  if (excess === 'depth') throw malformed(`The JSON is nested deeper than ${DEEPEST} levels.`);
  if (excess === 'values') throw new Problem('too-large', `The JSON has more than ${MOST_VALUES} values.`);
  const text = decode(bytes);
  const value = parse(text);
  await pause();
  const fault = jsonFault(text);
  await pause();
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

/** Counts brackets and commas outside strings, before the parser makes objects of them. */
function excessOf(bytes: Buffer): 'depth' | 'values' | undefined {
  let depth = 0;
  let values = 1;
  let inString = false;
  for (let index = 0; index < bytes.length; index++) {
    const byte = bytes[index];
    if (inString) {
      if (byte === 0x5c) index++;
      else if (byte === 0x22) inString = false;
    } else if (byte === 0x22) inString = true;
    else if (byte === 0x5b || byte === 0x7b) {
      if (++depth > DEEPEST) return 'depth';
      if (!isClosing(bytes, index + 1)) values++;
    } else if (byte === 0x5d || byte === 0x7d) depth--;
    else if (byte === 0x2c) values++;
    if (values > MOST_VALUES) return 'values';
  }
  return undefined;
}

/** Whether the next byte that is no blank closes a list or an object. */
function isClosing(bytes: Buffer, from: number): boolean {
  let index = from;
  while (bytes[index] === 0x20 || bytes[index] === 0x0a || bytes[index] === 0x0d || bytes[index] === 0x09) index++;
  return bytes[index] === 0x5d || bytes[index] === 0x7d;
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
