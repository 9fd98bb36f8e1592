import { inParallel } from '../../parallel';
import { isoTime } from '../read/facts';
import type { Gateway } from './gateway';

const KINDS = [1, 2];
const QUEUES_AT_ONCE = 5;

/**
 * When a worker last polled one of the queues, by the clock of the Temporal server, in milliseconds. No answer
 * of the server says what time it is there, and this is what comes closest without writing anything: each of a
 * worker's polls ends after a minute at most, and the next one is stamped.
 * @returns `undefined` when none has polled for some five minutes, which is how long the server remembers.
 */
export async function lastPollAt(gateway: Gateway, queues: readonly string[]): Promise<number | undefined> {
  const { namespace, service } = gateway;
  const times = await inParallel(queues, QUEUES_AT_ONCE, async (queue) => {
    const answers = await Promise.all(
      KINDS.map((taskQueueType) =>
        gateway.call(() => service.describeTaskQueue({ namespace, taskQueue: { name: queue }, taskQueueType })),
      ),
    );
    return answers.flatMap(({ pollers }) => (pollers ?? []).map(({ lastAccessTime }) => isoTime(lastAccessTime)));
  });
  const [last] = times.flat().sort().reverse();
  return last === undefined ? undefined : Date.parse(last);
}
