/** Words of the monitor. This file imports nothing, so that workflow code can use it. */

/** ID of the Temporal Schedule that starts the passes; the IDs of the passes begin with it. */
export const MONITOR_ID = 'holdfast-monitor';
/** Workflow type of a pass. */
export const MONITOR_WORKFLOW = 'monitor';

/** Reports name this many cases of one kind; all of them are counted. */
export const MOST_NAMED = 100;

/** A task that ran for longer than it may. */
export interface OverdueTask {
  taskId: string;
  runId: string;
  type: string;
  /** Seconds that its attempts ran since the last (re)drive, and how many they may. */
  ranFor: number;
  limit: number;
}

/** A queue that nobody polls, although there is work in it. */
export interface UnservedQueue {
  queue: string;
  /** Work that waits; the server's own approximation. */
  backlog: number;
  /** Open tasks of the queue, those included that wait for their time or for an operator. */
  openTasks: number;
  /** Some of their task types; the newest first. */
  types?: string[];
  /** ISO time since when the oldest of the backlog waits. */
  since?: string;
}

/** A workflow whose code fails again and again; a deploy may have broken its replay. */
export interface WorkflowTaskFailure {
  taskId: string;
  runId: string;
  type: string;
  queue: string;
  /** How often the workflow task was tried. */
  attempts: number;
  /** ISO time since when. */
  since?: string;
  error: string;
}

/** What one pass of the monitor found and did. Times are ISO. */
export interface MonitorReport {
  startedAt: string;
  /** Told to end, because they ran for too long; and ended by force, because nobody heeded that. */
  expired: OverdueTask[];
  terminated: OverdueTask[];
  unserved: UnservedQueue[];
  workflowTaskFailures: WorkflowTaskFailure[];
  /** How many there were, also beyond those that are named. */
  counts: { expired: number; terminated: number; workflowTaskFailures: number };
  /** Ended tasks whose retention was over, by how they ended. */
  deleted: Deleted;
  cleaned: Cleaned;
  /** Concerns that could not be seen to in this pass; the next one tries again. */
  errors: { concern: string; message: string }[];
}

export interface Deleted {
  completed: number;
  failed: number;
  cancelled: number;
}

/** Things that nobody needs any more: files of the store, temporary files and folders, logs and effect records of tasks that are gone. */
export interface Cleaned {
  artifacts: number;
  folders: number;
  logs: number;
  /** Unset in reports of release 0.2.0. */
  records?: number;
}

export interface Overdue {
  expired: OverdueTask[];
  terminated: OverdueTask[];
  counts: { expired: number; terminated: number };
}

export interface WorkflowTaskFailures {
  failures: WorkflowTaskFailure[];
  count: number;
}

/** One activity for each concern of the monitor. */
export interface MonitorActivities {
  expireOverdue(): Promise<Overdue>;
  findUnserved(): Promise<UnservedQueue[]>;
  findWorkflowTaskFailures(): Promise<WorkflowTaskFailures>;
  deleteEnded(): Promise<Deleted>;
  cleanUp(): Promise<Cleaned>;
}
