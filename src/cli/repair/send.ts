import { setTimeout as sleep } from 'node:timers/promises';
import { HoldfastError } from '../../errors';
import { inParallel } from '../../parallel';
import type { BulkActionName, BulkReportLine, BulkTally, BulkTarget } from '../../protocol/bulk';
import type { OperatorMessage } from '../../protocol/task';
import type { Session } from '../session';

/** What became of one task. */
export interface Sent {
  id: string;
  outcome: BulkReportLine['outcome'];
  /** Why, unless it was done. */
  detail?: string;
  /** The task takes it as soon as a worker serves its queue. */
  kept?: true;
}

interface Order {
  action: BulkActionName;
  message: OperatorMessage;
  /** Tasks a second, at most. */
  rate: number;
}

const IN_FLIGHT = 20;

/**
 * Sends tasks a command, each in the run and parking in which it was found: one that has moved on since is left
 * alone. Ctrl-C ends it after the tasks that it is at; so does a server that goes away.
 * @param onSent Hears of each task when it is dealt with.
 */
export async function sendAll(
  { tasks, signal }: Session,
  { action, message, rate }: Order,
  targets: readonly BulkTarget[],
  onSent: (told: Sent) => void,
): Promise<void> {
  const begin = Date.now();
  let away: HoldfastError | undefined;
  await inParallel([...targets.entries()], IN_FLIGHT, async ([index, target]) => {
    const wait = begin + (index * 1000) / rate - Date.now();
    if (wait > 0 && !away) await sleep(wait, undefined, { signal }).catch(() => undefined);
    if (away || signal.aborted) return;
    try {
      onSent({ id: target.id, ...(await send(target)) });
    } catch (error) {
      if (!(error instanceof HoldfastError)) throw error;
      away = error;
    }
  });
  if (away) throw away;

  async function send({ id, runId, parking }: BulkTarget): Promise<Omit<Sent, 'id'>> {
    if (runId === undefined) return { outcome: 'refused', detail: `Task ${id} not found` };
    try {
      const seen = { id, runId, ...(parking !== undefined && { parking }) };
      const answer = await tasks.send(seen, action, message);
      if (!answer) return { outcome: 'moved-on', detail: 'No longer as it was found.' };
      return { outcome: 'done', ...(answer === 'kept' && { kept: true }) };
    } catch (error) {
      if (!(error instanceof HoldfastError) || isAway(error)) throw error;
      return { outcome: 'refused', detail: error.message };
    }
  }
}

export function emptyTally(): BulkTally {
  return { done: 0, movedOn: 0, refused: 0, failed: 0 };
}

export function count(tally: BulkTally, { outcome }: Sent): void {
  tally[outcome === 'moved-on' ? 'movedOn' : outcome]++;
}

function isAway({ code }: HoldfastError): boolean {
  return code === 'unavailable' || code === 'not-set-up';
}
