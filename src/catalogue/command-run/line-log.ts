import { StringDecoder } from 'node:string_decoder';
import type { HandlerContext } from '../../activities/attempt/handler';

/** Longer lines are cut in the log; the artifact has them whole. */
const LINE_CHARACTERS = 2000;

/** A stream may log this many lines a second; the rest is counted and left to the artifact. */
const LINES_PER_SECOND = 100;

/** A line of this form on standard output tells the task's progress instead of being logged. */
const PROGRESS = /^HOLDFAST_PROGRESS (\d{1,3}(?:\.\d+)?)(?:\s+(.{1,200}))?$/;

/** Brings a program's output into the task's log, line by line while the program runs. */
export class LineLog {
  private readonly decoder = new StringDecoder('utf8');
  private line = '';
  private cut = 0;
  private second = 0;
  private loggedInSecond = 0;
  private leftOut = 0;
  private binary = false;

  constructor(
    private readonly stream: 'stdout' | 'stderr',
    private readonly context: Pick<HandlerContext, 'log' | 'progress'>,
  ) {}

  write(chunk: Buffer): void {
    if (this.binary) return;
    if (chunk.includes(0)) {
      this.binary = true;
      this.say('Binary output: not logged.');
      return;
    }
    const [first = '', ...others] = this.decoder.write(chunk).split('\n');
    this.extend(first);
    for (const part of others) {
      this.endLine();
      this.extend(part);
    }
  }

  end(): void {
    if (this.line && !this.binary) this.endLine();
    this.logOmitted();
  }

  private extend(part: string): void {
    const room = LINE_CHARACTERS - this.line.length;
    this.line += part.slice(0, room);
    this.cut += Math.max(0, part.length - room);
  }

  private endLine(): void {
    const line = this.cut > 0 ? `${this.line} [${this.cut} more characters]` : this.line.replace(/\r$/, '');
    this.line = '';
    this.cut = 0;
    const progress = this.stream === 'stdout' ? PROGRESS.exec(line) : null;
    if (progress) this.context.progress(Math.min(100, Number(progress[1])), progress[2]);
    else this.logBounded(line);
  }

  private logBounded(line: string): void {
    const second = Math.floor(Date.now() / 1000);
    if (second !== this.second) {
      this.logOmitted();
      this.second = second;
      this.loggedInSecond = 0;
    }
    if (this.loggedInSecond++ < LINES_PER_SECOND) this.say(line);
    else this.leftOut++;
  }

  private logOmitted(): void {
    if (this.leftOut > 0) this.say(`${this.leftOut} lines left out of the log; the artifact has them.`);
    this.leftOut = 0;
  }

  private say(message: string): void {
    this.context.log[this.stream === 'stdout' ? 'info' : 'warn'](message, { stream: this.stream });
  }
}
