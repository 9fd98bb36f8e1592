/** A search attribute's column holds 255 characters. */
export const LONGEST_NAME = 128;
const NAME = /^[\p{L}\p{N}._:@/-]+$/u;
/** What no type, category, failure code or fingerprint holds, and a search would mistake for its own signs. */
const SIGNS = /['"\\`]/;
const LONGEST_TEXT = 255;

/** Whether a text may be a tenant or a tag. A plain alphabet keeps search attributes and every log line safe. */
export function isName(text: string): boolean {
  return text.length <= LONGEST_NAME && NAME.test(text);
}

/** Whether any task can have this text as its type, category, failure code or fingerprint. */
export function isKeyword(text: string): boolean {
  return text !== '' && text.length <= LONGEST_TEXT && text === text.trim() && !SIGNS.test(text);
}
