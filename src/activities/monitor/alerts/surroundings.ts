import type { TaskClient } from '../../../client/task-client';
import { workerAdvice } from '../../../tasks/worker-advice';
import type { Check } from './check';

const NO_WORKER = 'no-worker';
const BREAKER = 'breaker';

/** Work waits in a queue that no worker polls. */
export function workerCheck(tasks: TaskClient): Check {
  return {
    kinds: [NO_WORKER],
    find: async () => {
      const deserted = await tasks.alerts.facts.deserted(tasks.queues());
      const known = new Set(tasks.types());
      return deserted.map(({ queue, backlog, types = [] }) => ({
        key: `${NO_WORKER}:${queue}`,
        severity: 'CRITICAL',
        title: `No worker serves queue ${queue}`,
        message: `About ${backlog} pieces of work wait in queue ${queue}, and no worker polls it.`,
        value: backlog,
        todo: advice(
          queue,
          types.filter((type) => !known.has(type)),
        ),
      }));
    },
  };
}

function advice(queue: string, foreign: readonly string[]): string {
  const { todo } = workerAdvice(queue, foreign);
  return foreign.length > 0 ? todo : `Start one: ${todo}`;
}

/** A dependency is left alone because it failed. */
export function breakerCheck(tasks: TaskClient): Check {
  return {
    kinds: [BREAKER],
    find: async () => {
      const closed = (await tasks.breakers()).filter(({ state }) => state !== 'closed');
      return closed.map(({ name, openUntil, lastFailure }) => ({
        key: `${BREAKER}:${name}`,
        severity: 'WARNING',
        title: `The circuit breaker of ${name} is open`,
        message: `Tasks that need ${name} wait${openUntil ? ` until ${openUntil}` : ''}.${lastFailure ? ` Last failure: ${lastFailure.code}, ${lastFailure.message}` : ''}`,
        todo: `See whether ${name} works. It is tried again by itself; POST /v1/breakers/{name}/close does not wait for that.`,
      }));
    },
  };
}
