import type { Payload } from '@temporalio/common';
import { decodeOptionalSinglePayload } from '@temporalio/common/lib/internal-non-workflow';
import { type Policy, SEARCH_ATTRIBUTES } from '../../protocol/task';
import type { TaskFacts } from '../../tasks/state';
import { quote } from '../list/list-query';
import type { Gateway } from '../temporal/gateway';
import type { QueueInfo } from '../workers/queues';
import type { Visibility } from './visibility';

const DEFAULT_PRIORITY = 3;
/** Later tasks whose priority is looked at; beyond that, their share counts. */
const MOST_LATER = 500;

/**
 * About how many tasks start before this one: those of a better priority, and those of its own that came
 * before it. The server counts its backlog by priority, but does not give a task's place in it; the tasks
 * that were submitted later are taken off.
 * @param inLine Whether the task is part of the backlog itself.
 */
export async function tasksAhead(
  gateway: Gateway,
  visibility: Visibility,
  { facts, queue, inLine }: { facts: TaskFacts; queue: QueueInfo; inLine: boolean },
): Promise<number> {
  const priority = facts.memo.policy?.priority ?? DEFAULT_PRIORITY;
  let better = 0;
  for (const [key, waiting] of Object.entries(queue.backlogByPriority)) if (Number(key) < priority) better += waiting;
  const equal = queue.backlogByPriority[priority] ?? 0;
  if (!inLine) return better + equal;
  // One that waits for its next attempt stands where it was put back, not where its submission would be.
  const submitted = !facts.memo.runAt && (facts.handler?.attempt ?? 1) === 1 && !facts.memo.parking;
  const later = submitted && equal > 1 ? await laterOnes(gateway, visibility, facts, priority) : 0;
  return better + Math.max(0, equal - 1 - later);
}

/** Open tasks of the queue and the priority that were submitted after the task. */
async function laterOnes(
  gateway: Gateway,
  visibility: Visibility,
  facts: TaskFacts,
  priority: number,
): Promise<number> {
  const { namespace, service, client } = gateway;
  const waiting = `ExecutionStatus = 'Running' AND ${SEARCH_ATTRIBUTES.state} IS NULL`;
  const query = `${waiting} AND TaskQueue = ${quote(facts.queue)} AND StartTime > ${quote(facts.startedAt)}`;
  const page = await visibility.call(() => service.listWorkflowExecutions({ namespace, query, pageSize: MOST_LATER }));
  const rows = page.executions ?? [];
  let same = 0;
  for (const { memo, execution } of rows) {
    // Visibility's times are finer than those that can be asked for.
    if (execution?.workflowId === facts.taskId) continue;
    const policy = await decodeOptionalSinglePayload<Policy>(
      client.options.loadedDataConverter,
      memo?.fields?.policy as Payload | undefined,
    );
    if ((policy?.priority ?? DEFAULT_PRIORITY) === priority) same++;
  }
  if (!page.nextPageToken?.length) return same;
  return Math.round((same / rows.length) * (await visibility.count(query)));
}
