import { analyse } from 'chardet';
import iconv from 'iconv-lite';

/** A text that was bytes. */
export interface DecodedText {
  readonly text: string;
  /** Name of the character set that it was read in: `utf-8`, `windows-1252`. */
  readonly encoding: string;
}

const MARKS: readonly (readonly [encoding: string, mark: readonly number[]])[] = [
  // Before UTF-16, whose mark begins like it.
  ['utf-32le', [0xff, 0xfe, 0, 0]],
  ['utf-32be', [0, 0, 0xfe, 0xff]],
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
];

/** Bytes that are looked at to find out what nothing says. */
const LOOKED_AT = 256 * 1024;
/** Of the detector's hundred. Below, it guesses. */
const LEAST_CONFIDENCE = 30;
/** Below, it finds East Asian sets in any other text. */
const LEAST_MULTI_BYTE = 80;
/** Below, it takes a few letters of any other set for a language with Latin letters. */
const LEAST_LATIN = 45;
/** By so much another set must be likelier than Western Europe's, and at least as likely as that. */
const LEAD = 25;
const SURE = 55;
const UNLIKELY = 10;

const leastConfidence = (encoding: string) =>
  MULTI_BYTE.test(encoding) ? LEAST_MULTI_BYTE : LATIN.test(encoding) ? LEAST_LATIN : LEAST_CONFIDENCE;

const WESTERN = 'windows-1252';
/** Sets of the other languages with Latin letters. */
const LATIN = /^(?:iso-8859-(?:2|3|4|9|1[03456])|windows-125[047])$/;
const MULTI_BYTE = /^(shift_jis|euc-jp|euc-kr|gb18030|gbk|big5|iso-2022)/;

/**
 * Decodes a text: by its byte order mark, else as declared, else as UTF-8, else by what the bytes look like. Nothing is
 * replaced: a text that is none in its character set is refused. The mark is left out.
 * @param declared Label of a character set, as headers and pages have it. One that does not fit is passed over.
 * @throws Error that says why it cannot be decoded.
 */
export function decodeText(bytes: Buffer, declared?: string): DecodedText {
  for (const [encoding, mark] of MARKS) {
    if (!mark.every((byte, index) => bytes[index] === byte)) continue;
    const text = decodeAs(bytes.subarray(mark.length), encoding);
    if (text === undefined) throw new Error(`it begins as ${encoding} and goes on as something else`);
    return { text, encoding };
  }
  const label = declared && canonical(declared);
  const asDeclared = label && !isWronglyDeclared(bytes, label) ? decodeAs(bytes, label, true) : undefined;
  if (label && asDeclared !== undefined) return { text: asDeclared, encoding: label };
  const encoding = unmarkedUtf32(bytes) ?? unmarkedUtf16(bytes) ?? unmarkedIso2022(bytes) ?? 'utf-8';
  const text = decodeAs(bytes, encoding);
  if (text !== undefined && encoding === 'utf-8') refuseZeros(bytes);
  return text === undefined ? detected(bytes) : { text, encoding };
}

/** Sets of one byte, and of two, that servers declare for whatever they have. */
const DECLARED_FOR_ANYTHING = /^(?:windows-|iso-8859-|utf-?16|ucs-?2|us-ascii|ascii|macintosh)/;

/**
 * Whether a declaration is wrong: letters that are UTF-8 throughout are so by no accident, and a text of 16 bits has
 * zeros, or hardly a byte of ASCII.
 */
function isWronglyDeclared(bytes: Buffer, label: string): boolean {
  if (!DECLARED_FOR_ANYTHING.test(label) || bytes.includes(0)) return false;
  if (label.startsWith('u')) return bytes.filter((byte) => byte < 0x80).length * 2 > bytes.length;
  const text = strictly(bytes, 'utf-8');
  return text !== undefined && text.length < bytes.length;
}

/** What iconv calls an encoding and is none of letters. */
const NO_CHARACTERS = /^(?:base64|hex|binary|utf-?7.*)$/;

/** The name of a label by the WHATWG's table (`latin1` is windows-1252), else as iconv knows it. */
function canonical(label: string): string | undefined {
  const plain = label.trim().toLowerCase();
  try {
    return new TextDecoder(plain).encoding;
  } catch {
    return iconv.encodingExists(plain) && !NO_CHARACTERS.test(plain) ? plain : undefined;
  }
}

/** Undefined when the bytes are no text of this set. @param lax Takes the five bytes that windows-1252 leaves open. */
function decodeAs(bytes: Buffer, encoding: string, lax = false): string | undefined {
  if (/^utf-(8|16[lb]e)$/.test(encoding) || MULTI_BYTE.test(encoding)) return strictly(bytes, encoding);
  if (!iconv.encodingExists(encoding)) return strictly(bytes, encoding);
  // Node 20 itself takes windows-1252 for ISO-8859-1, and makes control characters of its quotes.
  const text = iconv.decode(bytes, encoding, { stripBOM: false });
  if (!text.includes('\ufffd')) return text;
  if (!lax || encoding !== WESTERN) return undefined;
  return [...text]
    .map((letter, index) => (letter === '\ufffd' ? String.fromCharCode(bytes[index] ?? 0) : letter))
    .join('');
}

function strictly(bytes: Buffer, encoding: string): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** UTF-16 without a mark: every other byte of most texts is zero then. */
function unmarkedUtf16(bytes: Buffer): string | undefined {
  const sample = bytes.subarray(0, LOOKED_AT);
  if (bytes.length % 2 !== 0 || !sample.includes(0)) return undefined;
  const zeros = [0, 0];
  sample.forEach((byte, index) => {
    if (byte === 0) zeros[index % 2] = (zeros[index % 2] ?? 0) + 1;
  });
  const [even = 0, odd = 0] = zeros;
  const half = sample.length / 2;
  if (odd > half * 0.4 && even < half * 0.05) return 'utf-16le';
  return even > half * 0.4 && odd < half * 0.05 ? 'utf-16be' : undefined;
}

/** UTF-32 without a mark: of four bytes one is zero, and the one beside it at most 16. */
function unmarkedUtf32(bytes: Buffer): string | undefined {
  if (bytes.length === 0 || bytes.length % 4 !== 0) return undefined;
  const sample = bytes.subarray(0, LOOKED_AT);
  const fits = (zero: number, plane: number) => {
    for (let at = 0; at < sample.length; at += 4) {
      if (sample[at + zero] !== 0 || (sample[at + plane] ?? 255) > 16) return false;
    }
    return true;
  };
  if (fits(3, 2)) return 'utf-32le';
  return fits(0, 1) ? 'utf-32be' : undefined;
}

/** The seven-bit set of Japanese mail, which is plain ASCII but for its escape sequences. */
function unmarkedIso2022(bytes: Buffer): string | undefined {
  return ['\x1b$B', '\x1b$@'].some((begin) => bytes.includes(begin, 0, 'latin1')) ? 'iso-2022-jp' : undefined;
}

/** More zero bytes than one in so many, and it is no text. */
const FEW_ZEROS = 1000;

function refuseZeros(bytes: Buffer): void {
  let zeros = 0;
  for (let at = bytes.indexOf(0); at >= 0; at = bytes.indexOf(0, at + 1)) zeros++;
  if (zeros * FEW_ZEROS > bytes.length) throw new Error('it is no text: it has zero bytes');
}

/** What UTF-8 looks like when it is read as windows-1252: CafÃ©, Â», â€œ. */
const READ_AS_WESTERN = /[ÃÂ][\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|â€/u;

function refuseBrokenUtf8(bytes: Buffer): void {
  const western = decodeAs(bytes, WESTERN, true);
  const text = bytes.toString('utf8');
  const bad = text.match(/\ufffd/g)?.length ?? 0;
  const good = (text.match(/[^\0-\x7f]/gu)?.length ?? 0) - bad;
  if (good > bad || (good > 0 && western !== undefined && READ_AS_WESTERN.test(western))) {
    throw new Error('it is in UTF-8, but some of its bytes are not; save it as UTF-8');
  }
}

function detected(bytes: Buffer): DecodedText {
  if (bytes.includes(0)) throw new Error('it is no text: it has zero bytes');
  const found = analyse(bytes.subarray(0, LOOKED_AT)).map(({ name, confidence }) => ({
    encoding: canonical(name) ?? name.toLowerCase(),
    confidence,
  }));
  const western = readable(bytes, WESTERN);
  const likely = found
    .filter(({ encoding }) => encoding !== WESTERN)
    .filter(({ encoding, confidence }) => confidence >= leastConfidence(encoding))
    .map(({ encoding, confidence }) => ({ encoding, confidence, text: readable(bytes, encoding) }))
    .find(({ text }) => text !== undefined);
  const westernConfidence = found.find(({ encoding }) => encoding === WESTERN)?.confidence ?? 0;
  const isOther =
    likely &&
    likely.confidence >= westernConfidence + LEAD &&
    (likely.confidence >= SURE || westernConfidence < UNLIKELY);
  if (!isOther || !MULTI_BYTE.test(likely.encoding)) refuseBrokenUtf8(bytes);
  if (western !== undefined && !isOther) return { text: western, encoding: WESTERN };
  if (likely?.text !== undefined) return { text: likely.text, encoding: likely.encoding };
  throw new Error('it is not in UTF-8, and its character set cannot be detected; save it as UTF-8');
}

const ABOVE_ASCII = /[^\0-\x7f]/g;

/** Signs that stand beside no letter, where letters of another set are: Bucureºti, £ÓD¬. */
const SIGN_IN_WORD = /\p{L}[ªº]\p{L}|[¯¬¨¼½¾±÷×ƒ£](?=\p{L})|(?<=\p{L})[¯¬¨¼¾÷×ƒ€]/gu;

/** A word of which most letters have accents: ÊÀÔÅ, Åìµþ. "été" is one, though. */
function isMostlyAccented(word: string): boolean {
  const accented = word.match(/[^\0-\x7fªº]/gu)?.length ?? 0;
  return word.length >= 4 ? accented * 2 > word.length : word.length === 3 && accented === 3;
}

/** The text in this set, if it looks like one; a wrong set puts signs into words and capitals behind small letters. */
function readable(bytes: Buffer, encoding: string): string | undefined {
  const text = decodeAs(bytes, encoding);
  if (text === undefined || MULTI_BYTE.test(encoding)) return text;
  const sample = text.slice(0, LOOKED_AT);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: no text has them.
  if (/[\x00-\x08\x0e-\x1f\x7f-\x9f]/.test(sample)) return undefined;
  const strange =
    sample.match(/\p{Ll}(?![\0-\x7f])\p{Lu}|\p{L}(?![\0-\x7f’‘–—­·•])[^\p{L}\p{M}\p{Z}]\p{L}/gu)?.length ?? 0;
  const high = sample.match(ABOVE_ASCII) ?? [];
  if (strange > high.length * 0.02) return undefined;
  if ((sample.match(SIGN_IN_WORD)?.length ?? 0) > high.length * 0.02) return undefined;
  const words = sample.match(/\p{L}+/gu)?.filter((word) => /[^\0-\x7f]/.test(word)) ?? [];
  const accentedWords = words.filter(isMostlyAccented).length;
  if (LATIN.test(encoding)) return accentedWords * 2 > words.length ? undefined : text;
  if (encoding !== WESTERN) return text;
  if (accentedWords > 0) return undefined;
  // Hungarian, whose two letters no language of Western Europe has together.
  if (/[ûÛ]/.test(sample) && /[õÕ]/.test(sample)) return undefined;
  // Turkish and Baltic, where Icelandic would be: which has none of the others.
  if (/[ÞþÐð]/.test(sample) && /[çÇøØõÕãÃñÑûÛàÀèÈ]/.test(sample)) return undefined;
  const letters = sample.match(/\p{L}/gu)?.length ?? 0;
  const accented = high.filter((one) => /\p{L}/u.test(one)).length;
  // In languages of Western Europe about one letter in ten has an accent.
  return accented <= Math.max(1, letters * 0.3) ? text : undefined;
}
