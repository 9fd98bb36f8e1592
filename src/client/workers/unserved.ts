import { inParallel } from '../../parallel';
import type { UnservedQueue } from '../../protocol/monitor';
import { CONTROL_QUEUE, SEARCH_ATTRIBUTES } from '../../protocol/task';
import { quote } from '../list/list-query';
import type { Gateway } from '../temporal/gateway';
import { readQueue } from './queues';

const OPEN_TASKS = `${SEARCH_ATTRIBUTES.category} IS NOT NULL AND ExecutionStatus = 'Running'`;
const QUEUES_AT_ONCE = 5;
/** Queues beyond those of the catalogue that are looked for; each costs a call of the scarce kind. */
const MOST_OTHERS = 50;
/** Types of a queue that are named. */
const MOST_TYPES = 3;

/**
 * The queues with work that nobody polls: those of the catalogue, and those that any open task names.
 * @param catalogue Every queue that a policy names.
 */
export async function unservedQueues(gateway: Gateway, catalogue: readonly string[]): Promise<UnservedQueue[]> {
  const others = await otherQueues(gateway, catalogue);
  const queues = [...catalogue, CONTROL_QUEUE, ...others];
  const found = await inParallel(queues, QUEUES_AT_ONCE, (queue) => look(gateway, queue));
  return found.filter((queue) => queue !== undefined);
}

async function look(gateway: Gateway, queue: string): Promise<UnservedQueue | undefined> {
  const { workers, backlog, backlogAgeSeconds } = await readQueue(gateway, queue);
  if (workers.length > 0) return undefined;
  const openTasks = await countOpen(gateway, queue);
  if (backlog === 0 && openTasks === 0) return undefined;
  const since = new Date(Date.now() - backlogAgeSeconds * 1000).toISOString();
  const types = openTasks > 0 ? await typesIn(gateway, queue) : [];
  return { queue, backlog, openTasks, ...(types.length > 0 && { types }), ...(backlogAgeSeconds > 0 && { since }) };
}

/** Some of the task types that wait in a queue. */
async function typesIn(gateway: Gateway, queue: string): Promise<string[]> {
  const { namespace, service } = gateway;
  const types: string[] = [];
  while (types.length < MOST_TYPES) {
    const others = types.length > 0 ? ` AND WorkflowType NOT IN (${types.map(quote).join(', ')})` : '';
    const query = `${OPEN_TASKS} AND TaskQueue = ${quote(queue)}${others}`;
    const { executions } = await gateway.call(() => service.listWorkflowExecutions({ namespace, query, pageSize: 1 }));
    const type = executions?.[0]?.type?.name;
    if (!type || types.includes(type)) break;
    types.push(type);
  }
  return types;
}

async function countOpen(gateway: Gateway, queue: string): Promise<number> {
  const query = `${OPEN_TASKS} AND TaskQueue = ${quote(queue)}`;
  const { count } = await gateway.call(() => gateway.client.workflow.count(query));
  return count;
}

/** Visibility groups by nothing but status, so one queue after the other is asked for and left out from then on. */
async function otherQueues(gateway: Gateway, known: readonly string[]): Promise<string[]> {
  const { namespace, service } = gateway;
  const others: string[] = [];
  while (others.length < MOST_OTHERS) {
    const query = `${OPEN_TASKS} AND TaskQueue NOT IN (${[...known, ...others].map(quote).join(', ')})`;
    const { executions } = await gateway.call(() => service.listWorkflowExecutions({ namespace, query, pageSize: 1 }));
    const queue = executions?.[0]?.taskQueue;
    if (!queue || others.includes(queue)) return others;
    others.push(queue);
  }
  return others;
}
