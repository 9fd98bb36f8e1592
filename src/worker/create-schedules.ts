import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Schedules } from '../client/schedules/schedules';
import { HoldfastError } from '../errors';
import type { ScheduleOrder } from '../tasks/schedule-definition';

interface CreationOptions {
  schedules: Schedules;
  orders: readonly ScheduleOrder[];
  logger: Logger;
}

const SOON_MS = 1000;
const LONGEST_PAUSE_MS = 60_000;

/**
 * Creates schedules in the background, those that are there already as they are excepted: what an operator has changed
 * stays changed. While Temporal is away it is tried again.
 * @returns Ends that, and resolves when nothing is under way any more.
 */
export function createSchedules(options: CreationOptions): () => Promise<void> {
  const closing = new AbortController();
  const creating = createAll(options, closing.signal);
  return () => {
    closing.abort();
    return creating;
  };
}

async function createAll({ schedules, orders, logger }: CreationOptions, signal: AbortSignal): Promise<void> {
  let left = orders;
  for (let pauseMs = SOON_MS; !signal.aborted; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    const failed: ScheduleOrder[] = [];
    for (const order of left) {
      if (!signal.aborted && !(await create(order, schedules, logger))) failed.push(order);
    }
    left = failed;
    if (left.length === 0) return;
    await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
  }
}

/** @returns False when it is to be tried again. */
async function create(order: ScheduleOrder, schedules: Schedules, logger: Logger): Promise<boolean> {
  const { id: schedule } = order;
  try {
    const { duplicate } = await schedules.create(order);
    if (!duplicate) logger.info({ schedule }, 'schedule created');
    return true;
  } catch (err) {
    const code = err instanceof HoldfastError ? err.code : undefined;
    if (code === 'already-exists') {
      logger.warn({ schedule }, `a schedule is left as it is: ${(err as Error).message}`);
      return true;
    }
    const hopeless = code !== undefined && code !== 'unavailable' && code !== 'not-set-up';
    logger[hopeless ? 'error' : 'warn']({ schedule, err }, 'a schedule could not be created');
    return hopeless;
  }
}
