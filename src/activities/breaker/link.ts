import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { signalBreaker } from '../../client/breakers/breaker-calls';
import type { Gateway } from '../../client/temporal/gateway';
import type { BreakerMessage, BreakerRecord, BreakerSignal } from '../../protocol/breaker';
import { followBreaker } from './follow';

/** Longest wait for the first look at a breaker, in milliseconds; a call goes on without one then. */
const FIRST_LOOK_MS = 1000;
/** Least time between two signals of this process to one breaker, in milliseconds. */
const BETWEEN_SIGNALS_MS = 1000;

/** Called with every record, and the one before it. */
type Listener = (record: BreakerRecord, before: BreakerRecord | undefined) => void;

/** This process's line to one breaker: what the breaker publishes comes in, what happened here goes out. */
export class BreakerLink {
  /** What the breaker said last; undefined until it has said anything. */
  record: BreakerRecord | undefined;
  /** Resolves once the breaker has been looked at, or after a second. */
  readonly looked: Promise<void>;
  private readonly stop = new AbortController();
  private readonly listeners = new Set<() => void>();
  private sending: Promise<void> = Promise.resolve();
  private nextSignalAt = 0;
  private changed: Listener | undefined;

  constructor(
    private readonly gateway: Gateway,
    private readonly name: string,
    private readonly logger: Logger,
  ) {
    this.looked = this.until(() => this.record !== undefined, FIRST_LOOK_MS);
    void this.follow();
  }

  onChange(listener: Listener): void {
    this.changed = listener;
  }

  /** Sends the breaker something, in order and at most once a second. What cannot be reported is logged. */
  send(signal: BreakerSignal, message: BreakerMessage): Promise<void> {
    this.sending = this.sending.then(async () => {
      const wait = this.nextSignalAt - Date.now();
      if (wait > 0) await sleep(wait);
      this.nextSignalAt = Date.now() + BETWEEN_SIGNALS_MS;
      await signalBreaker(this.gateway, this.name, signal, message).catch((err) =>
        this.logger.warn({ err, breaker: this.name, signal }, 'circuit breaker could not be reached'),
      );
    });
    return this.sending;
  }

  /** Waits until the condition holds, which is looked at with every record; at most so many milliseconds. */
  async until(condition: () => boolean, milliseconds: number): Promise<void> {
    if (condition()) return;
    await new Promise<void>((resolve) => {
      const end = () => {
        clearTimeout(timer);
        this.listeners.delete(check);
        resolve();
      };
      const check = () => {
        if (condition() || this.stop.signal.aborted) end();
      };
      const timer = setTimeout(end, milliseconds);
      this.listeners.add(check);
    });
  }

  /** Follows the breaker no more. Resolves when everything has been reported to it. */
  close(): Promise<void> {
    this.stop.abort();
    this.report();
    return this.sending;
  }

  private async follow(): Promise<void> {
    const failed = (err: unknown) => this.logger.warn({ err, breaker: this.name }, 'circuit breaker cannot be read');
    for await (const record of followBreaker(this.gateway, this.name, this.stop.signal, failed)) {
      const before = this.record;
      this.record = record;
      this.changed?.(record, before);
      this.report();
    }
  }

  private report(): void {
    for (const listener of [...this.listeners]) listener();
  }
}
