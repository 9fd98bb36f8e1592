import { Harness } from '../support/harness';
import { until } from '../support/until';
import { BreakerCaller, type CallOrder, type CallResult, Receiver } from './breaker-callers';

/** A Temporal server with a worker, processes that make guarded calls, and what they call. */
export class BreakerBench {
  private readonly callers: BreakerCaller[] = [];

  private constructor(
    readonly harness: Harness,
    readonly receiver: Receiver,
  ) {}

  static async start(): Promise<BreakerBench> {
    const harness = await Harness.start();
    await harness.startWorkers();
    return new BreakerBench(harness, await Receiver.start());
  }

  /** @param address The Temporal server. Defaults to the one there is. */
  async startCaller(address = this.harness.server.address): Promise<BreakerCaller> {
    const caller = await BreakerCaller.start(address, this.harness.namespace);
    this.callers.push(caller);
    return caller;
  }

  /** Orders calls on the receiver. The breaker opens for two seconds: enough to be seen, little enough to wait for. */
  call(caller: BreakerCaller, name: string, more: Partial<CallOrder> = {}): Promise<CallResult[]> {
    return caller.call({ name, url: this.receiver.url, limits: { openSeconds: 2 }, ...more });
  }

  async reaches(name: string, state: string) {
    return until(`${name} is ${state}`, async () => {
      const breaker = await this.harness.tasks.breaker(name).catch(() => undefined);
      return breaker?.state === state ? breaker : undefined;
    });
  }

  /** Opens a breaker by five failures, and waits until one call may try. */
  async openAndWait(caller: BreakerCaller, name: string): Promise<void> {
    this.receiver.status = 503;
    await this.call(caller, name, { times: 5 });
    await this.reaches(name, 'half-open');
  }

  async close(): Promise<void> {
    for (const { process } of this.callers) await process.stop('SIGKILL');
    await this.receiver.close();
    await this.harness.close();
  }
}

export const outcomes = (results: CallResult[]) => results.map(({ outcome }) => outcome);
export const repeated = (count: number, outcome: CallResult['outcome']) => Array.from({ length: count }, () => outcome);
