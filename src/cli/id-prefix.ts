import type { Gateway } from '../client/temporal/gateway';
import { SEARCH_ATTRIBUTES } from '../protocol/task';
import { UsageError } from './usage-error';

/** Shorter beginnings are more likely slips than meant. */
const SHORTEST = 4;
const NAMED = 5;
const PAGE = 50;

/**
 * The ID of the one task whose ID begins so. Lists lag by a moment, so a task that was just submitted may be missing.
 * @throws UsageError when several do, with their IDs.
 */
export async function idOfPrefix(gateway: Gateway, prefix: string): Promise<string | undefined> {
  if (prefix.length < SHORTEST || !/^[\w.:@+-]+$/.test(prefix)) return undefined;
  const { namespace, service } = gateway;
  // Every task has a category; other workflows have none.
  const query = `${SEARCH_ATTRIBUTES.category} IS NOT NULL AND WorkflowId STARTS_WITH '${prefix}'`;
  const { executions } = await gateway.call(() => service.listWorkflowExecutions({ namespace, query, pageSize: PAGE }));
  const ids = [...new Set((executions ?? []).map(({ execution }) => execution?.workflowId ?? ''))];
  if (ids.length <= 1) return ids[0];
  const more = ids.length > NAMED ? ', …' : '';
  throw new UsageError(
    `${prefix} begins the IDs of several tasks: ${ids.slice(0, NAMED).join(', ')}${more}. Type more of it.`,
  );
}
