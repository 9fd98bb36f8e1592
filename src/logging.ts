import pino, { type Logger } from 'pino';

/** The process's logger: one JSON object a line on standard output, with ISO times. */
export function createLogger(level: string, role: string): Logger {
  return pino({ level, base: { role, pid: process.pid }, timestamp: pino.stdTimeFunctions.isoTime });
}
