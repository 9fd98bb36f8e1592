import { createScanner } from 'jsonc-parser';

/** What is wrong with a JSON text, and where: a JSON pointer. */
export interface JsonFault {
  pointer: string;
  message: string;
}

/** Texts without a number of so many characters, or with an exponent, hold none that could change. */
const LONG_NUMBER = /[\d.]{16}|\d[eE]/;
const HALF = /\p{Surrogate}/u;
const NUMBER = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;
/** The most digits that JavaScript writes of a number; nothing exact is longer that a person would write. */
const MOST_DIGITS = 100;
/** The first of `true`, `false` and `null`. */
const LETTER = /[a-z]/;
/** Tokens looked at before others get a turn. */
const STEP = 500;

/** A list or an object that the search is inside of. */
interface Container {
  /** The index of the element, or the name of the field, that comes next or is being looked at. */
  at?: number | string;
  /** Of an object: the names that it has had, and whether another one is due. */
  names?: Set<string>;
  isNameNext?: boolean;
}

/**
 * The value of a JSON text in which nothing would be altered on its way to a receiver.
 * @throws SyntaxError when it is no JSON; RangeError that says what would be altered, and where.
 */
export function exactJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  const fault = jsonFault(text);
  if (fault) throw new RangeError(`${fault.pointer || 'the value'}: ${fault.message}`);
  return value;
}

/**
 * Finds what would not arrive as it was sent: numbers that a double cannot hold, fields that an object has twice, of
 * which all but the last would be dropped, and halves of characters. The text is known to be JSON.
 */
export function jsonFault(text: string): JsonFault | undefined {
  const search = faultSearch(text);
  for (let step = search.next(); ; step = search.next()) if (step.done) return step.value;
}

/** {@link jsonFault} in steps, between which others can have a turn. */
export function* faultSearch(text: string): Generator<undefined, JsonFault | undefined> {
  const mayHoldLongNumbers = LONG_NUMBER.test(text);
  const scanner = createScanner(text, true);
  const open: Container[] = [];
  for (let seen = 1; ; seen++) {
    scanner.scan();
    const first = text[scanner.getTokenOffset()];
    const inside = open.at(-1);
    if (first === undefined) return undefined;
    if (first === '{') open.push({ names: new Set(), isNameNext: true });
    else if (first === '[') open.push({ at: 0 });
    else if (first === '}' || first === ']') open.pop();
    else if (first === ',') toNext(inside);
    else if (first === '"') {
      const fault = inside?.isNameNext
        ? nameFault(inside, scanner.getTokenValue())
        : textFault(scanner.getTokenValue());
      if (fault) return { pointer: pointerOf(open), message: fault };
    } else if (mayHoldLongNumbers && !LETTER.test(first)) {
      const fault = numberFault(scanner.getTokenValue());
      if (fault) return { pointer: pointerOf(open), message: fault };
    }
    if (seen % STEP === 0) yield;
  }
}

/** How many names of fields a value has. Its JSON text has more when an object had a field twice. */
export function namesIn(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const inside = Object.values(value);
  let names = Array.isArray(value) ? 0 : inside.length;
  for (const one of inside) names += namesIn(one);
  return names;
}

function nameFault(inside: Container, name: string): string | undefined {
  inside.isNameNext = false;
  // The pointer is that of the object then: one with half a character could not be written.
  delete inside.at;
  if (HALF.test(name)) return 'a name holds half of a surrogate pair';
  inside.at = name;
  if (inside.names?.has(name)) return 'the field is there twice';
  inside.names?.add(name);
  return undefined;
}

function textFault(text: string): string | undefined {
  return HALF.test(text) ? 'a string holds half of a surrogate pair' : undefined;
}

function toNext(inside: Container | undefined): void {
  if (inside?.names) inside.isNameNext = true;
  else if (inside) inside.at = Number(inside.at) + 1;
}

/**
 * What is wrong with a number as it is written; nothing, when a receiver gets the number that was sent. Whole numbers
 * are kept up to 2^53 - 1. Others must be what the nearest double gives when it is written with as many digits, so
 * that every program's own way of writing a double passes.
 */
export function numberFault(text: string): string | undefined {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = NUMBER.exec(text) ?? [];
  const value = Number(text);
  if (!Number.isFinite(value)) return 'the number is too large to be kept';
  const digits = (whole + fraction).replace(/^0+/, '');
  if (digits === '') return undefined;
  if (!/[.eE]/.test(text)) {
    return Number.isSafeInteger(value)
      ? undefined
      : 'the whole number is beyond 9007199254740991 and would be altered: send it as a string';
  }
  const altered = 'the number has more digits than can be kept, and would be altered: send it as a string';
  if (value === 0) return 'the number is too small to be kept: send it as a string';
  const given = `${sign}${normal(digits, Number(exponent) - fraction.length)}`;
  // From 2^53 on every double is a whole number, and receivers read the shortest way of writing it.
  const kept = Math.abs(value) > Number.MAX_SAFE_INTEGER ? String(value) : written(value, digits.length);
  return kept !== undefined && normalised(kept) === given ? undefined : altered;
}

function written(value: number, digits: number): string | undefined {
  return digits <= MOST_DIGITS ? value.toPrecision(digits) : undefined;
}

function normalised(text: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = NUMBER.exec(text) ?? [];
  return `${sign}${normal((whole + fraction).replace(/^0+/, ''), Number(exponent) - fraction.length)}`;
}

/** Digits and the power of ten that they are multiplied by, without zeros at the end. */
function normal(digits: string, power: number): string {
  let end = digits.length;
  // A pattern for zeros at the end would look again from each zero on the way: a number may have millions.
  while (digits[end - 1] === '0') end--;
  const short = digits.slice(0, end);
  return `${short}e${power + digits.length - short.length}`;
}

/** The way into the containers as a JSON pointer (RFC 6901). */
function pointerOf(open: readonly Container[]): string {
  return open
    .map(({ at }) => (at === undefined ? '' : `/${String(at).replaceAll('~', '~0').replaceAll('/', '~1')}`))
    .join('');
}
