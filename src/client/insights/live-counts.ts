import { SEARCH_ATTRIBUTES } from '../../protocol/task';
import { RUN_ENDS, type TaskCounts } from '../figures/stats';
import type { Gateway } from '../temporal/gateway';

/** Counts that show whether anything has changed. Ended tasks count from `since` on. */
export interface LiveCounts extends TaskCounts {
  deadLettered: number;
  since: string;
}

/** Of so many looks one counts the parked tasks, which hardly ever change alone. */
const TURNS = 3;

/**
 * Begins a series of looks, each of which costs one call of the scarce kind: the counts of a look are those of the one
 * before but for what it counted itself.
 */
export function liveCounts(gateway: Gateway): (look: number) => Promise<LiveCounts> {
  const since = new Date().toISOString();
  const { category, state } = SEARCH_ATTRIBUTES;
  const all = `${category} IS NOT NULL`;
  let ended: TaskCounts = { open: 0, completed: 0, failed: 0, cancelled: 0 };
  let deadLettered = 0;
  const count = (query: string) => gateway.call(() => gateway.client.workflow.count(query));
  const countStatuses = async () => {
    const current = `${all} AND (ExecutionStatus = 'Running' OR CloseTime >= '${since}')`;
    const { groups } = await count(`${current} GROUP BY ExecutionStatus`);
    const counts = { open: 0, completed: 0, failed: 0, cancelled: 0 };
    for (const { count: some, groupValues } of groups) {
      const name = RUN_ENDS[String(groupValues[0])];
      if (name) counts[name] += some;
    }
    ended = counts;
  };
  const countParked = async () => {
    deadLettered = (await count(`${all} AND ExecutionStatus = 'Running' AND ${state} = 'dead-lettered'`)).count;
  };
  return async (look) => {
    if (look === 0) await Promise.all([countStatuses(), countParked()]);
    else if (look % TURNS === 0) await countParked();
    else await countStatuses();
    return { ...ended, deadLettered, since };
  };
}
