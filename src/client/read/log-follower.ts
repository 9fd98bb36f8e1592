import type { ArtifactStore } from '../../artifacts/store';
import { type LogLine, type LogPlace, lastLines, readChunk } from './log-lines';

/**
 * Chunks are named by their worker's clock. One whose name lies this far back, in milliseconds, may still
 * appear after others: it was slow to be written, or its worker's clock is behind.
 */
const LATE_MS = 10_000;

/** Reports the lines of a task's log as they come, each once. */
export class LogFollower {
  private readonly reported = new Set<string>();
  private newest = '';
  private first: LogLine[] = [];

  private constructor(
    private readonly store: ArtifactStore,
    private readonly taskId: string,
  ) {}

  /** Begins with the last lines that are there. */
  static async withLast(store: ArtifactStore, taskId: string, count: number): Promise<LogFollower> {
    const follower = new LogFollower(store, taskId);
    const chunks = await store.listLog(taskId);
    for (const chunk of chunks) follower.remember(chunk);
    follower.first = await lastLines(store, taskId, chunks, count);
    return follower;
  }

  /** Begins with the line after the given place. */
  static async after(store: ArtifactStore, taskId: string, { chunk, index }: LogPlace): Promise<LogFollower> {
    const follower = new LogFollower(store, taskId);
    const before = (await store.listLog(taskId)).filter((name) => name <= chunk);
    for (const name of before) follower.remember(name);
    if (before.includes(chunk)) follower.first = (await readChunk(store, taskId, chunk)).slice(index + 1);
    return follower;
  }

  /** What has come since the last call, a chunk at a time; may be nothing. */
  async *news(): AsyncGenerator<LogLine[]> {
    const { first } = this;
    this.first = [];
    if (first.length > 0) yield first;
    for (const chunk of await this.newChunks()) {
      this.remember(chunk);
      yield await readChunk(this.store, this.taskId, chunk);
    }
  }

  /** Whether `news` would be new. */
  async hasNews(): Promise<boolean> {
    return this.first.length > 0 || (await this.newChunks()).length > 0;
  }

  private async newChunks(): Promise<string[]> {
    const chunks = await this.store.listLog(this.taskId, this.horizon());
    return chunks.filter((chunk) => !this.reported.has(chunk));
  }

  private remember(chunk: string): void {
    this.reported.add(chunk);
    if (chunk > this.newest) this.newest = chunk;
    const horizon = this.horizon();
    // Names are added about in order, so the oldest come first.
    for (const old of this.reported) {
      if (old >= horizon) break;
      this.reported.delete(old);
    }
  }

  /** The name before which no chunk is expected any more. */
  private horizon(): string {
    const time = Number(this.newest.slice(0, 14)) || 0;
    return String(Math.max(0, time - LATE_MS)).padStart(14, '0');
  }
}
