import type { ExecutionCheck, FleetWitness, HistoryWitness, OutsideWitness } from './findings';

type Verdict = Pick<ExecutionCheck, 'conclusion' | 'because'>;

/** Weighs the three witnesses. Whoever has a verifier is believed over the record; without one, the record must do. */
export function conclude(history: HistoryWitness, fleet: FleetWitness, outside: OutsideWitness | undefined): Verdict {
  if (outside) return byOutside(outside, history, fleet);
  switch (history.last) {
    case 'completed':
      return { conclusion: 'EXECUTED', because: 'its history says so, and a worker has yet to close the task' };
    case 'not-started':
      return { conclusion: 'NOT EXECUTED', because: 'no attempt has ever started' };
    default:
      return {
        conclusion: 'INCONCLUSIVE',
        because: 'an attempt has started, and its task type has no verifier that could tell what became of it',
      };
  }
}

function byOutside(
  { effect, evidence }: OutsideWitness,
  { last }: HistoryWitness,
  { attemptIsAlive }: FleetWitness,
): Verdict {
  switch (effect) {
    case 'done':
      return { conclusion: 'EXECUTED', because: evidence };
    case 'failed':
      return { conclusion: 'FAILED', because: evidence };
    case 'absent':
      return attemptIsAlive
        ? { conclusion: 'INCONCLUSIVE', because: `${evidence}; but an attempt may still be at it` }
        : { conclusion: 'NOT EXECUTED', because: `${evidence}, and no attempt is at it` };
    case 'unknown':
      // What nobody has begun needs no trace outside.
      return last === 'not-started' && !attemptIsAlive
        ? { conclusion: 'NOT EXECUTED', because: 'no attempt has ever started' }
        : { conclusion: 'INCONCLUSIVE', because: evidence };
  }
}
