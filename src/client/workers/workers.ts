import type { Contract } from '../../tasks/contract';
import { resolvePolicy } from '../../tasks/policy';
import type { CategoryOverrides } from '../../tasks/policy-override';
import type { Visibility } from '../diagnosis/visibility';
import { readRunning } from '../list/running';
import type { TaskReader } from '../read/reader';
import type { TaskView } from '../read/view';
import type { Gateway } from '../temporal/gateway';
import type { QueueInfo } from './queues';
import { readHeartbeats, type WorkerHeartbeat } from './worker-heartbeats';

/** One worker process. Times are ISO. */
interface WorkerView {
  /** `holdfast/<version>/<process>@<host>`, as it named itself. */
  identity: string;
  /** The catalogue's queues that it polls. */
  queues: string[];
  /** Its last poll, which takes up to a minute. */
  lastSeenAt?: string;
  startedAt?: string;
  /** The task types that it has handlers for. */
  types: string[];
  /**
   * `worker`: it reports them itself. `catalogue`: it has not reported them (yet), and these are the types whose
   * policy names a queue that it polls.
   */
  typesToldBy: 'worker' | 'catalogue';
  /** Attempts that run on it, the longest first, as far as they were looked for. */
  running: RunningTask[];
  /** Attempts that ran, and free places, when it last reported itself. Absent when it has not (yet). */
  places?: { busy: number; free: number; at?: string };
}

interface RunningTask {
  id: string;
  type: string;
  queue: string;
  startedAt?: string;
}

export interface WorkersReport {
  workers: WorkerView[];
  /** True when not every open task was looked at, only those submitted first: more may be running than are named. */
  partial: boolean;
  /** Open tasks that were looked at. */
  scanned: number;
}

interface Service {
  queues: readonly QueueInfo[];
  contracts: readonly Contract[];
  categories: CategoryOverrides;
}

interface Readers {
  gateway: Gateway;
  reader: TaskReader;
  visibility: Visibility;
}

/** Who polls the queues, with what runs there. Looks at open tasks one by one, up to a bound. */
export async function readWorkers({ gateway, reader, visibility }: Readers, service: Service): Promise<WorkersReport> {
  const served = service.queues.filter(({ workers }) => workers.length > 0).map(({ queue }) => queue);
  const [heartbeats, { tasks, partial, scanned }] = await Promise.all([
    readHeartbeats(gateway, visibility),
    readRunning(reader, visibility, served),
  ]);
  const workers = pollers(service.queues).map(([identity, polled]) => {
    const own = heartbeats.filter(
      ({ identity: reported, queue }) => reported === identity && polled.queues.includes(queue),
    );
    return workerView(identity, polled, { own, running: tasks, service });
  });
  return { workers, partial, scanned };
}

interface Polled {
  queues: string[];
  lastSeenAt?: string;
}

/** By identity, in the order of the queues. */
function pollers(queues: readonly QueueInfo[]): [string, Polled][] {
  const seen = new Map<string, Polled>();
  for (const { queue, workers } of queues) {
    for (const { identity, lastSeenAt } of workers) {
      const polled = seen.get(identity) ?? { queues: [] };
      polled.queues.push(queue);
      if (lastSeenAt && lastSeenAt > (polled.lastSeenAt ?? '')) polled.lastSeenAt = lastSeenAt;
      seen.set(identity, polled);
    }
  }
  return [...seen];
}

interface Known {
  own: readonly WorkerHeartbeat[];
  running: readonly TaskView[];
  service: Service;
}

function workerView(identity: string, { queues, lastSeenAt }: Polled, { own, running, service }: Known): WorkerView {
  const [startedAt] = own.flatMap((heartbeat) => heartbeat.startedAt ?? []).sort();
  const at = own.flatMap((heartbeat) => heartbeat.heartbeatAt ?? []).sort()[0];
  const reported = [...new Set(own.flatMap(({ types = [] }) => types))].sort();
  const sum = (name: 'busy' | 'free') => own.reduce((all, heartbeat) => all + heartbeat[name], 0);
  return {
    identity,
    queues,
    ...(lastSeenAt && { lastSeenAt }),
    ...(startedAt && { startedAt }),
    types: reported.length > 0 ? reported : typesOf(queues, service),
    typesToldBy: reported.length > 0 ? 'worker' : 'catalogue',
    running: running
      .filter(({ worker }) => worker === identity)
      .map(runningTask)
      .sort(byStart),
    ...(own.length > 0 && { places: { busy: sum('busy'), free: sum('free'), ...(at && { at }) } }),
  };
}

function typesOf(queues: readonly string[], { contracts, categories }: Service): string[] {
  const served = contracts.filter((contract) => queues.includes(resolvePolicy(contract, categories).queue));
  return served.map(({ type }) => type).sort();
}

function runningTask({ id, type, queue, attemptStartedAt }: TaskView): RunningTask {
  return { id, type, queue, ...(attemptStartedAt && { startedAt: attemptStartedAt }) };
}

function byStart(a: RunningTask, b: RunningTask): number {
  return (a.startedAt ?? '').localeCompare(b.startedAt ?? '');
}
