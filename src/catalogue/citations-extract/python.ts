import { type ChildProcessByStdio, spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { z } from 'zod';
import { TaskFailure } from '../../tasks/failures';

/** From here and from its compiled place alike, three folders up is the project. */
const SCRIPT = path.join(__dirname, '..', '..', '..', 'python', 'citations.py');

/** Bytes kept of what it says before it dies. */
const LAST_WORDS = 2000;

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

/** The Python child of one citation process: kept warm, asked one thing at a time, gone when its parent is. */
export class PythonChild {
  private child: Child | undefined;
  private lastWords = '';
  private waiting: { resolve: (answer: string) => void; reject: (error: Error) => void } | undefined;

  constructor(private readonly python: string) {}

  /**
   * @throws TaskFailure CONFIG_MISSING_SERVICE when Python or a library is missing, TRANSIENT_RESOURCE when it died,
   * PERMANENT_VALIDATION for an input that the library cannot read.
   */
  async ask(question: { text: string } | { rtf: string }): Promise<unknown> {
    const child = this.child ?? (await this.start());
    const answer = this.nextAnswer();
    child.stdin.write(`${JSON.stringify(question)}\n`);
    return this.answered(await answer);
  }

  /** What it answered; it has failed by what it answers, too. */
  private answered(line: string): unknown {
    const { error, message, ...parsed } = answerOf(line);
    if (error) throw new TaskFailure('PERMANENT_VALIDATION', `The text cannot be read: ${error}`);
    if ('citations' in parsed || 'text' in parsed) return parsed;
    throw new TaskFailure(
      'TRANSIENT_RESOURCE',
      `The Python process found nothing and said: ${message ?? line.slice(0, 200)}`,
    );
  }

  private async start(): Promise<Child> {
    const child = spawn(this.python, ['-I', SCRIPT], { stdio: ['pipe', 'pipe', 'pipe'], env: { LANG: 'C.UTF-8' } });
    this.child = child;
    this.lastWords = '';
    child.stderr.on('data', (data: Buffer) => {
      this.lastWords = `${this.lastWords}${data.toString('utf8')}`.slice(-LAST_WORDS);
    });
    // Its end says why; a broken pipe says nothing more.
    child.stdin.on('error', () => {});
    child.on('error', (error) => this.ended(missing(error.message)));
    child.on('close', (code, signal) => this.ended(this.deathOf(code, signal)));
    createInterface({ input: child.stdout }).on('line', (line) => {
      this.waiting?.resolve(line);
      this.waiting = undefined;
    });
    await this.nextAnswer();
    return child;
  }

  private nextAnswer(): Promise<string> {
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject };
    });
  }

  private ended(reason: Error): void {
    this.child = undefined;
    this.waiting?.reject(reason);
    this.waiting = undefined;
  }

  private deathOf(code: number | null, signal: NodeJS.Signals | null): TaskFailure {
    const last = this.lastWords.trim().split('\n').at(-1) ?? '';
    if (/^(ModuleNotFoundError|ImportError)/.test(last)) return missing(last);
    if (/^MemoryError/.test(last) || signal === 'SIGKILL') {
      return new TaskFailure('SYSTEM_OUT_OF_MEMORY', `The Python process ended, most likely for its memory. ${last}`);
    }
    return new TaskFailure('TRANSIENT_RESOURCE', `The Python process ended (${signal ?? `code ${code}`}). ${last}`);
  }
}

function answerOf(line: string): { error?: string; message?: string } {
  try {
    return z.looseObject({ error: z.string().optional(), message: z.string().optional() }).parse(JSON.parse(line)) as {
      error?: string;
      message?: string;
    };
  } catch {
    return {};
  }
}

function missing(reason: string): TaskFailure {
  return new TaskFailure(
    'CONFIG_MISSING_SERVICE',
    `The Python environment of citations.extract does not work: ${reason}. Run npm run build, or correct HOLDFAST_PYTHON.`,
  );
}
