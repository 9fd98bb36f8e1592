import { createHash } from 'node:crypto';
import { taskOfEffect } from '../tasks/keys';

/**
 * The keys of texts, the same in every kind of store. An encrypted text belongs to its key, so that a move between stores
 * finds out what it belongs to.
 */
export function recordPlace(name: string): string {
  return recordPlaceOf(hashed(name, 64));
}

/** The key of a record by its last part. */
export function recordPlaceOf(hex: string): string {
  return `records/${shelved(hex)}`;
}

export function logPlace(taskId: string, name: string): string {
  return `logs/${shelved(hashed(taskId))}/${name}`;
}

export function entryPlace(list: string, name: string): string {
  return `entries/${shelved(hashed(list))}/${name}`;
}

export function journalPlace(name: string): string {
  return `journals/${shelved(hashed(taskOfEffect(name)))}/${hashed(name)}`;
}

function hashed(name: string, length = 40): string {
  return createHash('sha256').update(name).digest('hex').slice(0, length);
}

function shelved(hex: string): string {
  return `${hex.slice(0, 2)}/${hex}`;
}
