import { open, rename, stat } from 'node:fs/promises';

const TAIL_BYTES = 8192;
const LARGEST_LOG_BYTES = 20 * 1024 * 1024;

/** The last lines that a program wrote to its log after the given position: why it ended, for people. */
export async function lastWords(logFile: string, from: number, lines = 3): Promise<string> {
  const handle = await open(logFile, 'r').catch(() => undefined);
  if (!handle) return '(no log)';
  try {
    const { size } = await handle.stat();
    const start = Math.max(from, size - TAIL_BYTES);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(Math.max(size - start, 0)), 0, undefined, start);
    const words = buffer.toString('utf8', 0, bytesRead).split('\n').map(readable);
    return words.filter(isTelling).slice(-lines).join('\n') || '(it said nothing)';
  } finally {
    await handle.close();
  }
}

/** Puts an overgrown log aside, so that a Holdfast that is used for years does not fill the disk. */
export async function turnLog(logFile: string): Promise<void> {
  if ((await logSize(logFile)) > LARGEST_LOG_BYTES) await rename(logFile, `${logFile}.1`);
}

export async function logSize(logFile: string): Promise<number> {
  return stat(logFile).then(
    ({ size }) => size,
    () => 0,
  );
}

/** An uncaught error ends in a stack, its fields and the version of Node; its first line is what matters. */
function isTelling(line: string): boolean {
  return line !== '' && !/^(\s|[{}]|Node\.js v)/.test(line);
}

/** The message of a line of JSON; any other line as it is. */
function readable(line: string): string {
  try {
    const { msg, err } = JSON.parse(line) as { msg?: string; err?: { message?: string } };
    return [...new Set([msg, err?.message])].filter(Boolean).join(': ');
  } catch {
    return line.trimEnd();
  }
}
