import { z } from 'zod';
import type { ArtifactRef } from '../../protocol/task';
import { artifactRef } from '../../tasks/artifact-schema';
import { redactText } from '../../tasks/redact';
import { messageOf } from '../classify/message-of';
import { Thing } from '../classify/thing';
import { cutBytes } from './bytes';

/** Bytes of a message and of a stack that go into the history. */
const LONGEST_MESSAGE = 1000;
const LONGEST_STACK = 5000;
/** Less than this is not worth a cause. */
const LEAST = 200;

const LONGEST_NAME = 60;

/** Causes of causes that are kept. */
const MOST_CAUSES = 3;

/** More than this would not fit into what the server keeps of a failure. */
const MOST_FILES = 8;

const failureArtifacts = z
  .record(z.string().max(64), artifactRef)
  .refine((files) => Object.keys(files).length <= MOST_FILES);

/**
 * A thrown error as it may be written into a history, which nobody can clean afterwards: name, message and
 * stack of it and of its causes, without secrets, without other fields, of bounded size. Never throws.
 * @param bytes What it may weigh, its causes included: half of what is left is for each, the rest for those behind it.
 * @returns undefined for what is no error: then there is no more to tell than its message.
 */
export function causeOf(thrown: unknown, bytes = Number.POSITIVE_INFINITY): Error | undefined {
  return copyOf(new Thing(thrown), MOST_CAUSES, bytes);
}

/** The files that a `TaskFailure` tells of; no others, and none that are not in order. */
export function artifactsOf(thrown: unknown): Record<string, ArtifactRef> | undefined {
  const thing = new Thing(thrown);
  if (!thing.is('TaskFailure')) return undefined;
  const files = failureArtifacts.safeParse(thing.read('artifacts'));
  return files.success ? (files.data as Record<string, ArtifactRef>) : undefined;
}

/** Whether a `TaskFailure` says that nothing outside was changed. */
export function saysNothingDone(thrown: unknown): boolean {
  const thing = new Thing(thrown);
  return thing.is('TaskFailure') && thing.read('nothingDone') === true;
}

function copyOf(thing: Thing, causes: number, bytes: number): Error | undefined {
  if (!thing.is('Error') || bytes < LEAST) return undefined;
  const hasCause = causes > 0 && thing.child('cause').is('Error');
  const room = hasCause ? bytes / 2 : bytes;
  // Cut last: half a secret has no shape to be known by.
  const message = cutBytes(redactText(messageOf(thing)), Math.min(LONGEST_MESSAGE, room / 4));
  const cause = hasCause ? copyOf(thing.child('cause'), causes - 1, bytes - room) : undefined;
  const copy = new Error(message, cause && { cause });
  copy.name = cutBytes(redactText(thing.name), LONGEST_NAME);
  const stack = [`${copy.name}: ${copy.message}`, ...framesOf(thing)].join('\n');
  copy.stack = cutBytes(stack, Math.min(LONGEST_STACK, room - Buffer.byteLength(message) - LONGEST_NAME));
  return copy;
}

/** The stack without the message before it, which may hold secrets of many lines. */
function framesOf(thing: Thing): string[] {
  const stack = thing.text('stack')?.slice(0, 4 * LONGEST_STACK) ?? '';
  return stack
    .split('\n')
    .filter((line) => /^ {4}at /.test(line))
    .map(redactText);
}
