import { ApplicationFailure, workflowInfo } from '@temporalio/workflow';
import type { FailureDetail, FailureOutcome, TaskEnd } from '../../protocol/task';
import { countStep } from '../sinks';
import type { Verdict } from './operator-desk';
import type { Life } from './waiting';

/** Of an operator's reason, which may come from anywhere: the server refuses what it cannot keep. */
const LONGEST_REASON = 10_000;

/** Ends the task as failed. The failure's type is the failure code, its one detail a {@link FailureDetail}. */
export function failTask(life: Life, message: string, failure: FailureDetail): never {
  const { start, states } = life;
  const { class: failureClass, code } = failure;
  if (start.policy.redrives) states.recordOutcome('abandoned', failure);
  else states.recordFailure(failure);
  countStep({ step: 'failed', type: start.type, class: failureClass, code, seconds: age(life) });
  throw ApplicationFailure.create({ message, type: code, nonRetryable: true, details: [failure] });
}

/** Ends the task as completed. @param healedBy How it got over its failures, had it any. */
export function complete(life: Life, end: TaskEnd, healedBy?: FailureOutcome): TaskEnd {
  const { start, states } = life;
  const last = end.failures.findLast((failure) => !failure.lost);
  const outcome = healedBy ?? (last && 'retried');
  if (start.policy.redrives && outcome) {
    states.recordOutcome(outcome, last);
    countStep({ step: 'recovered', type: start.type, ...(last && { class: last.class, code: last.code }) });
  }
  countStep({ step: 'completed', type: start.type, seconds: age(life) });
  return end;
}

/** Ends the task as an operator said. */
export function obey(life: Life, { kind, message }: Verdict): TaskEnd {
  const { start, tried } = life;
  const { attempts, failures } = tried;
  const by = message.by ?? 'operator';
  if (kind === 'resolve') {
    return complete(life, { output: message.result, attempts, failures, resolvedBy: by }, 'operator');
  }
  const code = { fail: 'FAILED_BY_OPERATOR', abandon: 'ABANDONED', expire: 'TASK_TIMED_OUT' }[kind];
  return failTask(life, message.reason?.slice(0, LONGEST_REASON) ?? `Ended by ${by}`, {
    class: kind === 'expire' ? 'external' : 'permanent',
    code,
    fingerprint: `${start.type}/${code}`,
    attempts,
    failures,
    ...(kind === 'abandon' && { abandoned: true }),
  });
}

/** Seconds since the task could first have begun. */
export function age({ start }: Life): number {
  const begin = Math.max(workflowInfo().startTime.getTime(), Date.parse(start.runAt ?? '') || 0);
  return Math.max(0, (Date.now() - begin) / 1000);
}
