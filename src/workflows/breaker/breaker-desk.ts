import { defineSignal, log, setHandler } from '@temporalio/workflow';
import {
  BREAKER_SIGNALS,
  type BreakerFailure,
  type BreakerMessage,
  type BreakerRecord,
  type BreakerSignal,
} from '../../protocol/breaker';
import { arrivedSignals } from '../task/arrived-signals';
import { transition } from './breaker-transitions';

/** What `temporal workflow metadata` and the Web UI say of each signal. */
const MEANING: Record<BreakerSignal, string> = {
  tripped: 'A worker saw too many failures in a row',
  probe: 'A worker asks for the lease of the one call that may try, or renews it',
  'probe-succeeded': 'The call that tried succeeded',
  'probe-failed': 'The call that tried failed',
  'probe-released': 'The call that tried says nothing of the dependency; another may try',
  open: 'Lets no call through, for the given seconds or until closed',
  close: 'Lets calls through',
  reset: 'Lets calls through, and forgets what was counted',
};

/** Longest text that is kept of a message: the memo travels with every reading. */
const LONGEST_TEXT = 500;

/**
 * Takes a breaker's signals. Handlers are total, as those of tasks are: anything invalid is logged and
 * ignored, since an exception in one would block the workflow for ever.
 */
export class BreakerDesk {
  /** @param changed True while the record waits to be published. */
  constructor(
    public record: BreakerRecord,
    public changed: boolean,
  ) {
    for (const { name, args } of arrivedSignals()) {
      const known = BREAKER_SIGNALS.find((one) => one === name);
      if (known) this.receive(known, args[0]);
    }
    for (const name of BREAKER_SIGNALS) {
      const receive = (...args: unknown[]) => this.receive(name, args[0]);
      setHandler(defineSignal<unknown[]>(name), receive, { description: MEANING[name] });
    }
  }

  private receive(name: BreakerSignal, argument: unknown): void {
    const message = readMessage(argument);
    const outcome = message ? transition(name, this.record, message, Date.now()) : 'its argument is not a message';
    if (typeof outcome === 'string') {
      log.info(`Signal ${name} ignored: ${outcome}`);
      return;
    }
    log.info(`Signal ${name}: ${this.record.state} becomes ${outcome.state}`, { by: message?.by ?? message?.holder });
    this.record = outcome;
    this.changed = true;
  }
}

/** Accepts nothing, a plain text as the reason, or an object whose known fields have the right types. */
function readMessage(argument: unknown): BreakerMessage | undefined {
  if (argument === undefined || argument === null) return {};
  if (typeof argument === 'string') return { reason: cut(argument) };
  if (typeof argument !== 'object' || Array.isArray(argument)) return undefined;
  const given = argument as Record<string, unknown>;
  const message: Record<string, unknown> = {};
  for (const [field, type] of Object.entries(FIELDS)) {
    const value = given[field];
    if (value === undefined || value === null) continue;
    if (typeof value !== type) return undefined;
    message[field] = typeof value === 'string' ? cut(value) : value;
  }
  const failure = readFailure(given.failure);
  return { ...message, ...(failure && { failure }) };
}

const FIELDS = {
  by: 'string',
  reason: 'string',
  seconds: 'number',
  failures: 'number',
  since: 'string',
  token: 'string',
  holder: 'string',
} satisfies { [Field in keyof BreakerMessage]?: 'string' | 'number' };

function readFailure(value: unknown): BreakerFailure | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const given = value as Record<string, unknown>;
  const text = (field: keyof BreakerFailure) => (typeof given[field] === 'string' ? cut(given[field]) : '');
  return { at: text('at'), code: text('code'), message: text('message'), worker: text('worker'), task: text('task') };
}

function cut(text: string): string {
  return text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text;
}
