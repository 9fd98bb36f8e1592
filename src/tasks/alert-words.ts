/** Words of alerts. This file imports nothing but types, so that workflow code can use it. */
import type { FailureClass } from './words';

/** From bad to worst. */
export const SEVERITIES = ['WARNING', 'CRITICAL', 'EMERGENCY'] as const;
export type Severity = (typeof SEVERITIES)[number];

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
