import { type QueueInfo, readQueue } from '../../client/workers/queues';
import { unservedQueues } from '../../client/workers/unserved';
import { CONTROL_QUEUE } from '../../protocol/task';
import { workerAdvice } from '../../tasks/worker-advice';
import { VERSION, versionOf } from '../../version';
import type { Check, Finding } from './check';

/** Whether every queue has workers, and of which version they are. */
export const workers: Check = {
  name: 'workers',
  look: async ({ gateway, queues, types: own }) => {
    const known = [...queues, CONTROL_QUEUE];
    const [infos, unserved] = await Promise.all([
      Promise.all(known.map((queue) => readQueue(gateway, queue))),
      unservedQueues(gateway, queues),
    ]);
    const openTasks = new Map(unserved.map(({ queue, openTasks }) => [queue, openTasks]));
    const foreign = new Map(
      unserved.map(({ queue, types = [] }) => [queue, types.filter((type) => !own.includes(type))]),
    );
    const others = unserved.filter(({ queue }) => !known.includes(queue));
    return [
      ...[...infos, ...others.map((other) => ({ ...other, workers: [] }))].map((info) =>
        served(info, openTasks.get(info.queue) ?? 0, foreign.get(info.queue)),
      ),
      ...sameVersion(infos),
    ];
  },
};

/** @param openTasks Tasks of the queue, those included that wait for their time or for an operator. @param foreign Their types that this installation lacks. */
export function served(
  { queue, workers: polling, backlog }: Pick<QueueInfo, 'queue' | 'workers' | 'backlog'>,
  openTasks: number,
  foreign: readonly string[] = [],
): Finding {
  const name = `worker:${queue}`;
  if (polling.length > 0) {
    const waiting = backlog > 0 ? ` About ${waits(backlog)}.` : '';
    return { name, level: 'ok', message: `${count(polling.length, 'worker')}.${waiting}` };
  }
  // Every worker serves the queue of control workflows, whatever else it serves.
  const todo = queue === CONTROL_QUEUE ? 'npm run worker' : workerAdvice(queue, foreign).todo;
  if (backlog === 0) {
    const open = openTasks > 0 ? ` ${count(openTasks, 'open task')} will need one.` : '';
    return { name, level: 'warning', message: `No worker.${open}`, todo };
  }
  return { name, level: 'broken', message: `No worker, and about ${waits(backlog)}.`, todo };
}

function sameVersion(infos: readonly QueueInfo[]): Finding[] {
  const identities = new Set(infos.flatMap((info) => info.workers.map(({ identity }) => identity)));
  if (identities.size === 0) return [];
  const name = 'worker-versions';
  const others = [...identities].filter((identity) => versionOf(identity) !== VERSION);
  if (others.length === 0) return [{ name, level: 'ok', message: `All workers are of ${VERSION}, as this is.` }];
  const message = `Not of ${VERSION}, as this is: ${others.join(', ')}.`;
  return [{ name, level: 'warning', message, todo: 'Deploy the same version everywhere.' }];
}

function waits(backlog: number): string {
  return backlog === 1 ? '1 piece of work waits' : `${backlog} pieces of work wait`;
}

function count(number: number, thing: string): string {
  return `${number} ${thing}${number === 1 ? '' : 's'}`;
}
