import { OPERATOR_ACTIONS, type OperatorAction } from './operator';
import type { OperatorMessage, TaskState } from './task';

/** The words of bulk actions: one operator's message for many tasks, passed on by a workflow of its own. */

/** The workflow type of bulk actions; their IDs begin with `bulk-action:`. */
export const BULK_WORKFLOW = 'bulkAction';

export const BULK_ACTIONS = OPERATOR_ACTIONS;
export type BulkActionName = OperatorAction;

/** Which tasks: all given conditions must hold; of several states, one. Times are ISO. */
export interface BulkFilter {
  /** Defaults to the states in which the action makes sense; ended tasks must be named. */
  state?: TaskState[];
  type?: string;
  tenant?: string;
  tag?: string;
  category?: string;
  failureClass?: string;
  failureCode?: string;
  fingerprint?: string;
  createdAfter?: string;
  createdBefore?: string;
}

/** What to do to which tasks: the one argument of the workflow. */
export interface BulkOrder {
  action: BulkActionName;
  /** Either these tasks or those of the filter. */
  ids?: string[];
  filter?: BulkFilter;
  /** What each task is told. */
  message: OperatorMessage;
  /** Tasks a second, at most. */
  rate: number;
  /** True: first one task, then ten, then all; a stage that does not heal is the last one. */
  canary: boolean;
  /** Longest wait for a stage's tasks, in seconds. */
  canarySeconds: number;
}

/** Which tasks, and what for: the action decides which states are meant. */
export type BulkChoice = Pick<BulkOrder, 'action' | 'ids' | 'filter'>;

/** The tasks as they were when the bulk action began, in the artifact store: the set changes while it acts. */
export interface BulkSnapshot {
  hash: string;
  count: number;
  /** True when more tasks matched than one bulk action takes. */
  partial: boolean;
}

/** A part of the snapshot: from one index up to, and without, another. */
export interface BulkSlice {
  snapshot: string;
  from: number;
  to: number;
}

/** What became of tasks, counted. */
export interface BulkTally {
  done: number;
  /** Left alone: no longer as they were seen. */
  movedOn: number;
  /** Left alone: their state, their type or the contract does not allow it. */
  refused: number;
  failed: number;
}

/** What a canary stage has shown. */
export interface BulkEvidence {
  completed: number;
  /** Failed again with the fingerprint that they had. */
  cameBack: number;
  /** Ended or parked otherwise. */
  ended: number;
  /** Neither completed nor failed when the time was over. */
  undecided: number;
  /** A task that came back. */
  example?: string;
}

/** How far a bulk action is. Kept in the workflow's memo, so that reading it needs no worker. */
export interface BulkProgress extends BulkTally {
  state: 'waiting' | 'looking' | 'acting' | 'watching' | 'completed' | 'stopped' | 'cancelled';
  matched: number;
  partial?: true;
  /** The stage that it is in, from 1, and how many there are. */
  stage: number;
  stages: number;
  /** Why it ended before its last task. */
  stoppedBecause?: string;
  startedAt?: string;
  endedAt?: string;
}

/** Nothing has happened yet: what the memo says until a worker takes the workflow. */
export const BULK_BEGIN: BulkProgress = {
  state: 'waiting',
  matched: 0,
  done: 0,
  movedOn: 0,
  refused: 0,
  failed: 0,
  stage: 0,
  stages: 0,
};

/** One task of the snapshot. */
export interface BulkTarget {
  id: string;
  /** The run that was seen; absent: there was no such task. */
  runId?: string;
  type?: string;
  /** The parking that was seen. */
  parking?: number;
  fingerprint?: string;
}

/** One line of the report. */
export interface BulkReportLine {
  /** Position in the snapshot, from 0. */
  index: number;
  id: string;
  type?: string;
  fingerprint?: string;
  outcome: 'done' | 'moved-on' | 'refused' | 'failed';
  /** Why, unless it was done. */
  detail?: string;
  /** Done as far as it goes without a worker: the task takes the message as soon as one serves its queue. */
  kept?: true;
  /** ISO time. */
  at: string;
}

/** What the workflow has done outside. */
export interface BulkActivities {
  /** Decides which tasks it is about, once. */
  lookForTargets(choice: BulkChoice): Promise<BulkSnapshot>;
  /** Passes the message on to a slice of them, and writes the report. */
  actOnTargets(slice: BulkSlice & Pick<BulkOrder, 'action' | 'message' | 'rate'>): Promise<BulkTally>;
  /** Waits until the tasks of a slice that were acted on have come to something, at most until the given ISO time. */
  watchTargets(slice: BulkSlice & { until: string }): Promise<BulkEvidence>;
}
