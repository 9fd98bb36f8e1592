import type { ScheduleDescription } from '@temporalio/client';
import { inParallel } from '../../parallel';
import type { Gateway } from '../temporal/gateway';
import { openText } from '../temporal/sealed-text';
import { specWords } from './schedule-words';

/** A Temporal Schedule of the namespace. Times are ISO. */
export interface ScheduleRow {
  id: string;
  /** When it starts something, in words: `every 15 min`. */
  spec: string;
  /** Type of the workflow that it starts. */
  starts: string;
  paused: boolean;
  /** What somebody said when pausing it or going on with it. */
  note?: string;
  /** When it last started something. */
  lastRunAt?: string;
  /** Absent: there will be no further one. While it is paused, when it would be. */
  nextRunAt?: string;
  /** How often it has started something. */
  runs: number;
}

const READS_AT_ONCE = 10;
const MOST_LISTED = 1000;

/** Every schedule, by ID; at most 1,000. The list lags by a moment, what it says of each does not. */
export async function readSchedules(gateway: Gateway): Promise<ScheduleRow[]> {
  const { client, namespace, service } = gateway;
  const { schedules } = await gateway.call(() => service.listSchedules({ namespace, maximumPageSize: MOST_LISTED }));
  const ids = (schedules ?? []).flatMap(({ scheduleId }) => scheduleId ?? []).sort();
  const views = await inParallel(ids, READS_AT_ONCE, async (id) => {
    const description = await gateway.find(() => client.schedule.getHandle(id).describe());
    return (
      description &&
      viewOf(description, await openText(client.options.loadedDataConverter, description.state.note ?? ''))
    );
  });
  return views.filter((view) => view !== undefined);
}

function viewOf({ scheduleId, spec, action, state, info }: ScheduleDescription, note: string): ScheduleRow {
  const last = info.recentActions.at(-1)?.takenAt;
  const [next] = info.nextActionTimes;
  return {
    id: scheduleId,
    spec: specWords(spec),
    starts: action.workflowType,
    paused: state.paused,
    ...(note && { note }),
    ...(last && { lastRunAt: last.toISOString() }),
    ...(next && { nextRunAt: next.toISOString() }),
    runs: info.numActionsTaken,
  };
}
