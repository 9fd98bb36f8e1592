import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { ApplicationFailure, upsertSearchAttributes } from '@temporalio/workflow';
import { type FailureDetail, SEARCH_ATTRIBUTES, type TaskEnd } from '../tasks/words';
import type { Verdict } from './operator-desk';
import type { Life } from './waiting';

const keyword = (name: string) => defineSearchAttributeKey(name, SearchAttributeType.KEYWORD);
const failureClass = keyword(SEARCH_ATTRIBUTES.failureClass);
const failureCode = keyword(SEARCH_ATTRIBUTES.failureCode);
const failureFingerprint = keyword(SEARCH_ATTRIBUTES.failureFingerprint);

/** Makes a failure findable in lists, or takes it back when the task runs again. */
export function recordFailure(failure: FailureDetail | undefined): void {
  upsertSearchAttributes([
    { key: failureClass, value: failure?.class ?? null },
    { key: failureCode, value: failure?.code ?? null },
    { key: failureFingerprint, value: failure?.fingerprint ?? null },
  ]);
}

/** Ends the task as failed. The failure's type is the failure code, its one detail a {@link FailureDetail}. */
export function failTask(message: string, failure: FailureDetail): never {
  recordFailure(failure);
  throw ApplicationFailure.create({ message, type: failure.code, nonRetryable: true, details: [failure] });
}

/** Ends the task as an operator said. */
export function obey({ start }: Life, { kind, message }: Verdict): TaskEnd {
  const by = message.by ?? 'operator';
  if (kind === 'resolve') return { output: message.result, attempts: 0, failures: [], resolvedBy: by };
  const code = { fail: 'FAILED_BY_OPERATOR', abandon: 'ABANDONED', expire: 'TASK_TIMED_OUT' }[kind];
  return failTask(message.reason ?? `Ended by ${by}`, {
    class: kind === 'expire' ? 'external' : 'permanent',
    code,
    fingerprint: `${start.type}/${code}`,
    attempts: 0,
    failures: [],
    ...(kind === 'abandon' && { abandoned: true }),
  });
}
