import { ApplicationFailure, condition, makeContinueAsNewFunc, upsertMemo, workflowInfo } from '@temporalio/workflow';
import { BREAKER_MEMO, breakerName, closedRecord, readRecord } from '../../protocol/breaker';
import { BreakerDesk } from './breaker-desk';

/** Workers follow a breaker by its history, of which the server gives at most 256 events at once. */
const MOST_EVENTS = 200;

/** A closed breaker of which nothing is heard for so long ends. Workers that still use it start it again. */
const QUIET = '7 days';

/**
 * The truth about one outside dependency, for all workers: closed, open, or half-open with one lease. The
 * memo holds all of it, so that reading needs no worker, and a new run goes on from there.
 */
export async function circuitBreaker(): Promise<void> {
  const { workflowId, memo } = workflowInfo();
  if (!breakerName(workflowId)) {
    throw ApplicationFailure.nonRetryable('A circuit breaker has the ID circuit-breaker:<kind>:<place>.');
  }
  const published = readRecord(memo?.[BREAKER_MEMO]);
  const desk = new BreakerDesk(published ?? closedRecord(Date.now()), !published);
  const isFull = () => {
    const { historyLength, continueAsNewSuggested } = workflowInfo();
    return historyLength > MOST_EVENTS || continueAsNewSuggested;
  };
  for (;;) {
    const heard = await condition(() => desk.changed || isFull(), QUIET);
    if (desk.changed) {
      desk.changed = false;
      upsertMemo({ [BREAKER_MEMO]: desk.record });
    }
    if (isFull()) {
      const goOn = makeContinueAsNewFunc<typeof circuitBreaker>({ memo: { [BREAKER_MEMO]: desk.record } });
      await goOn();
    }
    if (!heard && desk.record.state === 'closed') return;
  }
}
