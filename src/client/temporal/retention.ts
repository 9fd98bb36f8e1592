import { HoldfastError } from '../../errors';
import type { Policy } from '../../protocol/task';
import type { Gateway } from './gateway';
import { unlessDenied } from './rights';

const FRESH_MS = 60_000;

/** Knows how long the namespace keeps ended tasks, which bounds every window. */
export class Retention {
  private known: { seconds: number; readAt: number } | undefined;

  constructor(private readonly gateway: Gateway) {}

  /** @throws HoldfastError `window-too-long` when a key would have to be known for longer than that. */
  async check({ window, failureWindow }: Policy): Promise<void> {
    const seconds = await this.seconds();
    const longest = Math.max(window, failureWindow);
    if (longest > seconds) {
      throw new HoldfastError(
        'window-too-long',
        `A window of ${longest} s is longer than Temporal keeps ended tasks (${seconds} s).`,
        {
          issues: [{ pointer: '/policy/window', message: `Must be at most ${seconds}.` }],
        },
      );
    }
  }

  /** For how long ended tasks are kept. */
  async seconds(): Promise<number> {
    if (!this.known || Date.now() - this.known.readAt > FRESH_MS) {
      const { service, namespace } = this.gateway;
      const described = await unlessDenied(() => this.gateway.call(() => service.describeNamespace({ namespace })));
      const kept = Number(described?.config?.workflowExecutionRetentionTtl?.seconds ?? 0);
      // Where nobody may look, windows are compared with nothing: the set-up says so. The server for tests that skips
      // time forgets nothing, and says 0.
      this.known = { seconds: kept || Number.POSITIVE_INFINITY, readAt: Date.now() };
    }
    return this.known.seconds;
  }
}
