import { createHash } from 'node:crypto';

/** What an encrypted text belongs to, the same in every kind of store, so that a move between stores leaves it readable. */
export function recordPlace(name: string): string {
  return recordPlaceOf(createHash('sha256').update(name).digest('hex'));
}

/** The place of a record by the last part of its key, which is all that upkeep knows. */
export function recordPlaceOf(hex: string): string {
  return `The record ${hex}`;
}

export function logPlace(taskId: string, name: string): string {
  return `The log ${name} of ${taskId}`;
}

export function entryPlace(list: string, name: string): string {
  return `The entry ${name} of ${list}`;
}

export function journalPlace(name: string): string {
  return `The journal ${name}`;
}
