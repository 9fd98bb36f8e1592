import { createHash } from 'node:crypto';
import type { WorkflowStartOptions } from '@temporalio/client';
import { InternalWorkflowStartOptionsSymbol } from '@temporalio/client/lib/internal';
import { defineSearchAttributeKey, type SearchAttributePair, SearchAttributeType } from '@temporalio/common';
import { SEARCH_ATTRIBUTES, type TaskMemo, type TaskStart } from '../../protocol/task';
import type { TaskFacts } from '../../tasks/state';

const keyword = (name: string) => defineSearchAttributeKey(name, SearchAttributeType.KEYWORD);
const KEYS = {
  state: keyword(SEARCH_ATTRIBUTES.state),
  tenant: keyword(SEARCH_ATTRIBUTES.tenant),
  category: keyword(SEARCH_ATTRIBUTES.category),
  tags: defineSearchAttributeKey(SEARCH_ATTRIBUTES.tags, SearchAttributeType.KEYWORD_LIST),
};

/** Everything needed to start one run of a task. */
export interface StartRequest {
  taskId: string;
  start: TaskStart;
  memo: TaskMemo;
  tags: string[];
}

/**
 * How a run may come to be:
 * `first`: only when the ID has no run at all, open or closed;
 * `successor`: follows the named closed run. The server answers equal request IDs with the run it made
 * for the first of them, as long as that one is the newest; {@link Succession} sees to the rest.
 */
export type StartMode = { kind: 'first' } | { kind: 'successor'; of: Pick<TaskFacts, 'runId' | 'status'> };

/**
 * The SDK's options for starting a task's run.
 * @param publicUrl Where people find the dashboard: Temporal's Web UI then links to the task's page. Defaults to nowhere.
 */
export function startOptions(
  { taskId, tags, ...request }: StartRequest,
  mode: StartMode,
  eager: boolean,
  publicUrl?: string,
): WorkflowStartOptions {
  const follows = mode.kind === 'successor' && { follows: mode.of.runId };
  const start: TaskStart = { ...request.start, ...follows };
  const memo: TaskMemo = { ...request.memo, ...follows };
  const { policy } = start;
  const options: WorkflowStartOptions = {
    workflowId: taskId,
    taskQueue: policy.queue,
    args: [start],
    workflowIdConflictPolicy: 'FAIL',
    workflowIdReusePolicy: reusePolicy(mode),
    memo: memo as unknown as Record<string, unknown>,
    typedSearchAttributes: searchAttributes(start, tags),
    priority: { priorityKey: policy.priority, ...(start.tenant && { fairnessKey: fairnessKey(start.tenant) }) },
    staticSummary: summary(start, memo),
    ...(publicUrl && { staticDetails: details(taskId, publicUrl) }),
    ...(policy.maxQueueTime && {
      workflowRunTimeout: Math.round((policy.maxQueueTime + secondsUntil(start.runAt)) * 1000),
    }),
    ...(policy.maxTotalTime && { workflowExecutionTimeout: Math.round(policy.maxTotalTime * 1000) }),
    // An eager start needs a free worker of this process; later starts wait for their time anyway.
    ...(eager && !start.runAt && { requestEagerStart: true }),
  };
  if (mode.kind === 'first') return options;
  return {
    ...options,
    [InternalWorkflowStartOptionsSymbol]: { requestId: `successor:${mode.of.runId}` },
  } as WorkflowStartOptions;
}

/** A run that followed and has completed meanwhile refuses one that comes late, unless the run before had completed too. */
function reusePolicy(mode: StartMode): 'REJECT_DUPLICATE' | 'ALLOW_DUPLICATE' | 'ALLOW_DUPLICATE_FAILED_ONLY' {
  if (mode.kind === 'first') return 'REJECT_DUPLICATE';
  return mode.of.status === 'completed' ? 'ALLOW_DUPLICATE' : 'ALLOW_DUPLICATE_FAILED_ONLY';
}

/** Which tenant's turn it is: the server takes 64 bytes, so longer names stand by their hash. */
function fairnessKey(tenant: string): string {
  return Buffer.byteLength(tenant) <= 64 ? tenant : createHash('sha256').update(tenant).digest('hex');
}

/** Nobody waits for a worker before the task's time has come. */
function secondsUntil(time: string | undefined): number {
  return time === undefined ? 0 : Math.max(0, (Date.parse(time) - Date.now()) / 1000);
}

function searchAttributes(start: TaskStart, tags: string[]): SearchAttributePair[] {
  return [
    { key: KEYS.category, value: start.policy.category },
    ...(start.runAt ? [{ key: KEYS.state, value: 'scheduled' }] : []),
    ...(start.tenant ? [{ key: KEYS.tenant, value: start.tenant }] : []),
    ...(tags.length > 0 ? [{ key: KEYS.tags, value: tags }] : []),
  ];
}

/** Markdown for the Web UI: the task's page in the dashboard. */
function details(taskId: string, publicUrl: string): string {
  return `[Open in Holdfast](${publicUrl.replace(/\/+$/, '')}/tasks/${encodeURIComponent(taskId)})`;
}

/** One line for the Web UI. The server's limit is 400 bytes, and a character takes up to three. */
function summary(start: TaskStart, memo: TaskMemo): string {
  const { tenant, redrive } = start;
  const verb = redrive?.result ? 'resolved' : 'runs again';
  const parts = [
    start.type,
    memo.description,
    memo.key ? `key ${memo.key}` : 'no key',
    tenant && `tenant ${tenant}`,
    redrive && `${verb} on a command of ${redrive.by ?? 'an operator'}`,
    redrive?.reason,
  ];
  return parts.filter(Boolean).join(', ').slice(0, 130);
}
