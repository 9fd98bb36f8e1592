import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import { Gateway } from '../../client/temporal/gateway';
import { type BreakerLimits, type BreakerSettings, limitsOf } from '../../tasks/breaker-limits';
import { ownBreaker, requireDependency } from './dependency';
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

/** What a handler says of a guarded call. */
export interface GuardOptions extends Partial<BreakerLimits> {
  /** True for what the caller of the task has named: each tenant then has a breaker of its own. Defaults to false. */
  perTenant?: boolean;
}

/** Breakers of each kind that a process follows at once; the one that was not used for longest gives way. */
const MOST_FOLLOWED = 50;
/** Longest time for one call to the server, in seconds. */
const DEADLINE = 10;
/** How long the last signals may take when the process ends, in milliseconds. */
const LAST_REPORT_MS = 3000;

/** The circuit breakers of one worker process, made as handlers name them. */
export class WorkerBreakers {
  private readonly gateway: Gateway;
  private readonly shared = guards();
  /** Apart, so that a tenant that names many places takes nothing from what everybody uses. */
  private readonly ofTenants = guards();

  constructor(private readonly options: WorkerBreakersOptions) {
    this.gateway = new Gateway(options.client, DEADLINE);
  }

  /**
   * Makes a call to a dependency, unless its breaker says that it is down.
   * @param options The handler's own limits, of which those of the first call in a process hold; and whose breaker it is.
   * @throws StepBack before the call, while no call may go through; TypeError for a name that is none.
   */
  async call<T>(name: string, work: () => Promise<T>, caller: Caller, options: GuardOptions = {}): Promise<T> {
    const { perTenant, ...own } = options;
    requireDependency(name);
    const { tenant } = caller;
    if (!perTenant || tenant === undefined) return this.guard(this.shared, name, name, own).call(work, caller);
    return this.guard(this.ofTenants, ownBreaker(name, tenant), name, own).call(work, caller);
  }

  /** Follows no breaker any more; resolves when what happened so far has been reported, or after three seconds. */
  async close(): Promise<void> {
    const all = [this.shared, this.ofTenants];
    const reported = Promise.all(all.flatMap((one) => [...one.values()]).map((guard) => guard.close()));
    for (const one of all) one.clear();
    await Promise.race([reported, sleep(LAST_REPORT_MS, undefined, { ref: false })]);
  }

  /** @param name Of the breaker. @param dependency What the settings call it. */
  private guard(where: Guards, name: string, dependency: string, own: Partial<BreakerLimits>): Guard {
    const known = where.get(name);
    if (known) return known;
    const { worker, logger, settings = {} } = this.options;
    const limits = limitsOf(dependency, settings, own);
    const guard = new Guard(name, worker, limits, new BreakerLink(this.gateway, name, logger));
    where.set(name, guard);
    return guard;
  }
}

type Guards = LRUCache<string, Guard>;

function guards(): Guards {
  return new LRUCache({ max: MOST_FOLLOWED, dispose: (guard) => void guard.close() });
}
