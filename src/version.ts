import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';

/** The version of this build. */
export const VERSION = (
  JSON.parse(readFileSync(path.join(__dirname, '..', 'package.json'), 'utf8')) as { version: string }
).version;

/** How a process names itself to Temporal: pollers and histories show it, and with it the version. */
export function identity(role: string): string {
  return `holdfast/${VERSION}/${role}-${process.pid}@${hostname()}`;
}

export { versionOf } from './tasks/worker-identity';
