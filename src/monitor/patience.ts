import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { App } from '../app/app';
import { StartError } from '../errors';
import { closeConnection, connectWorker, type WorkerConnection } from '../worker/connect';
import { startMonitorRole } from './role';
import type { RunningMonitor } from './start';

const PAUSE_MS = 2000;

/**
 * Starts the monitor role as soon as Temporal answers; `undefined` when it was ended before.
 * @throws StartError when the namespace or the settings do not fit, so that trying again is pointless.
 */
export async function startMonitorWhenPossible(
  app: App,
  logger: Logger,
  signal: AbortSignal,
): Promise<RunningMonitor | undefined> {
  for (let logged = false; !signal.aborted; logged = true) {
    const temporal = await connectWorker(app.config).catch((err: unknown) => {
      if (!logged) logger.warn({ err }, 'Temporal does not answer yet; trying on');
    });
    const running = temporal && (await startOn(temporal, app, logger));
    if (running) return running;
    await sleep(PAUSE_MS, undefined, { signal }).catch(() => undefined);
  }
  return undefined;
}

async function startOn(temporal: WorkerConnection, app: App, logger: Logger): Promise<RunningMonitor | undefined> {
  const { connection } = temporal;
  try {
    const { finished, shutdown } = await startMonitorRole(app, temporal, logger);
    return { finished, shutdown: () => shutdown().finally(() => closeConnection(connection)) };
  } catch (err) {
    await closeConnection(connection);
    if (err instanceof StartError) throw err;
    logger.warn({ err }, 'the monitor could not start; trying on');
    return undefined;
  }
}
