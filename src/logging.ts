import pino, { type Logger } from 'pino';
import { redactText, redactValue } from './tasks/redact';

/** The process's logger: one JSON object a line on standard output, with ISO times and without secrets. */
export function createLogger(level: string, role: string): Logger {
  return pino({
    level,
    base: { role, pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    // The last place that all of it passes: messages, fields, bindings and errors.
    hooks: { streamWrite: redactLine },
  });
}

function redactLine(line: string): string {
  try {
    return `${JSON.stringify(redactValue(JSON.parse(line)))}\n`;
  } catch {
    return redactText(line);
  }
}
