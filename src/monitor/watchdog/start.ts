import { Client, type ConnectionLike } from '@temporalio/client';
import type { Logger } from 'pino';
import type { App } from '../../app/app';
import { Gateway } from '../../client/temporal/gateway';
import { clientConverter } from '../../encryption/data-converter';
import { identity } from '../../version';
import { createAlertSinks } from '../alerts/sinks';
import { lookAtDisks } from './disks';
import { lookAtMonitor, lookAtPasses, lookAtTemporal, lookAtWorkers } from './looks';
import { type Look, Watchdog } from './watchdog';

/** Where a watchdog runs: beside a monitor it looks at everything, elsewhere whether there is one. */
type Place = 'monitor' | 'api';

/** Seconds in which the alerts workflow may report by itself that workers are gone: it is evaluated every minute. */
const ALERTS_PATIENCE = 150;

/** Starts a watchdog as the app's settings say; it runs until closed. */
export function startWatchdog(
  place: Place,
  { config, contracts, keys, queues }: App,
  { connection, namespace }: { connection: ConnectionLike; namespace: string },
  logger: Logger,
): Watchdog {
  const dataConverter = clientConverter(keys);
  const client = new Client({ connection, namespace, identity: identity(place), dataConverter });
  const gateway = new Gateway(client, config.HOLDFAST_TEMPORAL_DEADLINE);
  const interval = config.TASK_MONITOR_INTERVAL;
  const workers: Look = {
    find: lookAtWorkers(
      gateway,
      queues,
      contracts.map(({ type }) => type),
    ),
    times: Math.max(2, Math.ceil(ALERTS_PATIENCE / config.HOLDFAST_WATCHDOG_INTERVAL)),
  };
  const looks: Record<Place, Look[]> = {
    monitor: [workers, { find: lookAtPasses(gateway, interval) }],
    api: [{ find: lookAtMonitor(gateway, interval) }],
  };
  const { artifacts } = config;
  const folders = {
    HOLDFAST_HOME: config.HOLDFAST_HOME,
    ...(artifacts.kind === 'folder' && { HOLDFAST_ARTIFACTS: artifacts.folder }),
  };
  const watchdog = new Watchdog({
    looks: [{ find: lookAtTemporal(gateway) }, { find: lookAtDisks(folders) }, ...looks[place]],
    interval: config.HOLDFAST_WATCHDOG_INTERVAL,
    deliver: createAlertSinks(config, logger).deliver,
    logger,
  });
  watchdog.start();
  return watchdog;
}
