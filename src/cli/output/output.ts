import { randomUUID } from 'node:crypto';
import { createColors } from 'picocolors';
import { printableJson, printableLines } from '../../tasks/printable';
import { type Column, tableLines } from './table';
import { wrapped } from './wrap';

interface Stream {
  isTTY?: boolean;
  columns?: number;
  write(text: string): unknown;
}

/** Drawn across. */
const RULE = /^(?:={4,}|-{4,})$/;
const STYLES = ['bold', 'green', 'yellow', 'red'] as const;
type Style = (typeof STYLES)[number];

/**
 * Where a command writes to. What was asked for goes to standard output, everything about it to standard error. Nothing
 * in a text can steer the terminal: what would is shown.
 */
export class Output {
  /** Colours only on a terminal, and not where NO_COLOR is set. */
  readonly colours: Record<Style, (text: string) => string>;
  /** Stands for the codes of colours until all else is made harmless: no text can know it. */
  private readonly mark = randomUUID();
  private readonly coloured: RegExp;

  /** @param asJson One JSON document for programs, instead of text for people. */
  constructor(
    readonly asJson: boolean,
    private readonly stdout: Stream = process.stdout,
    private readonly stderr: Stream = process.stderr,
  ) {
    const { mark } = this;
    const paint = this.isTerminal && !process.env.NO_COLOR;
    const style = (name: Style) => (text: string) => (paint ? `${mark}${name}(${text}${mark})` : text);
    this.colours = Object.fromEntries(STYLES.map((name) => [name, style(name)])) as typeof this.colours;
    this.coloured = new RegExp(`${mark}(${STYLES.join('|')})\\((.*?)${mark}\\)`, 'gs');
  }

  get isTerminal(): boolean {
    return this.stdout.isTTY === true;
  }

  /** Characters that fit into a line: of the terminal, or as COLUMNS says where there is none. */
  get width(): number {
    const columns = this.stdout.columns ?? Number(process.env.COLUMNS);
    return columns >= 20 ? columns : Number.POSITIVE_INFINITY;
  }

  line(text = ''): void {
    this.stdout.write(`${this.harmless(text)}\n`);
  }

  table<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): void {
    for (const line of tableLines(columns, rows, this.width)) this.line(line);
  }

  /** A line that somebody may copy: never broken. */
  command(text: string): void {
    this.stdout.write(`${this.painted(printableLines(text))}\n`);
  }

  json(value: unknown): void {
    this.stdout.write(`${printableJson(JSON.stringify(value, undefined, 2))}\n`);
  }

  /** One JSON document on one line. */
  jsonLine(value: unknown): void {
    this.stdout.write(`${printableJson(JSON.stringify(value))}\n`);
  }

  /** Text for programs as it is, without an end of line; on a terminal, with what would steer it shown. */
  data(text: string): void {
    this.stdout.write(this.isTerminal ? printableLines(text, '') : text);
  }

  /** Empties the terminal. */
  clear(): void {
    if (this.isTerminal) this.stdout.write('\u001b[H\u001b[2J');
  }

  /** A remark for the person at the terminal. */
  note(text: string): void {
    this.stderr.write(`${this.harmless(text)}\n`);
  }

  private harmless(text: string): string {
    const lines = printableLines(text).split('\n');
    return this.painted(lines.flatMap((line) => this.broken(line)).join('\n'));
  }

  private broken(line: string): string[] {
    if (RULE.test(line)) return [line.slice(0, this.width)];
    // The marks of colours take no room.
    return line.includes(this.mark) ? [line] : wrapped(line, this.width);
  }

  private painted(text: string): string {
    const colours = createColors(true);
    return text.replace(this.coloured, (_all, name: Style, inner: string) => colours[name](inner));
  }
}
