import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { ClientConnection } from '../client/temporal/connect';
import { setUpNamespace } from '../client/temporal/setup';
import type { Config } from '../config';
import { StartError } from '../errors';

const PAUSE_MS = 2000;
const DEADLINE_MS = 10_000;

/**
 * Sets the namespace up as soon as Temporal answers, and never resolves.
 * @throws StartError when the namespace or the settings do not fit, so that trying again is pointless.
 */
export async function setUpWhenPossible(
  config: Config,
  { connection, namespace }: ClientConnection,
  logger: Logger,
  signal: AbortSignal,
): Promise<never> {
  const options = { namespace, retentionDays: config.HOLDFAST_RETENTION_DAYS, categories: config.categories };
  for (let logged = false; !signal.aborted; logged = true) {
    try {
      const work = () => setUpNamespace(connection, options);
      const { lacks } = await connection.withDeadline(Date.now() + DEADLINE_MS, work);
      for (const { message, commands } of lacks) logger.warn({ commands }, message);
      logger.info({ namespace }, 'namespace is set up');
      break;
    } catch (err) {
      if (err instanceof StartError) throw err;
      if (!logged) logger.warn({ err, namespace }, 'Temporal does not take the set-up yet; trying on');
      await sleep(PAUSE_MS, undefined, { signal }).catch(() => undefined);
    }
  }
  return new Promise<never>(() => undefined);
}
