import { createHash, randomBytes } from 'node:crypto';
import { canonicalize } from 'json-canonicalize';
import { newUlid } from './ulid';

/** The longest idempotency key, in characters; keys are printable ASCII. */
export const MAX_KEY_LENGTH = 255;

/** Whether a text may serve as an idempotency key: 1 to 255 printable ASCII characters. */
export function isValidKey(key: string): boolean {
  return key.length <= MAX_KEY_LENGTH && /^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/.test(key);
}

/**
 * Identity of a payload: SHA-256 over the canonical JSON (RFC 8785) of type and input as received, so
 * that the order of object keys does not matter and everything else does.
 */
export function payloadHash(type: string, input: unknown): string {
  return sha256(canonicalize({ type, input: input ?? null }));
}

/** The workflow ID of a task with a key. Keys and tenants are hashed: IDs are stored in plain text. */
export function taskIdForKey(type: string, tenant: string | undefined, key: string): string {
  return `${type}:${sha256(canonicalize([tenant ?? null, key])).slice(0, 40)}`;
}

/** The workflow ID of a task without a key: random, and ordered by time. */
export function newTaskId(type: string): string {
  return `${type}:${newUlid()}`;
}

export function newGeneration(): string {
  return newUlid();
}

export function newNonce(): string {
  return randomBytes(12).toString('hex');
}

/**
 * What outside systems get to recognise a repeat. Stable over attempts, redrives and resets; another
 * generation of the same key gets another one.
 */
export function effectKey(taskId: string, generation: string, step = 'main'): string {
  return `${taskId}/${generation}/${step}`;
}

/** The ID of the task that an effect key belongs to: no ID holds a slash. */
export function taskOfEffect(key: string): string {
  return key.slice(0, Math.max(0, key.indexOf('/')));
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
