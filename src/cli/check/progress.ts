import { SingleBar } from 'cli-progress';
import type { DiagnosisStep } from '../../client/diagnosis/options';
import { printable } from '../../tasks/printable';
import type { Session } from '../session';
import type { Printer } from './printer';
import { ageText, headLines, typeLines } from './report';

/** Reports what the diagnosis does while it does it, and what it found as soon as it knows. */
export class Progress {
  /** On a terminal, and only while types are analyzed. */
  private bar: SingleBar | undefined;

  constructor(
    private readonly session: Session,
    private readonly printer: Printer,
    private readonly hours: number | null,
  ) {}

  follow(step: DiagnosisStep): void {
    switch (step.step) {
      case 'started':
        this.say(`Starting task status check for tasks ${ageText(step.hours)}...`);
        break;
      case 'querying':
        this.say('Querying Temporal for stuck tasks... This may take a moment');
        break;
      case 'queried':
        this.say('Query complete. Processing results...');
        break;
      case 'found':
        this.say(`Processing complete. Found ${step.types} stuck task types.`);
        this.show(headLines(this.hours));
        break;
      case 'analyzing':
        this.analyzing(step);
        break;
      case 'analyzed':
        this.stop();
        this.show(typeLines(step.type, this.session.times));
    }
  }

  /** Leaves the terminal as it was. */
  stop(): void {
    this.bar?.stop();
    this.bar = undefined;
  }

  private analyzing({ number, of, type }: Extract<DiagnosisStep, { step: 'analyzing' }>): void {
    if (this.session.out.isTerminal) {
      this.bar = new SingleBar({ format: '{bar} {value}/{total} {type}', clearOnComplete: true });
      this.bar.start(of, number - 1, { type: printable(type) });
    } else {
      this.say(`Analyzing task type ${number}/${of}: ${type}`);
    }
  }

  /** With `--json`, standard output is for the document alone. */
  private say(text: string): void {
    if (this.session.out.asJson) this.session.out.note(text);
    else this.printer.line(text);
  }

  private show(lines: readonly string[]): void {
    if (!this.session.out.asJson) for (const line of lines) this.printer.line(line);
  }
}
