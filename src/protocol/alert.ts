/** Words of alerts. This file imports nothing but types, so that workflow code can use it. */
import type { FailureClass } from './task';

/** From bad to worst. */
export const SEVERITIES = ['WARNING', 'CRITICAL', 'EMERGENCY'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** Where notices go: each one has its own retries, so that a dead one holds up no other. */
export const SINKS = ['log', 'webhook', 'email'] as const;
export type SinkName = (typeof SINKS)[number];

/** The one workflow that remembers what has been told. */
export const ALERTS_TYPE = 'alerts';
export const ALERTS_ID = 'holdfast-alerts';

/** Its signals; each takes one item or a list of them. */
export const ALERT_SIGNALS = {
  /** A {@link ConditionReport}. */
  condition: 'condition',
  /** A {@link NewsCount}. */
  deadLetter: 'dead-letter',
  /** A {@link SubmissionCount}. */
  submissions: 'submissions',
} as const;

/** What a task's workflow tells at once when the task is parked for the first time, or given up. */
export interface DeadLetterNews {
  what: 'dead-lettered' | 'abandoned';
  taskId: string;
  type: string;
  category: string;
  class: FailureClass;
  code: string;
  fingerprint: string;
  message: string;
}

/** The same trouble of several tasks, told together. The fields are those of one of them. */
export interface NewsCount extends DeadLetterNews {
  count: number;
}

/** What an API process answered since its last report. */
export interface SubmissionCount {
  /** ISO time of the report. */
  at: string;
  /** Submissions that were accepted, duplicates included. */
  submitted: number;
  /** Those that an earlier submission of the same key answered. */
  duplicates: number;
}

/** Something that is told when it begins, when it worsens, and when it is over. */
export interface Condition {
  /** `<kind>` or `<kind>:<name>`: `dead-letters`, `no-worker:email`. */
  key: string;
  severity: Severity;
  title: string;
  message: string;
  /** How bad it is, for those that can be measured: twice as much is told again. */
  value?: number;
  /** What a person can do. */
  todo?: string;
}

/** Says whether a condition holds right now. */
export interface ConditionReport extends Condition {
  holds: boolean;
}

/** A condition that holds. Times are ISO. */
export interface OpenCondition extends Condition {
  since: string;
  updatedAt: string;
  /** What the last notice said. */
  told: { severity: Severity; value?: number };
  /** Seconds without news after which it counts as over. Absent: whoever reported it says when. */
  quiet?: number;
}

/** What is told. `key` and `at` together name it. */
export interface AlertNotice extends Condition {
  at: string;
  /** True when the condition is over. */
  cleared?: true;
}

/** A notice, and how far it has come. Sinks that are not set up are in none of the lists. */
export interface SentNotice extends AlertNotice {
  pending: SinkName[];
  delivered: SinkName[];
  /** Given up: the log of the monitor has the reasons. */
  undelivered: SinkName[];
}

/** What the workflow keeps in its memo, so that readers need no worker; also what a run hands to the next. */
export interface AlertsMemo {
  conditions: OpenCondition[];
  /** The last ones, oldest first. */
  notices: SentNotice[];
  /** The last hour, a minute each. */
  submissions: SubmissionCount[];
}

/** The kind of a condition: its key without the name. */
export function kindOf({ key }: Pick<Condition, 'key'>): string {
  return key.split(':', 1)[0] ?? key;
}
