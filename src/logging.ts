import { AsyncLocalStorage } from 'node:async_hooks';
import pino, { type DestinationStream, type Logger } from 'pino';
import { TASK_LOG, withoutContent } from './log-content';
import { printableJson } from './tasks/printable';
import { redactText, redactValue } from './tasks/redact';

/** What every line says that is logged while a request is answered or an attempt runs. */
export interface LogScope {
  taskId?: string;
  type?: string;
  attempt?: number;
  runId?: string;
  reqId?: string;
}

const scopes = new AsyncLocalStorage<LogScope>();
let readTrace: () => object | undefined = () => undefined;
let noticeScope: (scope: LogScope) => void = () => undefined;

/** Does some work; whatever is logged meanwhile, by whomever, carries these fields. */
export function withLogScope<T>(scope: LogScope, work: () => T): T {
  noticeScope(scope);
  return scopes.run(scope, work);
}

/** Adds fields that are known only now. */
export function addToLogScope(fields: LogScope): void {
  const scope = scopes.getStore();
  if (!scope) return;
  Object.assign(scope, fields);
  noticeScope(fields);
}

/** Lines say from now on in which trace they are. */
export function readTraceWith(read: () => object | undefined): void {
  readTrace = read;
}

/** Calls a function with the fields of every scope, when they become known. */
export function onLogScope(notice: (scope: LogScope) => void): void {
  noticeScope = notice;
}

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
    mixin: () => ({ ...scopes.getStore(), ...readTrace() }),
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
