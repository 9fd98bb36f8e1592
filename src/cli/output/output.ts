import { createColors } from 'picocolors';

interface Stream {
  isTTY?: boolean;
  columns?: number;
  write(text: string): unknown;
}

/** Where a command writes to. What was asked for goes to standard output, everything about it to standard error. */
export class Output {
  /** Colours only on a terminal, and not where NO_COLOR is set. */
  readonly colours: ReturnType<typeof createColors>;

  /** @param asJson One JSON document for programs, instead of text for people. */
  constructor(
    readonly asJson: boolean,
    private readonly stdout: Stream = process.stdout,
    private readonly stderr: Stream = process.stderr,
  ) {
    this.colours = createColors(this.isTerminal && !process.env.NO_COLOR);
  }

  get isTerminal(): boolean {
    return this.stdout.isTTY === true;
  }

  line(text = ''): void {
    this.stdout.write(`${text}\n`);
  }

  json(value: unknown): void {
    this.stdout.write(`${JSON.stringify(value, undefined, 2)}\n`);
  }

  /** Text as it is, without an end of line. */
  raw(text: string): void {
    this.stdout.write(text);
  }

  /** A remark for the person at the terminal. */
  note(text: string): void {
    this.stderr.write(`${text}\n`);
  }
}
