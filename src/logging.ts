import pino, { type DestinationStream, type Logger } from 'pino';
import { printableJson } from './tasks/printable';
import { redactText, redactValue } from './tasks/redact';

/**
 * The process's logger: one JSON object a line, with ISO times and without secrets.
 * @param destination Defaults to standard output.
 */
export function createLogger(level: string, role: string, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: { role, pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    // The last place that all of it passes: messages, fields, bindings and errors.
    hooks: { streamWrite: redactLine },
  };
  return destination ? pino(options, destination) : pino(options);
}

function redactLine(line: string): string {
  try {
    return `${printableJson(JSON.stringify(redactValue(JSON.parse(line))))}\n`;
  } catch {
    return printableJson(redactText(line));
  }
}
