import { randomBytes } from 'node:crypto';
import type { Logger } from 'pino';
import type { ArtifactStore } from '../../artifacts/store';
import { TASK_LOG } from '../../log-content';
import { redactValue } from '../../tasks/redact';
import type { TaskLog } from './handler';

const LEVELS = ['debug', 'info', 'warn', 'error'] as const;
const FLUSH_MS = 500;
const CHUNK_BYTES = 64 * 1024;

/**
 * A task's own log: each line goes to the worker's log at once, and in append-only chunks to the
 * artifact store, where any host can read it while the task runs. Losing a line never fails a task, nor does any
 * field that a handler may log; secrets are redacted.
 */
export class ChunkedTaskLog implements TaskLog {
  readonly debug = this.writer('debug');
  readonly info = this.writer('info');
  readonly warn = this.writer('warn');
  readonly error = this.writer('error');
  private readonly copy: Logger;
  private lines = '';
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> = Promise.resolve();
  private chunks = 0;
  /** Keeps apart the chunks of two attempts that overlap, as a lost worker's may. */
  private readonly writerId = randomBytes(3).toString('hex');

  constructor(
    private readonly taskId: string,
    private readonly attempt: number,
    private readonly store: ArtifactStore,
    private readonly logger: Logger,
  ) {
    this.copy = logger.child({ [TASK_LOG]: true });
  }

  /** Waits until every line so far is in the store. */
  async flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.lines) {
      const chunk = this.lines;
      this.lines = '';
      const name = `${Date.now().toString().padStart(14, '0')}-${String(this.chunks++).padStart(6, '0')}-${this.writerId}.ndjson`;
      this.writing = this.writing
        .then(() => this.store.appendLog(this.taskId, name, chunk))
        .catch((err) => this.logger.error({ err }, 'task log chunk could not be stored'));
    }
    return this.writing;
  }

  private writer(level: (typeof LEVELS)[number]) {
    return (text: string, given: Record<string, unknown> = {}): void => {
      // Also of callers without types: anything may stand in either place.
      const message = redactValue(text);
      const fields = redactValue(given) as object;
      this.copy[level](fields, String(message));
      this.lines += `${JSON.stringify({ time: new Date().toISOString(), level, attempt: this.attempt, message, ...fields })}\n`;
      if (this.lines.length >= CHUNK_BYTES) void this.flush();
      else this.timer ??= setTimeout(() => void this.flush(), FLUSH_MS);
    };
  }
}
