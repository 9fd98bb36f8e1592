import pino, { type DestinationStream, type Logger } from 'pino';
import { TASK_LOG, withoutContent } from './log-content';
import { printableJson } from './tasks/printable';
import { redactText, redactValue } from './tasks/redact';

/**
 * The process's logger: one JSON object a line, with ISO times and without secrets.
 * @param destination Defaults to standard output.
 * @param confidential Whether the content of tasks stays out of it. Defaults to false.
 */
export function createLogger(
  level: string,
  role: string,
  destination?: DestinationStream,
  confidential = false,
): Logger {
  const options = {
    level,
    base: { role, pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    // The last place that all of it passes: messages, fields, bindings and errors.
    hooks: { streamWrite: (line: string) => redactLine(line, confidential) },
  };
  return destination ? pino(options, destination) : pino(options);
}

function redactLine(line: string, confidential: boolean): string {
  try {
    const whole = JSON.parse(line) as Record<string, unknown>;
    const { [TASK_LOG]: _mark, ...fields } = confidential ? withoutContent(whole) : whole;
    return `${printableJson(JSON.stringify(redactValue(fields)))}\n`;
  } catch {
    return confidential ? '' : printableJson(redactText(line));
  }
}
