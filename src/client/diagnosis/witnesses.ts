import type { TaskFacts } from '../../tasks/state';
import type { FleetWitness, HistoryWitness } from './findings';
import type { Fleet } from './fleet';
import type { LastCall } from './last-call';
import type { Looked } from './look';

/** What the record of a task says of its attempts. @param attempts How many have begun in this run. */
export function askHistory({ facts, state, why }: Looked, call: LastCall, attempts: number): HistoryWitness {
  const { handler, finishing, failure, memo } = facts;
  if (finishing)
    return { last: 'completed', text: 'the handler has completed, and the task has yet to take note of it' };
  if (isStarted(facts) || state === 'running') {
    const { progress = 0, stage } = handler?.heartbeat ?? {};
    const heard = handler?.lastHeartbeatAt
      ? `its last life sign, at ${handler.lastHeartbeatAt}, said ${progress} %${stage ? ` (${stage})` : ''}`
      : 'it has given no life sign';
    return { last: 'running', text: `attempt ${Math.max(attempts, 1)} has started and not ended; ${heard}` };
  }
  if (state === 'dead-lettered') {
    const lost = failure?.code === 'OUTCOME_UNKNOWN' || memo.parking?.failures.at(-1)?.lost;
    const { code = failure?.code ?? 'UNKNOWN', message = '' } = memo.parking ?? {};
    const made = `${attempts} ${attempts === 1 ? 'attempt was' : 'attempts were'} made`;
    if (lost) return { last: 'lost', text: `${made}; the last one was lost with its worker` };
    return { last: 'failed', text: `${made}; the last one failed: ${code}: ${message}` };
  }
  if (attempts === 0 && !call.redriven) return { last: 'not-started', text: 'no attempt has ever started' };
  const made = attempts === 0 ? 'an earlier run of it ended without success' : `${attempts} attempt(s) did not succeed`;
  return { last: 'failed', text: `${made}; ${why.message}` };
}

/** What the workers say: whether anybody could be running the task right now. */
export function askFleet({ facts, state }: Looked, fleet: Fleet, now: Date): FleetWitness {
  const { queue, handler, memo } = facts;
  const workers = fleet.workers(queue) ?? 0;
  const serve = workers === 0 ? `nobody polls queue ${queue}` : `${workers} worker(s) poll queue ${queue}`;
  if (!isStarted(facts)) {
    // An inline attempt leaves no trace before it ends.
    const alive = state === 'running' && !facts.finishing && workers > 0;
    return { workers, attemptIsAlive: alive, text: `${serve}, and ${alive ? 'one may run' : 'none runs'} it` };
  }
  const { worker = 'a worker', lastHeartbeatAt } = handler ?? {};
  const silence = (now.getTime() - Date.parse(lastHeartbeatAt ?? '')) / 1000;
  const beats = silence <= (memo.policy?.heartbeatTimeout ?? 0);
  const polls = fleet.polls(queue, worker);
  const text = `${serve}; ${worker}, which holds the attempt, ${polls ? 'is among them' : 'is not among them'}${beats ? ' and gives life signs' : ''}`;
  return { workers, attemptIsAlive: polls || beats, text };
}

function isStarted({ handler }: TaskFacts): boolean {
  return handler !== undefined && handler.state !== 'scheduled' && handler.state !== 'paused';
}
