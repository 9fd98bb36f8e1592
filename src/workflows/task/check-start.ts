import { ApplicationFailure, workflowInfo } from '@temporalio/workflow';
import type { TaskStart } from '../../protocol/task';

/**
 * Makes sure that the workflow's argument is one that TaskClient wrote. A task started by hand with
 * anything else fails at once and says so, where a thrown TypeError would block it for ever.
 */
export function checkStart(argument: unknown): TaskStart {
  const start = argument as Partial<TaskStart> | null | undefined;
  const complete =
    typeof start === 'object' &&
    start !== null &&
    typeof start.generation === 'string' &&
    typeof start.policy === 'object' &&
    start.policy !== null &&
    start.type === workflowInfo().workflowType;
  if (!complete) {
    throw ApplicationFailure.create({
      message:
        'A task is started through the HTTP API, the command line or TaskClient; this input was made by none of them.',
      type: 'PERMANENT_VALIDATION',
      nonRetryable: true,
    });
  }
  return start as TaskStart;
}
