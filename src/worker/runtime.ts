import { DefaultLogger, type LogLevel, Runtime } from '@temporalio/worker';
import type { Logger } from 'pino';

/** Temporal's levels as pino names them. */
const LEVELS: Record<LogLevel, 'trace' | 'debug' | 'info' | 'warn' | 'error'> = {
  TRACE: 'trace',
  DEBUG: 'debug',
  INFO: 'info',
  WARN: 'warn',
  ERROR: 'error',
};

/** Named as Prometheus has it: seconds, with units and `_total`. */
const METRIC_NAMES = { useSecondsForDurations: true, unitSuffix: true, countersTotalSuffix: true };

/**
 * Sets up the SDK's native runtime, once a process, before anything else of the SDK. Its logs go to pino;
 * its own signal handlers stay off, since the process decides itself in which order its parts end.
 * @param metricsAt Where it serves its metrics, as host:port. Defaults to nowhere.
 */
export function installRuntime(logger: Logger, metricsAt?: string): void {
  const log = new DefaultLogger('DEBUG', ({ level, message, meta }) => {
    // The task itself is its input, in plain text and encoded; the IDs beside it find it.
    const { error, task: _task, taskEncoded: _encoded, ...fields } = meta ?? {};
    const task = fields.workflowId !== undefined && { taskId: fields.workflowId };
    logger[LEVELS[level]]({ ...fields, ...task, ...(error !== undefined && { err: error }) }, message);
  });
  Runtime.install({
    logger: log,
    // One small call for all queues of the process: which types it serves and how busy it is.
    workerHeartbeatInterval: '5 s',
    shutdownSignals: [],
    telemetryOptions: {
      logging: { filter: { core: 'WARN', other: 'ERROR' }, forward: {} },
      ...(metricsAt && { metrics: { prometheus: { bindAddress: metricsAt, ...METRIC_NAMES } } }),
    },
  });
}
