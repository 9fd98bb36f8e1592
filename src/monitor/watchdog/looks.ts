import { AlertClient } from '../../client/monitor/alerts';
import { readMonitor } from '../../client/monitor/monitor';
import type { Gateway } from '../../client/temporal/gateway';
import { readQueue } from '../../client/workers/queues';
import { unservedQueues } from '../../client/workers/unserved';
import { HoldfastError } from '../../errors';
import { MONITOR_QUEUE } from '../../protocol/task';
import { workerAdvice } from '../../tasks/worker-advice';
import type { Look } from './watchdog';

/** Whether Temporal answers. */
export function lookAtTemporal(gateway: Gateway): Look['find'] {
  return async () => {
    const { namespace, service } = gateway;
    try {
      await gateway.call(() => service.describeNamespace({ namespace }));
      return [];
    } catch (error) {
      if (!(error instanceof HoldfastError) || error.code !== 'unavailable') throw error;
      return [
        {
          key: 'temporal-unreachable',
          severity: 'CRITICAL',
          title: 'Temporal cannot be reached',
          message: `The Temporal server does not answer (namespace ${namespace}). No task can be submitted, and none continues.`,
          todo: 'Start the Temporal server again, or mend the way to it. Tasks go on by themselves then.',
        },
      ];
    }
  };
}

/**
 * Whether every queue with work has a worker. The alerts workflow reports that too, as long as it works; its
 * conditions have the same keys.
 * @param catalogue Every queue that a policy names.
 * @param known The task types of this installation. Defaults to all.
 */
export function lookAtWorkers(gateway: Gateway, catalogue: readonly string[], known?: readonly string[]): Look['find'] {
  const alerts = new AlertClient(gateway);
  return async () => {
    const unserved = await unservedQueues(gateway, catalogue);
    const { conditions } = unserved.length > 0 ? await alerts.read() : { conditions: [] };
    return unserved.map(({ queue, backlog, openTasks, since, types = [] }) => ({
      key: `no-worker:${queue}`,
      reportedElsewhere: conditions.some(({ key }) => key === `no-worker:${queue}`),
      severity: 'CRITICAL',
      title: `No worker serves queue ${queue}`,
      message: `${openTasks} open tasks are in queue ${queue}, about ${backlog} pieces of work wait${since ? ` since ${since}` : ''}, and no worker polls it.`,
      value: openTasks,
      todo: startWorker(
        queue,
        types.filter((type) => known?.includes(type) === false),
      ),
    }));
  };
}

function startWorker(queue: string, foreign: readonly string[]): string {
  const { todo } = workerAdvice(queue, foreign);
  return foreign.length > 0 ? todo : `Start a worker: ${todo}`;
}

/** Whether the monitor's passes come, as a monitor sees it. @param interval Seconds between two passes. */
export function lookAtPasses(gateway: Gateway, interval: number): Look['find'] {
  const startedAt = Date.now();
  return async () => {
    if (!(await isOverdue(gateway, interval, startedAt))) return [];
    return [
      {
        key: 'monitor-overdue',
        severity: 'CRITICAL',
        title: 'The monitor is overdue',
        message: `No pass of the monitor has ended within the last ${2 * interval} seconds, although a monitor runs.`,
        todo: 'temporal schedule describe --schedule-id holdfast-monitor shows whether it is paused; GET /v1/monitor shows the last pass',
      },
    ];
  };
}

/** Whether there is a monitor at all, as everybody else sees it. @param interval Seconds between two passes. */
export function lookAtMonitor(gateway: Gateway, interval: number): Look['find'] {
  const startedAt = Date.now();
  return async () => {
    if (!(await isOverdue(gateway, interval, startedAt))) return [];
    const { workers } = await readQueue(gateway, MONITOR_QUEUE);
    if (workers.length > 0) return [];
    return [
      {
        key: 'monitor-gone',
        severity: 'CRITICAL',
        title: 'The monitor is gone',
        message: `No monitor runs, and none has ended a pass within the last ${2 * interval} seconds. Nobody watches over tasks and alerts.`,
        todo: 'Start it: npm run monitor',
      },
    ];
  };
}

/** Who has just started gives the first passes their time. */
async function isOverdue(gateway: Gateway, interval: number, startedAt: number): Promise<boolean> {
  if (Date.now() - startedAt < 2 * interval * 1000) return false;
  const { lastPass } = await readMonitor(gateway);
  return Date.now() - Date.parse(lastPass?.endedAt ?? '1970-01-01') > 2 * interval * 1000;
}
