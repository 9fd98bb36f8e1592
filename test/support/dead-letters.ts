import { randomUUID } from 'node:crypto';
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import type { TaskView } from '../../src/client/read/view';
import { type FailureClass, type Parking, SEARCH_ATTRIBUTES, type TaskMemo } from '../../src/protocol/task';
import type { Harness } from './harness';

/** Nothing is redriven by itself while a test runs. */
const LATER = { transient: [3600], external: [3600], configuration: [3600], unknown: [3600] };

/** Submits a probe that fails once in a row for each attempt, and waits until it is parked. */
export async function parkedTask(harness: Harness, input: object = {}, more: object = {}): Promise<TaskView> {
  const { task } = await harness.tasks.submit({
    type: 'test.parked',
    input: { failures: 1, ...input },
    policy: { redrives: LATER },
    ...more,
  });
  return harness.reaches(task.id, 'dead-lettered');
}

/** The record of a parked task that no handler could make: any text may stand in a message. No worker takes it. */
export async function plantDeadLetter(harness: Harness, tag: string, parking: Partial<Parking>): Promise<string> {
  const keyword = (name: string) => defineSearchAttributeKey(name, SearchAttributeType.KEYWORD);
  const now = new Date().toISOString();
  const whole: Parking = {
    number: 1,
    since: now,
    class: 'transient' as FailureClass,
    code: 'TRANSIENT_NETWORK',
    fingerprint: '0123456789abcdef',
    message: 'planted',
    attempts: 1,
    redrives: 0,
    maxRedrives: 1,
    failures: [],
    ...parking,
  };
  const workflowId = `test.parked:${randomUUID()}`;
  const memo: Partial<TaskMemo> = { generation: 'planted', createdAt: now, parking: whole };
  await harness.temporal.workflow.start('test.parked', {
    workflowId,
    taskQueue: 'nobody',
    memo: { ...memo },
    typedSearchAttributes: [
      { key: keyword(SEARCH_ATTRIBUTES.state), value: 'dead-lettered' },
      { key: keyword(SEARCH_ATTRIBUTES.category), value: 'default' },
      { key: keyword(SEARCH_ATTRIBUTES.failureClass), value: whole.class },
      { key: keyword(SEARCH_ATTRIBUTES.failureCode), value: whole.code },
      { key: keyword(SEARCH_ATTRIBUTES.failureFingerprint), value: whole.fingerprint },
      { key: defineSearchAttributeKey(SEARCH_ATTRIBUTES.tags, SearchAttributeType.KEYWORD_LIST), value: [tag] },
    ],
  });
  return workflowId;
}
