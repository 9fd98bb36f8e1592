import { z } from 'zod';

/** All but control characters, said so that every reader of JSON Schema understands it. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones that are refused.
export const PLAIN = /^[^\u0000-\u001f\u007f-\u009f]*$/;

/** One line of text, of 1 to `longest` characters. */
export function plainText(longest: number) {
  return z.string().min(1).max(longest).regex(PLAIN, 'must not contain control characters');
}

/** Anything but a blank, as JavaScript trims them: for readers whose regular expressions know others. */
const NO_BLANK = '[^\\t\\n\\v\\f\\r \\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000\\ufeff]';

/** Text that says something, without the blanks around it. */
export function filledText(longest: number) {
  return z.string().trim().min(1, 'must not be empty').max(longest).meta({ pattern: NO_BLANK });
}

/** A tag as it is documented; the client checks it, for its callers in the same process, too. */
export const documentedTag = z.string().meta({ minLength: 1, maxLength: 128, pattern: '^[\\p{L}\\p{N}._:@/-]+$' });

/** A tenant or a tag to look for. None has a double quote, and the server's index of tags cannot be asked for one. */
export const nameText = z
  .string()
  .min(1)
  .max(256)
  .regex(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones that are refused.
    /^[^\u0000-\u001f"\u007f-\u009f]*$/,
    'must not contain control characters or double quotes',
  );

/**
 * Any JSON value. A schema that describes JSON by itself takes ten microseconds for each value in it, this one a
 * fraction of one.
 */
export const jsonValue = z.unknown().refine(isJson, { error: 'must be a JSON value', abort: true });

/** Longer than any expression that a person could mean. */
export const LONGEST_CRON = 300;
/** The longest name of a time zone has 30 characters. */
export const LONGEST_ZONE = 64;

const FIRST_INSTANT = Date.parse('0001-01-01T00:00:00Z');
const LAST_INSTANT = Date.parse('9999-12-31T23:59:59.999Z');
const NOT_A_TIME = 'must be a time with its zone, such as 2030-01-31T08:00:00Z';

/** A time with its zone. Some that can be written down lie in no year of four digits: those nobody could store. */
export const instant = z.iso
  .datetime({ offset: true, abort: true, error: NOT_A_TIME })
  .refine(isStorable, 'must lie in the years 1 to 9999, in UTC');

const LONGEST_AHEAD_YEARS = 100;
const YEAR_MS = 365.25 * 86_400_000;

/** A time for which something is put off: timers do not reach further. */
export const dueInstant = instant.refine(
  (text) => Date.parse(text) - Date.now() < LONGEST_AHEAD_YEARS * YEAR_MS,
  `must not be more than ${LONGEST_AHEAD_YEARS} years ahead`,
);

function isStorable(text: string): boolean {
  const time = Date.parse(text);
  return time >= FIRST_INSTANT && time <= LAST_INSTANT;
}

const FIRST_CREATION = Date.parse('1970-01-01T00:00:00Z');
const LAST_CREATION = Date.parse('2261-12-31T00:00:00Z');

/** Databases keep times of creation in nanoseconds since 1970; nothing was created beyond what those can say. */
export function creationTime(time: Date): Date {
  return new Date(Math.min(Math.max(time.getTime(), FIRST_CREATION), LAST_CREATION));
}

function isJson(value: unknown): boolean {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (Array.isArray(value)) return value.every(isJson);
  return isPlain(value) && Object.values(value).every(isJson);
}

function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype || Object.getPrototypeOf(prototype) === null;
}
