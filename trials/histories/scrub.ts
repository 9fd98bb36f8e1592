import { hostname } from 'node:os';

interface Payload {
  metadata: Record<string, string>;
  data: string;
}

/**
 * Takes out of a history, in its JSON form, what is of the machine that it was recorded on: stack
 * traces, process names, paths. Replay compares none of these with what the workflow code does.
 * @param folder The harness's folder, to which the probes' inputs point.
 */
export function scrub(history: unknown, folder: string): unknown {
  const machine = new RegExp(`\\d+@${quoted(hostname())}`, 'g');
  const text = (value: string) => value.replaceAll(folder, 'probes').replace(machine, '1@host');
  return walk(history, text);
}

function walk(value: unknown, text: (value: string) => string): unknown {
  if (typeof value === 'string') return text(value);
  if (Array.isArray(value)) return value.map((item) => walk(item, text));
  if (typeof value !== 'object' || value === null) return value;
  if (isPayload(value)) return { ...value, data: recode(value.data, text) };
  const entries = Object.entries(value).map(([key, item]) => [key, key === 'stackTrace' ? '' : walk(item, text)]);
  return Object.fromEntries(entries);
}

function isPayload(value: object): value is Payload {
  return 'metadata' in value && 'data' in value && typeof value.data === 'string';
}

function recode(data: string, text: (value: string) => string): string {
  return Buffer.from(text(Buffer.from(data, 'base64').toString('utf8'))).toString('base64');
}

function quoted(literal: string): string {
  return literal.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
