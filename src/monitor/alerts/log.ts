import type { Logger } from 'pino';
import type { Severity } from '../../protocol/alert';
import type { AlertSink } from './notice';

const LEVELS: Record<Severity, 'warn' | 'error' | 'fatal'> = {
  WARNING: 'warn',
  CRITICAL: 'error',
  EMERGENCY: 'fatal',
};

/** Writes each notice to the process's log; what is over, as information. */
export function createLogSink(logger: Logger): AlertSink {
  return async ({ cleared, ...notice }) => {
    const level = cleared ? 'info' : LEVELS[notice.severity];
    logger[level](
      { alert: notice, ...(cleared && { cleared }) },
      `ALERT ${cleared ? 'over' : notice.severity}: ${notice.title}`,
    );
  };
}
