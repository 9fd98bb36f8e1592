import { redactValue } from '../../tasks/redact';
import { Thing } from './thing';

/** More than anybody reads; a handler may throw a text of any length. */
const LONGEST = 10_000;

/** What the thing says, in its own words if it has any. */
export function messageOf(thing: Thing): string {
  return wordsOf(thing).slice(0, LONGEST);
}

function wordsOf(thing: Thing): string {
  const { value, name } = thing;
  if (typeof value === 'string') return value;
  const issues = thing.is('ZodError') ? thing.list('issues').map(issueText) : [];
  if (issues.length > 0) return issues.join('; ');
  const message = thing.text('message');
  if (message) return message;
  const parts = thing.list('errors').map((part) => new Thing(part).text('message') ?? '');
  if (parts.some(Boolean)) return parts.filter(Boolean).join('; ');
  if (thing.is('Error')) return thing.text('code') ?? name;
  const what =
    typeof value === 'object' && value !== null ? `${name} ${JSON.stringify(redactValue(value))}` : String(value);
  return `The handler threw no error but ${what}`;
}

function issueText(issue: unknown): string {
  const thing = new Thing(issue);
  const message = thing.text('message') ?? 'invalid';
  const path = thing.list('path').map(String);
  return path.length > 0 ? `${path.join('.')}: ${message}` : message;
}
