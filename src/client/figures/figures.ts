import { SEARCH_ATTRIBUTES } from '../../protocol/task';
import type { Visibility } from '../diagnosis/visibility';
import { quote } from '../list/list-query';
import type { Gateway } from '../temporal/gateway';
import { type DurationSample, sampleDurations } from './samples';
import { RUN_ENDS } from './stats';

/** Counts of one type. Runs are counted: a failed task that was redriven counts for each of its runs. */
interface TypeCounts {
  /** Ended inside the window. */
  completed: number;
  failed: number;
  cancelled: number;
  /** Open now, whenever they were submitted; parked ones included. */
  open: number;
  /** Parked now. */
  deadLettered: number;
  /** `failed` as a share, 0 to 1, of all that completed or failed inside the window; absent when none did. */
  failureRate?: number;
}

interface TypeFigures extends TypeCounts {
  type: string;
  durations: DurationSample;
}

/** How a service's task types have done lately. */
export interface Figures {
  hours: number;
  /** Begin of the window; ISO. */
  from: string;
  /** Counts come from Visibility, which is exact but lags by a moment. */
  total: TypeCounts;
  types: TypeFigures[];
}

const NONE: DurationSample = { sample: 0, exact: true };

/**
 * Counts the tasks of a window, in hours, and samples how long they waited and ran. Its calls are spread over
 * time: at most three of the scarce kind for each type.
 */
export async function readFigures(
  gateway: Gateway,
  visibility: Visibility,
  { types, hours }: { types: readonly string[]; hours: number },
): Promise<Figures> {
  const from = new Date(Date.now() - hours * 3_600_000);
  const figures: TypeFigures[] = [];
  for (const type of types) {
    const counts = await countType(gateway, visibility, type, from);
    const ended = counts.completed + counts.failed > 0;
    figures.push({
      type,
      ...counts,
      durations: ended ? await sampleDurations(gateway, visibility, { type, from }) : NONE,
    });
  }
  return { hours, from: from.toISOString(), total: totalOf(figures), types: figures };
}

async function countType(gateway: Gateway, visibility: Visibility, type: string, from: Date): Promise<TypeCounts> {
  const query = `WorkflowType = ${quote(type)}`;
  const current = `(ExecutionStatus = 'Running' OR CloseTime >= '${from.toISOString()}')`;
  const counted = `${query} AND ${current} GROUP BY ExecutionStatus`;
  const { groups } = await visibility.call(() => gateway.client.workflow.count(counted));
  const counts = { completed: 0, failed: 0, cancelled: 0, open: 0 };
  for (const { count: some, groupValues } of groups) {
    const name = RUN_ENDS[String(groupValues[0])];
    if (name) counts[name] += some;
  }
  const parked = `${query} AND ExecutionStatus = 'Running' AND ${SEARCH_ATTRIBUTES.state} = 'dead-lettered'`;
  return rated({ ...counts, deadLettered: counts.open > 0 ? await visibility.count(parked) : 0 });
}

function totalOf(types: readonly TypeCounts[]): TypeCounts {
  const sum = (name: Exclude<keyof TypeCounts, 'failureRate'>) => types.reduce((all, one) => all + one[name], 0);
  return rated({
    completed: sum('completed'),
    failed: sum('failed'),
    cancelled: sum('cancelled'),
    open: sum('open'),
    deadLettered: sum('deadLettered'),
  });
}

function rated(counts: Omit<TypeCounts, 'failureRate'>): TypeCounts {
  const { completed, failed } = counts;
  return completed + failed > 0 ? { ...counts, failureRate: failed / (completed + failed) } : counts;
}
