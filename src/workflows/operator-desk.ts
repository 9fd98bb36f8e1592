import { defineQuery, defineSignal, log, patched, setHandler } from '@temporalio/workflow';
import { type EarlierMessages, type OperatorMessage, SIGNALS, type SignalName } from '../tasks/words';
import { type ArrivedSignal, arrivedSignals } from './arrived-signals';

/** An operator's message that ends a task. */
export type Verdict = NonNullable<EarlierMessages['verdict']>;

/** What Temporal clients get from the query `state`. Needs a worker; the API reads without one. */
export interface StateReport {
  paused: boolean;
  parking: number | undefined;
  verdict: Verdict['kind'] | undefined;
}

const stateQuery = defineQuery<StateReport>('state');

/** What `temporal workflow metadata` and the Web UI say of each signal. */
const MEANING: Record<SignalName, string> = {
  retry: 'Runs a parked task again, now or at a given time, with another input if one is given',
  resolve: 'Ends the task as completed, with the given result',
  fail: 'Ends the task as failed, for the given reason',
  abandon: 'Ends the task as failed, for the given reason, and frees its key at once',
  pause: 'Holds the next attempt',
  resume: 'Ends a pause',
  expire: 'Ends the task as timed out, for the given reason',
};

/**
 * Takes the operators' signals and remembers what they ask. Handlers are total: an exception in one
 * would block the task for ever, so anything invalid is logged and ignored. There is deliberately no
 * default handler, since the SDK throws inside it for names with Temporal's own prefix.
 */
export class OperatorDesk {
  paused: boolean;
  verdict: Verdict | undefined;
  retry: OperatorMessage | undefined;
  /** Counts the parkings of this run; a message that names one is void when that one is over. */
  private parkings = 0;
  private parked = false;

  /** @param earlier What the run before has handed over. Messages to this run are newer. */
  constructor({ paused, verdict }: EarlierMessages = {}) {
    this.paused = paused === true;
    this.verdict = verdict;
    for (const { name, args } of inOrder(arrivedSignals())) this.receive(name, args[0]);
    for (const name of SIGNALS) {
      const receive = (...args: unknown[]) => this.receive(name, args[0]);
      setHandler(defineSignal<unknown[]>(name), receive, { description: MEANING[name] });
    }
    setHandler(stateQuery, () => this.report(), { description: 'Whether it is paused, parked or told to end' });
  }

  /** What has arrived and is still to be obeyed, for the run that follows this one; `undefined` when it is nothing. */
  handOver(): EarlierMessages | undefined {
    const { paused, verdict } = this;
    return paused || verdict ? { ...(paused && { paused }), ...(verdict && { verdict }) } : undefined;
  }

  openParking(): void {
    this.parkings++;
    this.parked = true;
    this.retry = undefined;
  }

  /** Hands the word over, so that a later one can be told from it. */
  takeRetry(): OperatorMessage | undefined {
    const word = this.retry;
    this.retry = undefined;
    return word;
  }

  closeParking(): void {
    this.parked = false;
  }

  private report(): StateReport {
    return {
      paused: this.paused,
      parking: this.parked ? this.parkings : undefined,
      verdict: this.verdict?.kind,
    };
  }

  private receive(name: SignalName, argument: unknown): void {
    const message = readMessage(argument);
    const refusal = message ? this.refuse(name, message) : 'its argument is not a message';
    if (!message || refusal) {
      log.warn(`Signal ${name} ignored: ${refusal}`);
      return;
    }
    log.info(`Signal ${name}`, { by: message.by, reason: message.reason });
    if (name === 'pause') this.paused = true;
    else if (name === 'resume') this.paused = false;
    else if (name === 'retry') this.retry = message;
    else this.verdict ??= { kind: name, message };
  }

  private refuse(name: SignalName, message: OperatorMessage): string | undefined {
    if (message.parking !== undefined && !(this.parked && message.parking === this.parkings)) {
      return 'the parking that it answers is over';
    }
    if (name === 'retry' && !this.parked) return 'the task is not parked';
    if (message.at !== undefined && Number.isNaN(Date.parse(message.at))) return 'its time is not an ISO time';
    if (name === 'resolve' && message.result === undefined) return 'it needs a result';
    if ((name === 'fail' || name === 'abandon' || name === 'expire') && !message.reason) return 'it needs a reason';
    return undefined;
  }
}

/** Messages before the first step, as they came. Releases up to 0.4.0 took them by their names. */
function inOrder(arrived: readonly ArrivedSignal[]): { name: SignalName; args: unknown[] }[] {
  const known = arrived.filter((signal): signal is ArrivedSignal & { name: SignalName } =>
    SIGNALS.some((name) => name === signal.name),
  );
  const byName = known.toSorted((a, b) => SIGNALS.indexOf(a.name) - SIGNALS.indexOf(b.name));
  const same = known.every((signal, index) => signal.name === byName[index]?.name);
  return same || patched('messages-in-their-order') ? known : byName;
}

/** Accepts nothing, a plain text as the reason, or an object whose known fields have the right types. */
function readMessage(argument: unknown): OperatorMessage | undefined {
  if (argument === undefined || argument === null) return {};
  if (typeof argument === 'string') return { reason: argument };
  if (typeof argument !== 'object' || Array.isArray(argument)) return undefined;
  const { by, reason, parking, at } = argument as Record<string, unknown>;
  const wellFormed =
    (by === undefined || typeof by === 'string') &&
    (reason === undefined || typeof reason === 'string') &&
    (at === undefined || typeof at === 'string') &&
    (parking === undefined || typeof parking === 'number');
  return wellFormed ? (argument as OperatorMessage) : undefined;
}
