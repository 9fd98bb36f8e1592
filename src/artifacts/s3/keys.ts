import { createHash } from 'node:crypto';
import { HoldfastError } from '../../errors';
import { taskOfEffect } from '../../tasks/keys';
import { isHash } from '../store';

/** The hash makes any name a single, safe part of a key, and spreads the keys over the service's partitions. */
function part(name: string, length = 40): string {
  const hex = createHash('sha256').update(name).digest('hex').slice(0, length);
  return `${hex.slice(0, 2)}/${hex}`;
}

export function fileKey(hash: string): string {
  if (!isHash(hash)) {
    throw new HoldfastError('not-found', `"${hash}" is not an artifact hash: expected sha256: and 64 hex digits.`);
  }
  const hex = hash.slice('sha256:'.length);
  return `sha256/${hex.slice(0, 2)}/${hex}`;
}

export function logPrefix(taskId: string): string {
  return `logs/${part(taskId)}/`;
}

export function recordKey(name: string): string {
  return `records/${part(name, 64)}`;
}

/** Everything of a task's journals. */
export function journalsPrefix(taskId: string): string {
  return `journals/${part(taskId)}/`;
}

/** The segments of one journal. */
export function journalPrefix(name: string): string {
  return `${journalsPrefix(taskOfEffect(name))}${createHash('sha256').update(name).digest('hex').slice(0, 40)}/`;
}

export function entriesPrefix(list: string): string {
  return `entries/${part(list)}/`;
}

/** The signs left within a minute; these keys sort by time. */
export function watchMinute(at: Date): string {
  return `watched/${at.toISOString().slice(0, 16)}`;
}

/** The last part of the key of a task's sign. */
export function watchOf(taskId: string): string {
  return createHash('sha256').update(taskId).digest('hex').slice(0, 24);
}

export function watchKey(taskId: string, at: Date): string {
  return `${watchMinute(at)}/${watchOf(taskId)}`;
}
