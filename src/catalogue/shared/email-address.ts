import { z } from 'zod';

/** A line break, a NUL or another control character would end a header, or begin one. */
const CONTROL = /[\p{Cc}\p{Zl}\p{Zp}]/u;

/** What people and programs write where there is no address. */
const PLACEHOLDERS = new Set([
  '',
  '-',
  '--',
  '.',
  '?',
  'dummy',
  'n/a',
  'na',
  'nil',
  'no email',
  'no-email',
  'noemail',
  'nomail',
  'none',
  'null',
  'placeholder',
  'tba',
  'tbd',
  'todo',
  'undefined',
  'unknown',
  'x',
  'xx',
  'xxx',
]);

const strict = z.email().max(254);
/** A part of a domain, as DNS has them. */
const LABEL = /^(?!-)[a-z0-9-]{1,63}(?<!-)$/i;

/** One line of a header. */
export function headerLine(most: number) {
  return z.string().max(most).refine(isHeaderLine, { error: 'must be one line without control characters' });
}

export function isHeaderLine(text: string): boolean {
  return !CONTROL.test(text);
}

/** `local@domain` in ASCII; no display name, no comment, no quoted local part, no address literal. */
export function isAddress(text: string): boolean {
  const at = text.lastIndexOf('@');
  const labels = text.slice(at + 1).split('.');
  return at <= 64 && labels.every((label) => LABEL.test(label)) && strict.safeParse(text).success;
}

/**
 * Whether a text stands where somebody had no address: `TBD`, `none`, blank; the same words on both sides of
 * the @, as in `none@none.com`; and what ends in `.invalid`, which RFC 2606 keeps for this.
 */
export function isPlaceholder(text: string): boolean {
  const word = text.trim().toLowerCase();
  const [local = '', domain] = word.split('@');
  if (domain === undefined) return PLACEHOLDERS.has(word);
  return (
    domain.endsWith('.invalid') ||
    (local !== '' && PLACEHOLDERS.has(local) && PLACEHOLDERS.has(domain.split('.')[0] ?? ''))
  );
}

/** The same for two spellings of one mailbox: the domain has no case, the local part may have. */
export function mailboxKey(address: string): string {
  const at = address.lastIndexOf('@');
  return address.slice(0, at) + address.slice(at).toLowerCase();
}
