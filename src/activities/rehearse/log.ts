import { redactValue } from '../../tasks/redact';
import type { TaskLog } from '../attempt/handler';

/** A line of the handler's log, without secrets. */
export interface RehearsalLine {
  time: string;
  level: string;
  attempt: number;
  message: string;
  [field: string]: unknown;
}

/** A report keeps so many lines of its handler's log, the last ones. */
const MOST_LINES = 1000;

/** A log that goes to whoever asked for the rehearsal, and nowhere else. */
export class RehearsalLog implements TaskLog {
  readonly lines: RehearsalLine[] = [];
  readonly debug = this.writer('debug');
  readonly info = this.writer('info');
  readonly warn = this.writer('warn');
  readonly error = this.writer('error');

  constructor(
    private readonly attempt: number,
    private readonly onLine: (line: RehearsalLine) => void,
  ) {}

  private writer(level: keyof TaskLog) {
    return (text: string, given: Record<string, unknown> = {}): void => {
      const fields = redactValue(given) as object;
      const message = String(redactValue(text));
      const line = { time: new Date().toISOString(), level, attempt: this.attempt, message, ...fields };
      this.lines.push(line);
      if (this.lines.length > MOST_LINES) this.lines.shift();
      this.onLine(line);
    };
  }
}
