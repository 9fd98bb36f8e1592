import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import { Gateway } from '../../client/temporal/gateway';
import { type BreakerLimits, type BreakerSettings, limitsOf } from '../../tasks/breaker-limits';
import { requireDependency } from './dependency';
import { type Caller, Guard } from './guard';
import { BreakerLink } from './link';

export interface WorkerBreakersOptions {
  client: Client;
  /** Names the worker in leases and failures. */
  worker: string;
  logger: Logger;
  /** Limits by kind or by name. Defaults to none. */
  settings?: BreakerSettings;
}

/** Breakers that a process follows at once; the one that was not used for longest gives way. */
const MOST_FOLLOWED = 50;
/** Longest time for one call to the server, in seconds. */
const DEADLINE = 10;
/** How long the last signals may take when the process ends, in milliseconds. */
const LAST_REPORT_MS = 3000;

/** The circuit breakers of one worker process, made as handlers name them. */
export class WorkerBreakers {
  private readonly gateway: Gateway;
  private readonly guards = new LRUCache<string, Guard>({ max: MOST_FOLLOWED, dispose: (guard) => void guard.close() });

  constructor(private readonly options: WorkerBreakersOptions) {
    this.gateway = new Gateway(options.client, DEADLINE);
  }

  /**
   * Makes a call to a dependency, unless its breaker says that it is down.
   * @param own The handler's own limits; those of the first call in a process hold.
   * @throws StepBack before the call, while no call may go through; TypeError for a name that is none.
   */
  async call<T>(name: string, work: () => Promise<T>, caller: Caller, own?: Partial<BreakerLimits>): Promise<T> {
    return this.guard(name, own).call(work, caller);
  }

  /** Follows no breaker any more; resolves when what happened so far has been reported, or after three seconds. */
  async close(): Promise<void> {
    const reported = Promise.all([...this.guards.values()].map((guard) => guard.close()));
    this.guards.clear();
    await Promise.race([reported, sleep(LAST_REPORT_MS, undefined, { ref: false })]);
  }

  private guard(name: string, own: Partial<BreakerLimits> | undefined): Guard {
    const known = this.guards.get(name);
    if (known) return known;
    requireDependency(name);
    const { worker, logger, settings = {} } = this.options;
    const guard = new Guard(name, worker, limitsOf(name, settings, own), new BreakerLink(this.gateway, name, logger));
    this.guards.set(name, guard);
    return guard;
  }
}
