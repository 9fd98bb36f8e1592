import {
  ApplicationFailure,
  CancellationScope,
  defineQuery,
  defineSignal,
  defineUpdate,
  log,
  patched,
  setHandler,
} from '@temporalio/workflow';
import { forestalledBy, REFUSED, refusalOf } from '../../protocol/operator';
import { type EarlierMessages, type OperatorMessage, SIGNALS, type SignalName } from '../../protocol/task';
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

/** What `temporal workflow metadata` and the Web UI say of each signal and update. */
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
 * Takes the operators' messages, as updates and as signals, and remembers what they ask. Handlers of signals are total:
 * an exception in one would block the task for ever, so anything invalid is logged and ignored; the validator of an
 * update refuses it with the reason. There is deliberately no default handler, since the SDK throws inside it for names
 * with Temporal's own prefix.
 */
export class OperatorDesk {
  paused: boolean;
  verdict: Verdict | undefined;
  retry: OperatorMessage | undefined;
  /** Counts the parkings of this run; a message that names one is void when that one is over. */
  private parkings = 0;
  private parked = false;
  /** What became of the messages that have a name: the reason for which one was refused, or nothing. */
  private readonly dealtWith = new Map<string, string | undefined>();
  private readonly life = CancellationScope.current();

  /** @param earlier What the run before has handed over. Messages to this run are newer. */
  constructor({ paused, verdict }: EarlierMessages = {}) {
    this.paused = paused === true;
    this.verdict = verdict;
    // The same message may arrive at this run too.
    if (verdict?.message.id !== undefined) this.dealtWith.set(verdict.message.id, undefined);
    for (const { name, args } of inOrder(arrivedSignals())) this.receive(name, args[0]);
    for (const name of SIGNALS) {
      const receive = (...args: unknown[]) => this.receive(name, args[0]);
      setHandler(defineSignal<unknown[]>(name), receive, { description: MEANING[name] });
      if (name === 'expire') continue;
      // Synchronous, both: the SDK never awaits a validator, and what is done is done before the answer leaves.
      const validator = (...args: unknown[]) => this.validate(name, args[0]);
      const answer = (...args: unknown[]) => this.answer(name, args[0]);
      setHandler(defineUpdate<void, unknown[]>(name), answer, { validator, description: MEANING[name] });
    }
    setHandler(stateQuery, () => this.report(), { description: 'Whether it is paused, parked or ending' });
  }

  /** What has arrived and is still to be carried out, for the run that follows this one; `undefined` when it is nothing. */
  handOver(): EarlierMessages | undefined {
    const { paused, verdict } = this;
    return paused || verdict ? { ...(paused && { paused }), ...(verdict && { verdict }) } : undefined;
  }

  openParking(): void {
    this.parkings++;
    this.parked = true;
    this.retry = undefined;
  }

  /** Takes the pending message, so that a later one is not mistaken for it. */
  takeRetry(): OperatorMessage | undefined {
    const retry = this.retry;
    this.retry = undefined;
    return retry;
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
    const refusal = message ? this.deal(name, message) : NO_MESSAGE;
    if (refusal) log.warn(`Signal ${name} ignored: ${refusal}`);
  }

  private validate(name: Exclude<SignalName, 'expire'>, argument: unknown): void {
    const message = readMessage(argument);
    const known = message?.id !== undefined && this.dealtWith.has(message.id);
    const refusal = known || !message ? undefined : this.refuse(name, message);
    if (!message || refusal) throw refused(refusal ?? NO_MESSAGE);
  }

  private answer(name: Exclude<SignalName, 'expire'>, argument: unknown): void {
    const refusal = this.deal(name, readMessage(argument) ?? {});
    if (refusal) throw refused(refusal);
  }

  /** @returns Why it was refused. A message that arrives again gets the answer that it got before. */
  private deal(name: SignalName, message: OperatorMessage): string | undefined {
    const { id } = message;
    if (id !== undefined && this.dealtWith.has(id)) return this.dealtWith.get(id);
    const refusal = this.refuse(name, message);
    if (id !== undefined) this.dealtWith.set(id, refusal);
    if (refusal) return refusal;
    log.info(`Operator's message ${name}`, { by: message.by, reason: message.reason });
    if (name === 'pause') this.paused = true;
    else if (name === 'resume') this.paused = false;
    else if (name === 'retry') this.retry = message;
    else this.verdict ??= { kind: name, message };
    return undefined;
  }

  private refuse(name: SignalName, message: OperatorMessage): string | undefined {
    if (message.parking !== undefined && !(this.parked && message.parking === this.parkings)) {
      return 'The parking that it answers is over.';
    }
    if (name === 'retry' && !this.parked) return 'The task is not parked.';
    if (message.at !== undefined && Number.isNaN(Date.parse(message.at))) return 'Its time is not an ISO time.';
    if (name === 'resolve' && message.result === undefined) return 'It needs a result.';
    if ((name === 'fail' || name === 'abandon' || name === 'expire') && !message.reason) return 'It needs a reason.';
    // Messages without a name are those of earlier clients and of the stock CLI, whose histories must replay.
    return message.id === undefined || name === 'expire' ? undefined : this.conflict(name);
  }

  private conflict(name: Exclude<SignalName, 'expire'>): string | undefined {
    const before: Obeyed[] = [];
    if (this.life.consideredCancelled) before.push({ action: 'cancel', by: undefined });
    if (this.verdict) before.push({ action: this.verdict.kind, by: this.verdict.message.by });
    if (this.retry) before.push({ action: 'retry', by: this.retry.by });
    const first = forestalledBy(name, before);
    if (first) return `${first.action}${first.by ? ` of ${first.by}` : ''} came first.`;
    return refusalOf(name, this.parked ? 'dead-lettered' : 'running');
  }
}

/** The command that the task has received and has not acted on yet. */
interface Obeyed {
  action: string;
  by: string | undefined;
}

const NO_MESSAGE = 'Its argument is not a message.';

function refused(message: string): ApplicationFailure {
  return ApplicationFailure.create({ message, type: REFUSED, nonRetryable: true });
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
  const { by, reason, parking, at, id } = argument as Record<string, unknown>;
  const wellFormed =
    (by === undefined || typeof by === 'string') &&
    (reason === undefined || typeof reason === 'string') &&
    (at === undefined || typeof at === 'string') &&
    (id === undefined || typeof id === 'string') &&
    (parking === undefined || typeof parking === 'number');
  return wellFormed ? (argument as OperatorMessage) : undefined;
}
