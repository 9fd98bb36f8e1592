import { setTimeout as sleep } from 'node:timers/promises';
import { Client, type ConnectionLike } from '@temporalio/client';
import type { Logger } from 'pino';
import { type AlertActivities, createAlertActivities } from '../activities/monitor/alerts';
import type { App } from '../app/app';
import { openArtifactStore } from '../artifacts/open';
import { TaskClient } from '../client/task-client';
import { clientConverter } from '../encryption/data-converter';
import { identity } from '../version';
import { createAlertSinks } from './alerts/sinks';

/** Between two looks at everything, in milliseconds. */
const INTERVAL_MS = 60_000;
/** Longest call to Temporal, in seconds: nobody waits for the answer. */
const DEADLINE = 10;

/** The activities of alerts as the app's settings say. @throws StartError for addresses without a mail server. */
export function alertActivities(
  { categories, config, contracts, controlQueue, keys }: App,
  { connection, namespace }: { connection: ConnectionLike; namespace: string },
  logger: Logger,
): AlertActivities {
  const dataConverter = clientConverter(keys);
  const client = new Client({ connection, namespace, identity: identity('monitor'), dataConverter });
  const artifacts = openArtifactStore(config, keys);
  return createAlertActivities({
    tasks: new TaskClient({ client, contracts, artifacts, categories, controlQueue, deadline: DEADLINE }),
    types: contracts.map(({ type }) => type),
    sinks: createAlertSinks(config, logger),
    limits: {
      deadLetters: config.HOLDFAST_ALERT_DEAD_LETTERS,
      duplicateRate: config.HOLDFAST_ALERT_DUPLICATE_RATE,
      failureFactor: config.HOLDFAST_ALERT_FAILURE_FACTOR,
    },
    logger,
  });
}

/** Looks every minute which conditions hold. @returns Ends that, and resolves when the last look is over. */
export function keepLooking(activities: AlertActivities, logger: Logger): () => Promise<void> {
  const closing = new AbortController();
  const looking = lookUntil(closing.signal, activities, logger);
  return () => {
    closing.abort();
    return looking;
  };
}

async function lookUntil(signal: AbortSignal, { evaluateAlerts }: AlertActivities, logger: Logger): Promise<void> {
  while (!signal.aborted) {
    await evaluateAlerts().catch((err: unknown) => logger.warn({ err }, 'alerts could not be evaluated'));
    await sleep(INTERVAL_MS, undefined, { signal }).catch(() => undefined);
  }
}
