import { randomUUID } from 'node:crypto';
import { type BreakerFailure, type BreakerRecord, isLeased, stateAt } from '../../protocol/breaker';
import type { BreakerLimits } from '../../tasks/breaker-limits';
import { StepBack } from '../attempt/step-back';
import { afterOpenTime, afterTry } from './come-back';
import type { BreakerLink } from './link';
import { LocalBreaker, SpokeAgainst } from './local-breaker';
import { verdictOn } from './verdict';

/** Who makes a guarded call. */
export interface Caller {
  taskId: string;
  /** On whose behalf; absent: the installation's. */
  tenant?: string;
  /** The attempt's own signal: its reason outranks whatever the call throws after it. */
  signal: AbortSignal;
}

/** Longest wait for the answer to a request for the lease, in milliseconds. */
const ASK_MS = 3000;
/** How often a lease is renewed while its call runs, in milliseconds. */
const RENEW_MS = 3000;

/**
 * Guards the calls of one worker process to one dependency. While all is well a call costs nothing: what the
 * shared breaker says is known already, and what fails is counted here.
 */
export class Guard {
  private local: LocalBreaker;
  private lastFailure: BreakerFailure | undefined;
  private asking = false;

  constructor(
    private readonly name: string,
    private readonly worker: string,
    private readonly limits: BreakerLimits,
    private readonly link: BreakerLink,
  ) {
    this.local = this.newLocal();
    link.onChange((record, before) => {
      // What was counted before the breaker closed says nothing of the time after.
      if (record.state === 'closed' && before && before.since !== record.since) this.local = this.newLocal();
    });
  }

  /** Makes the call, or steps back before it. @throws StepBack, and what the call throws. */
  async call<T>(work: () => Promise<T>, caller: Caller): Promise<T> {
    await this.link.looked;
    caller.signal.throwIfAborted();
    const { record } = this.link;
    const state = record ? stateAt(record, Date.now()) : 'closed';
    if (!record || state === 'closed') return this.callCounted(work, caller);
    if (state === 'open') throw this.whileOpen(record);
    return this.callAlone(record, work, caller);
  }

  /** Resolves when everything has been reported to the shared breaker. */
  close(): Promise<void> {
    return this.link.close();
  }

  private async callCounted<T>(work: () => Promise<T>, caller: Caller): Promise<T> {
    const { local } = this;
    const refused = () => {
      const since = new Date(local.brokenAt).toISOString();
      return this.whileOpen({ since, openUntil: this.openUntil(local.brokenAt) });
    };
    return unwrapped(() => local.call(() => this.judged(work, caller), refused));
  }

  /** The one call of a half-open breaker, if this process gets the lease. */
  private async callAlone<T>(record: BreakerRecord, work: () => Promise<T>, caller: Caller): Promise<T> {
    if (this.asking || isLeased(record, Date.now())) throw this.whileTried();
    const token = await this.lease();
    if (token) return this.callWithLease(token, work, caller);
    // Another call may have tried meanwhile, and closed it.
    if (this.link.record?.state === 'closed') return this.callCounted(work, caller);
    throw this.whileTried();
  }

  /** Asks for the lease; a token when it is granted. */
  private async lease(): Promise<string | undefined> {
    const token = randomUUID();
    const isMine = () => this.link.record?.lease?.token === token;
    const isAnswered = () => {
      const { record } = this.link;
      return !record || isMine() || isLeased(record, Date.now()) || stateAt(record, Date.now()) !== 'half-open';
    };
    this.asking = true;
    try {
      void this.link.send('probe', { token, holder: this.worker });
      await this.link.until(isAnswered, ASK_MS);
    } finally {
      this.asking = false;
    }
    if (isMine()) return token;
    // Should it be granted after all, nobody would use it.
    if (!isAnswered()) void this.link.send('probe-released', { token });
    return undefined;
  }

  private async callWithLease<T>(token: string, work: () => Promise<T>, caller: Caller): Promise<T> {
    const renewal = setInterval(() => void this.link.send('probe', { token, holder: this.worker }), RENEW_MS);
    try {
      const value = await this.judged(work, caller);
      void this.link.send('probe-succeeded', { token });
      return value;
    } catch (thrown) {
      if (thrown instanceof SpokeAgainst) {
        const { lastFailure } = this;
        const seconds = this.limits.openSeconds;
        void this.link.send('probe-failed', { token, seconds, ...(lastFailure && { failure: lastFailure }) });
        throw thrown.cause;
      }
      const answered = verdictOn(thrown, this.name).speaks === 'for';
      void this.link.send(answered ? 'probe-succeeded' : 'probe-released', { token });
      throw thrown;
    } finally {
      clearInterval(renewal);
    }
  }

  /** Makes the call; wraps what speaks against the dependency, and keeps it as evidence. */
  private async judged<T>(work: () => Promise<T>, { signal, taskId }: Caller): Promise<T> {
    try {
      return await work();
    } catch (error) {
      const thrown: unknown = signal.aborted ? signal.reason : error;
      const { speaks, code, message } = verdictOn(thrown, this.name);
      if (speaks !== 'against') throw thrown;
      this.lastFailure = { at: new Date().toISOString(), code, message, worker: this.worker, task: taskId };
      throw new SpokeAgainst(thrown);
    }
  }

  private newLocal(): LocalBreaker {
    const local: LocalBreaker = new LocalBreaker(this.limits, () => {
      // Calls that began before the breaker closed may end after it; they count no more.
      if (local !== this.local) return;
      const { lastFailure, limits, link } = this;
      void link.send('tripped', {
        seconds: limits.openSeconds,
        failures: limits.failures,
        ...(link.record && { since: link.record.since }),
        ...(lastFailure && { failure: lastFailure }),
      });
    });
    return local;
  }

  private whileOpen(record: Pick<BreakerRecord, 'since' | 'openUntil' | 'lastFailure'>): StepBack {
    const { lastFailure = this.lastFailure, openUntil } = record;
    const end = openUntil ?? 'an operator closes it';
    const why = lastFailure ? `; last failure: ${lastFailure.message}` : '';
    return new StepBack(
      `The circuit breaker ${this.name} is open until ${end}${why}`,
      afterOpenTime(record, Date.now()),
      this.name,
    );
  }

  private whileTried(): StepBack {
    const until = afterTry(this.limits.openSeconds, Date.now());
    return new StepBack(`The circuit breaker ${this.name} is half-open: another call is trying`, until, this.name);
  }

  private openUntil(since: number): string {
    return new Date(since + this.limits.openSeconds * 1000).toISOString();
  }
}

async function unwrapped<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (thrown) {
    throw thrown instanceof SpokeAgainst ? thrown.cause : thrown;
  }
}
