import type { BatchMembership } from './membership';
import type { StoredValue } from './task';

/** Messages and records of batches: many tasks under one ID, submitted, counted and followed by a workflow of its own. */

/** The workflow type of batches. Their IDs begin with it too: `batch:<id>`. */
export const BATCH_WORKFLOW = 'batch';

/** The signal by which a member reports to its batch that it has ended; takes a {@link MemberEnd}. */
export const MEMBER_ENDED = 'memberEnded';

/**
 * What a batch knows of each member. `refused`: it could not be submitted. `parked`: it is a dead letter, and
 * leaves its place in flight to others. The order is written into memos and histories.
 */
export const FATES = ['waiting', 'open', 'completed', 'failed', 'cancelled', 'refused', 'parked'] as const;
export type Fate = (typeof FATES)[number];

/** A member's report to its batch. */
export interface MemberEnd extends Omit<BatchMembership, 'id'> {
  fate: Extract<Fate, 'completed' | 'failed' | 'cancelled'>;
}

/** What a batch is asked to do. */
export interface BatchOrder {
  generation: string;
  /** The members: a JSON array in the artifact store. */
  members: StoredValue;
  count: number;
  /** Members in flight, at most. */
  limit: number;
  /** Seconds between two looks at members of which nothing is heard. */
  lookSeconds: number;
  /** Members that may fail before no further ones are submitted. Defaults to all. */
  stopAfterFailures?: number;
  /** The task to submit once all have ended, as members are written. */
  atEnd?: unknown;
}

/** The one argument of the workflow; `carried` is what one run hands to the next. */
export interface BatchStart {
  order: BatchOrder;
  carried?: BatchRecord;
}

/** How far a batch is. Kept in the workflow's memo, so that reading it needs no worker. Times are ISO. */
export interface BatchProgress {
  /** `incomplete`: all have ended that could be submitted, and some were refused. */
  state: 'waiting' | 'running' | 'stopping' | 'cancelling' | 'completed' | 'incomplete' | 'stopped' | 'cancelled';
  total: number;
  /** Members that had their turn. */
  submitted: number;
  /** Submitted, and not ended or parked as far as the batch knows. */
  running: number;
  parked: number;
  completed: number;
  failed: number;
  cancelled: number;
  refused: number;
  /** Not submitted yet. */
  waiting: number;
  /** What became of the task at the end. */
  atEnd?: EndTaskOutcome;
  stoppedBecause?: string;
  startedAt?: string;
  endedAt?: string;
}

/** The part of the memo that the workflow writes. */
export interface BatchRecord {
  progress: BatchProgress;
  /** Every member's fate, as {@link writeFates} writes them. */
  fates: string;
}

/** The task at the end: its ID, or why it was refused. */
export type EndTaskOutcome = { id: string } | { refused: string };

/** News of a member. */
export interface MemberNews {
  index: number;
  fate: Fate;
}

/** One line of the record that submitting leaves in the artifact store. */
export interface MemberLine {
  index: number;
  type: string;
  /** Absent: it was refused. */
  id?: string;
  /** Its key stands for a task that somebody else submitted. */
  foreign?: true;
  refused?: string;
}

/** What the workflow has done outside. */
export interface BatchActivities {
  /** Submits members from one index up to, and without, another. @returns Those that are not simply open now. */
  submitMembers(
    slice: Pick<BatchOrder, 'generation' | 'members'> & { from: number; to: number },
  ): Promise<MemberNews[]>;
  /** Submits the task at the end. @param order `lately`: members that have just reported, and close in a moment. */
  submitEndTask(order: Pick<BatchOrder, 'atEnd'> & { lately: number[] }): Promise<EndTaskOutcome>;
  /** Reads members. @returns Those that are no longer what the batch takes them for. */
  lookAtMembers(known: { open: number[]; parked: number[] }): Promise<MemberNews[]>;
  /** Cancels members. @returns Those that will not report. */
  cancelMembers(indexes: number[]): Promise<MemberNews[]>;
}

/** Two fates make a character. */
const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const RADIX = 8;

/** Fates, as their places in {@link FATES}, in half a character each: 5 KB for ten thousand. */
export function writeFates(fates: Uint8Array): string {
  let text = '';
  for (let index = 0; index < fates.length; index += 2) {
    text += DIGITS[(fates[index] ?? 0) * RADIX + (fates[index + 1] ?? 0)];
  }
  return text;
}

/** The reverse of {@link writeFates}. What is missing waits. */
export function readFates(text: string, count: number): Uint8Array {
  const fates = new Uint8Array(count);
  for (let index = 0; index < count; index++) {
    const digit = Math.max(0, DIGITS.indexOf(text[index >> 1] ?? 'A'));
    fates[index] = index % 2 === 0 ? digit >> 3 : digit % RADIX;
  }
  return fates;
}

/** What the memo says until a worker takes the workflow. */
export function batchBegin(total: number): BatchRecord {
  const none = { submitted: 0, running: 0, parked: 0, completed: 0, failed: 0, cancelled: 0, refused: 0 };
  return { progress: { state: 'waiting', total, ...none, waiting: total }, fates: '' };
}
