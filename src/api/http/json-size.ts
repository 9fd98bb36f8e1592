import { randomInt } from 'node:crypto';
import { Problem } from './problems';

/** Deeper documents would pass the parser and exhaust the stack of whatever walks them later. */
const DEEPEST = 32;
/** Every check takes time for each value, and other requests wait meanwhile. */
const MOST_VALUES = 100_000;
/** Each new name costs the parser a hundred times what a value costs. */
const MOST_NAMES = 10_000;
/** Of the hash of names, so that nobody can make many names with one hash. */
const FACTOR = randomInt(2 ** 20, 2 ** 30) * 2 + 1;
/** Bytes counted before others get a turn. */
const STEP = 64 * 1024;

/** From so many characters on a number may not fit a double. */
const LONG_NUMBER = 16;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const COMMA = 0x2c;
const POINT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const SMALL_D = 0x64;
const SMALL_E = 0x65;
const SMALL_U = 0x75;
/** Makes a capital letter small. */
const SMALL = 0x20;

/** What decides how closely a JSON text is checked. */
export interface JsonSize {
  /** Names of fields, repeats included. */
  names: number;
  /** Whether it has a number with many digits or an exponent, or escapes half of a surrogate pair. */
  isDelicate: boolean;
}

/**
 * Measures a JSON text by its bytes, before a parser makes objects of them.
 * @throws Problem `malformed-request` for what is nested too deep; `too-large` for too many values or names.
 */
export async function jsonSize(bytes: Buffer, giveWay: () => Promise<void>): Promise<JsonSize> {
  const distinct = new Set<number>();
  let depth = 0;
  let values = 1;
  let names = 0;
  let isDelicate = false;
  /** Where the last string began; -1 outside of strings. */
  let string = -1;
  let lastString: readonly [number, number] = [0, 0];
  let digits = 0;
  for (let index = 0; index < bytes.length; index++) {
    const byte = bytes[index] as number;
    if (index % STEP === 0) await giveWay();
    if (string >= 0) {
      if (byte === BACKSLASH) {
        index++;
        isDelicate ||= isHalf(bytes, index);
      } else if (byte === QUOTE) {
        lastString = [string, index];
        string = -1;
      }
    } else if ((byte >= ZERO && byte <= NINE) || byte === POINT) {
      digits++;
      isDelicate ||= digits >= LONG_NUMBER;
    } else {
      isDelicate ||= digits > 0 && (byte | SMALL) === SMALL_E;
      digits = 0;
      if (byte === QUOTE) string = index;
      else if (byte === COLON) {
        names++;
        if (distinct.add(hashOf(bytes, lastString)).size > MOST_NAMES) {
          throw new Problem('too-large', `The JSON has more than ${MOST_NAMES} different names of fields.`);
        }
      } else if (byte === OPEN_LIST || byte === OPEN_OBJECT) {
        if (++depth > DEEPEST) {
          throw new Problem('malformed-request', `The JSON is nested deeper than ${DEEPEST} levels.`);
        }
        if (!isClosing(bytes, index + 1)) values++;
      } else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) depth--;
      else if (byte === COMMA) values++;
      if (values > MOST_VALUES) throw new Problem('too-large', `The JSON has more than ${MOST_VALUES} values.`);
    }
  }
  return { names, isDelicate };
}

/** Whether an escape stands for half of a surrogate pair. @param at Of the character behind the backslash. */
function isHalf(bytes: Buffer, at: number): boolean {
  if (bytes[at] !== SMALL_U || ((bytes[at + 1] as number) | SMALL) !== SMALL_D) return false;
  return /[89a-f]/i.test(String.fromCharCode(bytes[at + 2] as number));
}

/** Two names with one hash count once, which is near enough. */
function hashOf(bytes: Buffer, [from, to]: readonly [number, number]): number {
  let hash = 0;
  for (let index = from; index < to; index++) hash = (Math.imul(hash, FACTOR) + (bytes[index] as number)) | 0;
  return hash;
}

/** Whether the next byte that is no blank closes a list or an object. */
function isClosing(bytes: Buffer, from: number): boolean {
  let index = from;
  while (bytes[index] === 0x20 || bytes[index] === 0x0a || bytes[index] === 0x0d || bytes[index] === 0x09) index++;
  return bytes[index] === CLOSE_LIST || bytes[index] === CLOSE_OBJECT;
}
