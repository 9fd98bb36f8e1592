import type { TaskState } from '../../../src/protocol/task';
import { ATTEMPTS, type Play, REDRIVES, SHORT } from './stage';

/** What a word of an operator does, as far as the model is concerned. */
export type Word = 'pause' | 'resume' | 'retry' | 'resolve' | 'fail' | 'abandon' | 'cancel';

const OPEN: readonly TaskState[] = ['running', 'retrying', 'paused', 'dead-lettered'];
/** In which states a word is taken; in all others it is refused and changes nothing. */
const TAKEN: Record<Word, readonly TaskState[]> = {
  pause: ['running', 'retrying'],
  resume: ['running', 'paused'],
  retry: ['retrying', 'dead-lettered', 'failed', 'cancelled'],
  resolve: [...OPEN, 'failed'],
  fail: OPEN,
  abandon: OPEN,
  cancel: OPEN,
};

/** The life of a task as the documentation tells it: plain data, no server, no time. */
export class Model {
  state: TaskState = 'running';
  /** Runs of the handler in the current run of the task. */
  attempts = 1;
  parkings = 0;
  code: string | undefined;
  /** Runs of the handler in all runs of the task: the outside world's count. */
  begun = 1;
  /** The server forgets the attempts of a task that was ended between two of them. */
  attemptsKnown = true;
  /** Failures that count against the policy. */
  private failed = 0;
  private redrives = 0;
  private paused = false;

  /** Two messages at once are told apart: of a task that is parked or has ended, one message makes the other void. */
  get answersApart(): boolean {
    return this.state === 'dead-lettered' || this.state === 'failed' || this.state === 'cancelled';
  }

  takes(word: Word): boolean {
    return TAKEN[word].includes(this.state);
  }

  play(play: Play): void {
    if (play.end === 'succeeds') {
      this.state = 'completed';
      return;
    }
    this.failed++;
    this.code = play.code;
    const permanent = play.code === 'PERMANENT_VALIDATION';
    if (!permanent && this.failed < ATTEMPTS) {
      if (this.paused) this.state = 'paused';
      else if (play.retryAfter) this.state = 'retrying';
      else this.beginAttempt();
      return;
    }
    const delay = REDRIVES[permanent ? 'permanent' : classOf(play.code)][this.redrives];
    if (delay === undefined) {
      this.state = 'failed';
      return;
    }
    this.parkings++;
    this.state = 'dead-lettered';
    if (delay === SHORT) this.redrive(this.redrives + 1);
  }

  say(word: Word): void {
    const ends = word !== 'pause' && word !== 'resume' && word !== 'retry';
    const tells = !ends || (word !== 'cancel' && this.state !== 'retrying' && this.state !== 'paused');
    // The run that records a failed task's result says what the run before it said.
    this.attemptsKnown = tells && (word !== 'resolve' || this.state !== 'failed' || this.attemptsKnown);
    if (word === 'pause') this.pause();
    else if (word === 'resume') this.resume();
    else if (word === 'retry') this.retry();
    else if (word === 'resolve') this.resolve();
    else if (word === 'cancel') this.state = 'cancelled';
    else this.end(word);
  }

  /** The worker ends and another takes over: what ran runs again, and has used up no retry. */
  restartWorker(): void {
    if (this.state !== 'running') return;
    if (this.paused) this.state = 'paused';
    else this.beginAttempt();
  }

  private pause(): void {
    this.paused = true;
    if (this.state !== 'running') this.state = 'paused';
  }

  private resume(): void {
    this.paused = false;
    if (this.state !== 'paused') return;
    this.beginAttempt();
  }

  private retry(): void {
    if (this.state === 'dead-lettered') {
      this.redrive(0);
      return;
    }
    // Of a task that has ended: a new run.
    if (this.state !== 'retrying') this.reset();
    this.failed = 0;
    this.beginAttempt();
  }

  private reset(): void {
    this.attempts = 0;
    this.redrives = 0;
    this.parkings = 0;
    this.paused = false;
  }

  private resolve(): void {
    this.state = 'completed';
  }

  private end(word: 'fail' | 'abandon'): void {
    this.state = 'failed';
    this.code = word === 'fail' ? 'FAILED_BY_OPERATOR' : 'ABANDONED';
  }

  private redrive(redrives: number): void {
    this.redrives = redrives;
    this.failed = 0;
    if (this.paused) this.state = 'paused';
    else this.beginAttempt();
  }

  private beginAttempt(): void {
    this.attempts++;
    this.begun++;
    this.state = 'running';
  }
}

function classOf(code: 'TRANSIENT_NETWORK' | 'EXTERNAL_API_ERROR' | 'PERMANENT_VALIDATION') {
  return code === 'TRANSIENT_NETWORK' ? 'transient' : 'external';
}
