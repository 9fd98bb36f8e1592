import { texts } from '../texts';
/** The one search line of the task lists: qualifiers that the API knows, and nothing it would guess at. */
export const QUALIFIERS = {
  type: 'type',
  state: 'state',
  tenant: 'tenant',
  tag: 'tag',
  key: 'key',
  category: 'category',
  class: 'failureClass',
  code: 'failureCode',
  fingerprint: 'fingerprint',
  created: 'created',
} as const;
export type Qualifier = keyof typeof QUALIFIERS;

export interface Query {
  filter: Record<string, string>;
  /** Words without a qualifier: an ID to go to, or a fault. */
  words: string[];
  faults: string[];
}

const SPAN = /^([<>])(\d+)(s|min|m|h|d)$/;
const SECONDS: Record<string, number> = { s: 1, m: 60, min: 60, h: 3600, d: 86_400 };

/** Splits `type:email.send state:failed created:>1h tag:"a b"` into what the API takes. */
export function parseQuery(text: string, now = Date.now()): Query {
  const query: Query = { filter: {}, words: [], faults: [] };
  for (const [, name, quoted, plain, word] of text.matchAll(/([a-z]+):(?:"([^"]*)"|(\S*))|(\S+)/gi)) {
    if (word !== undefined) query.words.push(word);
    else if (name !== undefined) addQualifier(query, name.toLowerCase(), quoted ?? plain ?? '', now);
  }
  return query;
}

function addQualifier(query: Query, name: string, value: string, now: number): void {
  const field = QUALIFIERS[name as Qualifier];
  // The ID of a task has a colon too: `image.convert:01m8…` does not begin with a qualifier.
  if (!field) query.faults.push(texts.parts.notQualifier(name));
  else if (value === '') query.faults.push(texts.parts.needsValue(name));
  else if (field !== 'created') query.filter[field] = value;
  else addTime(query, value, now);
}

/** `created:>1h`: older than an hour; `created:<1h`: within the last hour; or a date. */
function addTime(query: Query, value: string, now: number): void {
  const [, sign, amount, unit] = SPAN.exec(value) ?? [];
  if (sign && amount && unit) {
    const at = new Date(now - Number(amount) * (SECONDS[unit] ?? 1) * 1000).toISOString();
    query.filter[sign === '>' ? 'createdBefore' : 'createdAfter'] = at;
    return;
  }
  const day = Date.parse(value);
  if (Number.isNaN(day)) query.faults.push(texts.parts.createdTakes);
  else query.filter.createdAfter = new Date(day).toISOString();
}

/** One qualifier more, or another value for it. */
export function withQualifier(text: string, name: Qualifier, value: string | undefined): string {
  const rest = text
    .replace(new RegExp(`(^|\\s)${name}:(?:"[^"]*"|\\S*)`, 'gi'), ' ')
    .replace(/\s+/g, ' ')
    .trim();
  if (value === undefined) return rest;
  const quoted = /[\s"]/.test(value) ? `"${value.replaceAll('"', '')}"` : value;
  return `${rest} ${name}:${quoted}`.trim();
}
