import { httpDate } from './http-date';
import type { Thing } from './thing';

/** Nobody's wish keeps a task waiting for longer. In seconds. */
const LONGEST = 86_400;

const NAME = 'retry-after';

/** Most headers that are looked through. */
const MOST_HEADERS = 200;

/**
 * How long the other side asks to wait, in seconds, from 0 up to a day: the `Retry-After` header (seconds or
 * an HTTP date in any of its three forms), or what a `TaskFailure` or `HoldfastError` says. A header that says "now" says nothing.
 */
export function retryAfterIn(thing: Thing, now = Date.now()): number | undefined {
  const own = ownWish(thing);
  if (typeof own === 'number' && own >= 0) return Math.min(own, LONGEST);
  for (const holder of [thing, thing.child('response')]) {
    const header = headerOf(holder.child('headers'));
    const seconds = header === undefined ? undefined : secondsOf(header.trim(), now);
    if (seconds !== undefined && seconds > 0) return Math.min(seconds, LONGEST);
  }
  return undefined;
}

function ownWish(thing: Thing): unknown {
  if (thing.is('TaskFailure')) return thing.read('retryAfter');
  return thing.is('HoldfastError') ? thing.child('extra').read('retryAfter') : undefined;
}

function secondsOf(header: string, now: number): number | undefined {
  // A header that came twice is joined with a comma.
  const [, seconds] = /^(\d{1,12}(?:\.\d{1,6})?)(?:\s*,\s*\d{1,12}(?:\.\d{1,6})?)*$/.exec(header) ?? [];
  if (seconds !== undefined) return Number(seconds);
  const date = httpDate(header, now);
  return date === undefined ? undefined : (date - now) / 1000;
}

/** From a `Headers`, a plain object with names in any case, or undici's flat list of names and values. */
function headerOf(headers: Thing): string | undefined {
  const { value } = headers;
  if (typeof value !== 'object' || value === null) return undefined;
  try {
    const got: unknown = typeof headers.read('get') === 'function' ? (value as Headers).get(NAME) : undefined;
    return textOf(got ?? (Array.isArray(value) ? inList(value) : inObject(headers, value)));
  } catch {
    return undefined;
  }
}

function inObject(headers: Thing, value: object): unknown {
  const name = Object.keys(value)
    .slice(0, MOST_HEADERS)
    .find((key) => key.toLowerCase() === NAME);
  return name === undefined ? undefined : headers.read(name);
}

function inList(headers: unknown[]): unknown {
  const at = headers
    .slice(0, MOST_HEADERS)
    .findIndex((name, index) => index % 2 === 0 && String(name).toLowerCase() === NAME);
  return at < 0 ? undefined : headers[at + 1];
}

function textOf(header: unknown): string | undefined {
  const value: unknown = Array.isArray(header) ? header[0] : header;
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}
