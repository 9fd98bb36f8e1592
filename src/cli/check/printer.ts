import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import path from 'node:path';
import { printableJson, printableLines } from '../../tasks/printable';
import type { Output } from '../output/output';
import { UsageError } from '../runner';

/** Writes each line to the console and, as it goes, to a log file too. */
export class Printer {
  private constructor(
    private readonly out: Output,
    private readonly file: { path: string; descriptor: number } | undefined,
  ) {}

  /**
   * @param logFile Missing folders are made, an older file is replaced. Defaults to none.
   * @throws UsageError when it cannot be written.
   */
  static open(out: Output, logFile: string | undefined): Printer {
    if (logFile === undefined) return new Printer(out, undefined);
    try {
      mkdirSync(path.dirname(logFile), { recursive: true });
      return new Printer(out, { path: logFile, descriptor: openSync(logFile, 'w') });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new UsageError(`The log file ${logFile} cannot be written: ${reason}. Name another one.`);
    }
  }

  line(text = ''): void {
    this.out.line(text);
    this.write(`${printableLines(text)}\n`);
  }

  json(value: unknown): void {
    this.out.json(value);
    this.write(`${printableJson(JSON.stringify(value, undefined, 2))}\n`);
  }

  /** Says where the log is, as the last line; JSON stays a document of its own. */
  end(): void {
    if (!this.file) return;
    const text = `Log saved to: ${this.file.path}`;
    if (this.out.asJson) this.out.note(text);
    else this.line(text);
    closeSync(this.file.descriptor);
  }

  private write(text: string): void {
    if (this.file) writeSync(this.file.descriptor, text);
  }
}
