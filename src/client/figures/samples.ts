import { inParallel } from '../../parallel';
import type { Visibility } from '../diagnosis/visibility';
import { quote } from '../list/list-query';
import type { Gateway } from '../temporal/gateway';
import { type Percentiles, percentilesOf } from './percentiles';
import { durationsOf, type TaskDurations } from './task-durations';

/** Waits and runs of a type's tasks that ended last. */
export interface DurationSample {
  /** Tasks that were looked at; of the window, the last that ended. */
  sample: number;
  /** True when these are all that completed or failed in the window after at least one attempt began. */
  exact: boolean;
  /** From the submission, or the time that the task was due, to its first attempt; seconds. Absent without tasks. */
  wait?: Percentiles;
  /** Of the last attempt; seconds. Absent without tasks. */
  run?: Percentiles;
}

/** Histories are no scarce calls, but each costs the server's database a read. */
const HISTORIES_AT_ONCE = 10;
const MOST_SAMPLED = 50;

/**
 * Reads how long a type's tasks waited and ran, from the histories of the last that completed or failed. Costs
 * one call of the scarce kind, and one history a task.
 * @param from Only tasks that ended later.
 * @param most Tasks to look at. Defaults to 50.
 */
export async function sampleDurations(
  gateway: Gateway,
  visibility: Visibility,
  { type, from, most = MOST_SAMPLED }: { type: string; from: Date; most?: number },
): Promise<DurationSample> {
  const ended = "ExecutionStatus IN ('Completed', 'Failed', 'TimedOut', 'Terminated')";
  const query = `WorkflowType = ${quote(type)} AND ${ended} AND CloseTime >= '${from.toISOString()}'`;
  // One more than is looked at shows whether there are more.
  const rows = await visibility.newest(query, most + 1);
  const { client } = gateway;
  const converter = client.options.loadedDataConverter;
  const read = await inParallel(rows.slice(0, most), HISTORIES_AT_ONCE, async ({ id, runId, createdAt }) => {
    const history = await gateway.find(() => client.workflow.getHandle(id, runId).fetchHistory());
    return history?.events ? durationsOf(history.events, createdAt, converter) : undefined;
  });
  const durations = read.filter((one): one is TaskDurations => one !== undefined);
  const [wait, run] = [percentilesOf(durations.map((one) => one.wait)), percentilesOf(durations.map((one) => one.run))];
  return { sample: durations.length, exact: rows.length <= most, ...(wait && { wait }), ...(run && { run }) };
}
