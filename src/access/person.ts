/** Somebody who signed in with the organisation's account. */
export interface Person {
  /** Of the account, as the provider names it for ever. */
  id: string;
  name: string;
  /** Those that give rights here, by the settings of the time of signing in. */
  groups: string[];
  /** Where they act: a tenant, or the whole installation. */
  place: string;
}

const LONGEST_NAME = 100;
/** Claims that name a person to people, the best first. */
const NAMES = ['name', 'preferred_username', 'email', 'sub'];

/** What a person is called here: one line of plain text. */
export function nameIn(claims: Readonly<Record<string, unknown>>): string {
  for (const claim of NAMES) {
    const value = claims[claim];
    const text = typeof value === 'string' ? value.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').trim() : '';
    if (text) return text.slice(0, LONGEST_NAME);
  }
  return 'somebody';
}
