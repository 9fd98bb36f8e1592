import type { Why } from '../../tasks/explain';
import { type Forecast, type ForecastFacts, forecast } from '../../tasks/forecast';
import type { TaskFacts } from '../../tasks/state';
import { sampleDurations } from '../figures/samples';
import { quote } from '../list/list-query';
import type { Gateway } from '../temporal/gateway';
import type { QueueInfo } from '../workers/queues';
import { tasksAhead } from './line';
import type { Visibility } from './visibility';

/** How long runs of a type are looked back for. */
const SAMPLED_HOURS = 24;
/** While work has been waiting, the queue went as fast as it could; that time is looked at, inside these bounds. */
const SHORTEST_SECONDS = 10;
const LONGEST_SECONDS = 600;
const LAST_RESORT_SECONDS = 3600;

/** Causes that no arithmetic ends. */
const UNKNOWABLE: Partial<Record<Why['cause'], string>> = {
  'no-worker': 'no worker serves its queue',
  'workflow-task-failing': 'its workflow code fails',
  paused: 'it is paused, and nobody knows until when',
  'waits-for-an-operator': 'it waits for a person',
};

const WAITING: ReadonlySet<Why['cause']> = new Set([
  'waits-for-its-time',
  'waits-for-a-worker',
  'worker-starting',
  'waits-for-next-attempt',
  'breaker-open',
  'waits-for-redrive',
]);

/** When a waiting task is about to start and to end; `undefined` for one that runs or has ended. */
export async function readForecast(
  gateway: Gateway,
  visibility: Visibility,
  { facts, why, queue, now }: { facts: TaskFacts; why: Why; queue: QueueInfo; now: Date },
): Promise<Forecast | undefined> {
  const because = UNKNOWABLE[why.cause];
  if (because) return { known: false, because };
  if (!WAITING.has(why.cause)) return undefined;
  if (queue.workers.length === 0) return { known: false, because: `no worker serves queue ${queue.queue} now` };
  const dueAt = dueTime(facts, why);
  // Work that nobody has taken after its time stands in the backlog itself.
  const inLine = (dueAt === undefined || Date.parse(dueAt) <= now.getTime()) && queue.backlog > 0;
  const ahead = await tasksAhead(gateway, visibility, { facts, queue, inLine });
  const ended = inLine || ahead > 0 ? await lately(visibility, queue) : undefined;
  const from = new Date(now.getTime() - SAMPLED_HOURS * 3_600_000);
  const { sample, run } = await sampleDurations(gateway, visibility, { type: facts.type, from });
  const known: ForecastFacts = {
    type: facts.type,
    queue: queue.queue,
    tasksAhead: ahead,
    inLine,
    ...(dueAt && { dueAt }),
    ...provided(facts, why),
    ...(ended && { ended }),
    ...(run && { run: { p50: run.p50, sample } }),
  };
  return forecast(known, now);
}

/** What an attempt that comes in time is no use without. */
function provided({ handler }: TaskFacts, { cause }: Why): { provided?: string } {
  if (cause === 'breaker-open') return { provided: 'provided that the circuit breaker has closed by then' };
  const waits = cause === 'waits-for-next-attempt' && handler?.heartbeat?.awaits !== undefined;
  return waits ? { provided: 'provided that the tasks that it waits for have ended by then' } : {};
}

function dueTime({ memo, handler }: TaskFacts, { cause }: Why): string | undefined {
  if (cause === 'waits-for-redrive') return memo.parking?.nextRedriveAt;
  if (cause === 'breaker-open') return handler?.heartbeat?.waitsFor?.until;
  if (cause === 'waits-for-next-attempt') return handler?.nextAttemptAt;
  return handler ? undefined : memo.runAt;
}

/** Tasks of the queue that ended while work was waiting there; if there are none, those of an hour. */
async function lately(visibility: Visibility, queue: QueueInfo): Promise<{ count: number; seconds: number }> {
  const busy = Math.min(LONGEST_SECONDS, Math.max(SHORTEST_SECONDS, queue.backlogAgeSeconds));
  const count = await endedSince(visibility, queue.queue, busy);
  if (count > 0) return { count, seconds: busy };
  return {
    count: await endedSince(visibility, queue.queue, LAST_RESORT_SECONDS),
    seconds: LAST_RESORT_SECONDS,
  };
}

async function endedSince(visibility: Visibility, queue: string, seconds: number): Promise<number> {
  const from = new Date(Date.now() - seconds * 1000).toISOString();
  const query = `TaskQueue = ${quote(queue)} AND ExecutionStatus IN ('Completed', 'Failed') AND CloseTime >= '${from}'`;
  return visibility.count(query);
}
