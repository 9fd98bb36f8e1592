import type { Logger } from 'pino';
import { Counter, type Registry } from 'prom-client';

const NAME = 'holdfast_unhandled_rejections_total';

/**
 * Keeps the process going when a promise is rejected and nobody listens: Node would end it, and API, worker and monitor
 * with it. Each is logged with its stack and counted, since it is a fault of the code.
 * @param registry Where they are counted. Defaults to nowhere.
 * @returns Takes the handler away.
 */
export function outliveRejections(logger: Logger, registry?: Registry): () => void {
  const counter = registry && counterIn(registry);
  const onRejection = (reason: unknown): void => {
    counter?.inc();
    const err = reason instanceof Error ? reason : new Error(String(reason));
    logger.error({ err }, 'a rejection that nothing handles: a fault of the code; the process goes on');
  };
  process.on('unhandledRejection', onRejection);
  return () => void process.off('unhandledRejection', onRejection);
}

function counterIn(registry: Registry): Counter {
  const known = registry.getSingleMetric(NAME) as Counter | undefined;
  const help = 'Rejected promises that nothing handled. Each is a fault of the code, and in the log.';
  return known ?? new Counter({ name: NAME, help, registers: [registry] });
}
