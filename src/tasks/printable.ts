/**
 * What steers a terminal instead of being shown: control characters, marks that turn the direction of text, characters
 * without a width, and halves of characters. Joiners stay, which scripts need.
 */
const STEERING =
  /[\p{Cc}\u00ad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb]|[\u{e0000}-\u{e0fff}]|\p{Cs}/gu;

/** A text on one line, in which everything that would steer a terminal is visible: `\x1b`, `\n`, `\u202e`. */
export function printable(text: string): string {
  return text.replace(STEERING, visible);
}

/** The same for a text of several lines: those after the first are indented, so that none passes for another line. */
export function printableLines(text: string, indent = '    '): string {
  return text.split('\n').map(printable).join(`\n${indent}`);
}

/** JSON of the same value, in which such characters stand as escapes; what JSON itself needs stays. */
export function printableJson(json: string): string {
  return json.replace(STEERING, (character) =>
    character === '\n' ? character : [...character.split('')].map(unicodeEscape).join(''),
  );
}

const NAMED: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function visible(character: string): string {
  const named = NAMED[character];
  if (named !== undefined) return named;
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, '0')}`;
  return code < 0x10000 ? unicodeEscape(character) : `\\u{${code.toString(16)}}`;
}

function unicodeEscape(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
