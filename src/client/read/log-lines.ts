import type { ArtifactStore } from '../../artifacts/store';
import { printableLines } from '../../tasks/printable';

/** One line of a task's log. */
export interface LogLine {
  /** Its place: chunk and index. */
  id: string;
  time: string;
  level: string;
  attempt: number;
  message: string;
  [field: string]: unknown;
}

/** A place in a task's log: the line at `index` of a chunk. */
export interface LogPlace {
  chunk: string;
  index: number;
}

/** Reads one chunk. A line that is not what workers write is shown as it is. */
export async function readChunk(store: ArtifactStore, taskId: string, chunk: string): Promise<LogLine[]> {
  const text = await store.readLog(taskId, chunk);
  return text
    .split('\n')
    .filter(Boolean)
    .map((line, index) => ({ ...parseLine(line), id: `${chunk}:${index}` }));
}

/** The last lines of the given chunks, oldest first. */
export async function lastLines(
  store: ArtifactStore,
  taskId: string,
  chunks: readonly string[],
  count: number,
): Promise<LogLine[]> {
  if (count === 0) return [];
  let lines: LogLine[] = [];
  for (let index = chunks.length - 1; index >= 0 && lines.length < count; index--) {
    lines = [...(await readChunk(store, taskId, chunks[index] ?? '')), ...lines];
  }
  return lines.slice(-count);
}

/** A line for people. */
export function lineAsText({ id: _, time, level, attempt, message, ...fields }: LogLine): string {
  const more = Object.keys(fields).length > 0 ? ` ${JSON.stringify(fields)}` : '';
  const text = `${time} ${String(level).toUpperCase().padEnd(5)} [${attempt}] ${message}${more}`;
  // It may be read on a terminal, from here or from a file.
  return `${printableLines(text)}\n`;
}

function parseLine(line: string): LogLine {
  try {
    return JSON.parse(line) as LogLine;
  } catch {
    return { id: '', time: '', level: 'info', attempt: 0, message: line };
  }
}
