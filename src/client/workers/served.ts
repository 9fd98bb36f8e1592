import { isoTime } from '../read/facts';
import type { Gateway } from '../temporal/gateway';
import { GONE_AFTER_MS } from './queues';

const WORKFLOW = 1;

/** Whether a worker takes the workflow tasks of a queue: in one call, so that one may ask before every message. */
export async function isServed(gateway: Gateway, queue: string): Promise<boolean> {
  const { service, namespace } = gateway;
  const { pollers } = await gateway.call(() =>
    service.describeTaskQueue({ namespace, taskQueue: { name: queue }, taskQueueType: WORKFLOW }),
  );
  return (pollers ?? []).some(({ lastAccessTime }) => {
    const seen = isoTime(lastAccessTime);
    return seen === undefined || Date.now() - Date.parse(seen) <= GONE_AFTER_MS;
  });
}
