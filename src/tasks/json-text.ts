import { type JSONPath, visit } from 'jsonc-parser';

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
  const fields: Set<string>[] = [];
  const mayHoldLongNumbers = LONG_NUMBER.test(text);
  let fault: JsonFault | undefined;
  const found = (path: JSONPath, message: string) => {
    fault ??= { pointer: pointerOf(path), message };
  };
  visit(text, {
    onObjectBegin: () => {
      fields.push(new Set());
      return fault === undefined;
    },
    onObjectEnd: () => {
      fields.pop();
    },
    onObjectProperty: (name, _offset, _length, _line, _character, path) => {
      const known = fields.at(-1);
      if (known?.has(name)) found([...path(), name], 'the field is there twice');
      if (HALF.test(name)) found(path(), 'a name holds half of a surrogate pair');
      known?.add(name);
    },
    onLiteralValue: (value: unknown, offset, length, _line, _character, path) => {
      if (fault !== undefined) return;
      if (typeof value === 'string' && HALF.test(value)) found(path(), 'a string holds half of a surrogate pair');
      if (!mayHoldLongNumbers || typeof value !== 'number') return;
      const message = numberFault(text.slice(offset, offset + length));
      if (message) found(path(), message);
    },
  });
  return fault;
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
  const short = digits.replace(/0+$/, '');
  return `${short}e${power + digits.length - short.length}`;
}

/** A path as a JSON pointer (RFC 6901). */
function pointerOf(path: JSONPath): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
