import { servedType } from '../../tasks/served-types';
import type { Visibility } from '../diagnosis/visibility';
import { isoTime } from '../read/facts';
import { type Gateway, isUnimplemented } from '../temporal/gateway';

/** What a worker of one queue last said of itself. */
export interface WorkerHeartbeat {
  identity: string;
  queue: string;
  /** The task types that it has handlers for; absent when it does not say, as those before 0.3.0. */
  types?: string[];
  startedAt?: string;
  heartbeatAt?: string;
  /** Attempts that ran at that time, and places that were free. */
  busy: number;
  free: number;
}

const PAGE = 500;
const MOST_PAGES = 4;
/** `WORKER_STATUS_SHUTDOWN` of the Temporal API. */
const SHUT_DOWN = 3;
/** Workers report themselves every minute at the latest; one that does not is gone. */
const GONE_AFTER_MS = 90_000;

/**
 * What the workers say of themselves, some seconds old; empty where the server keeps no such record.
 * Costs one call of the scarce kind for every 500 of them.
 */
export async function readHeartbeats(
  gateway: Gateway,
  visibility: Pick<Visibility, 'call'>,
): Promise<WorkerHeartbeat[]> {
  const { namespace, service } = gateway;
  const heartbeats: WorkerHeartbeat[] = [];
  let nextPageToken: Uint8Array | undefined;
  try {
    for (let page = 0; page < MOST_PAGES; page++) {
      const request = { namespace, pageSize: PAGE, ...(nextPageToken && { nextPageToken }) };
      const answer = await visibility.call(() => service.listWorkers(request));
      for (const { workerHeartbeat: beat } of answer.workersInfo ?? []) {
        if (!beat?.workerIdentity || !beat.taskQueue || beat.status === SHUT_DOWN) continue;
        const heartbeatAt = isoTime(beat.heartbeatTime);
        if (heartbeatAt && Date.now() - Date.parse(heartbeatAt) > GONE_AFTER_MS) continue;
        const types = (beat.plugins ?? [])
          .map(({ name }) => servedType(name ?? ''))
          .filter((type) => type !== undefined);
        const startedAt = isoTime(beat.startTime);
        heartbeats.push({
          identity: beat.workerIdentity,
          queue: beat.taskQueue,
          ...(types.length > 0 && { types }),
          ...(startedAt && { startedAt }),
          ...(heartbeatAt && { heartbeatAt }),
          busy: beat.activityTaskSlotsInfo?.currentUsedSlots ?? 0,
          free: beat.activityTaskSlotsInfo?.currentAvailableSlots ?? 0,
        });
      }
      nextPageToken = answer.nextPageToken;
      if (!nextPageToken?.length) break;
    }
  } catch (error) {
    if (!isUnimplemented(error)) throw error;
  }
  return heartbeats;
}
