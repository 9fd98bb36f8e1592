import { AsyncLocalStorage } from 'node:async_hooks';
import type { ConnectionLike } from '@temporalio/client';

/** A stock server allows ten such calls a second for a whole namespace: other processes keep a share. */
const DEFAULT_RATE = 8;
/** What calls that can wait leave for those that cannot, as a part of what may come at once. */
const RESERVE = 0.25;
/** `DEADLINE_EXCEEDED` of gRPC. */
const DEADLINE_EXCEEDED = 4;

/** The calls that the server counts towards its limit for Visibility. */
const LIMITED = [
  'listWorkflowExecutions',
  'countWorkflowExecutions',
  'listSchedules',
  'listWorkers',
  'listBatchOperations',
] as const;

const patience = new AsyncLocalStorage<true>();

/** Calls to Visibility in here can wait: those of people, and of programs that await an answer, go first. */
export function patiently<T>(work: () => Promise<T>): Promise<T> {
  return patience.run(true, work);
}

interface Waiting {
  go(): void;
  giveUp(): void;
  until: number;
}

/** Lets through so many calls a second, and as many at once after a pause. */
class VisibilityRate {
  perSecond = DEFAULT_RATE;
  private left = DEFAULT_RATE;
  private countedAt = Date.now();
  private readonly prompt: Waiting[] = [];
  private readonly patient: Waiting[] = [];
  private timer: NodeJS.Timeout | undefined;

  /** @param until When the caller gives up, in milliseconds since the epoch; its turn is left to others then. */
  async turn(until = Number.POSITIVE_INFINITY): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const giveUp = () =>
        reject(Object.assign(new Error('Waited for Visibility for too long'), { code: DEADLINE_EXCEEDED }));
      (patience.getStore() ? this.patient : this.prompt).push({ go: resolve, giveUp, until });
      this.serve();
    });
  }

  private serve(): void {
    const now = Date.now();
    this.left = Math.min(this.perSecond, this.left + ((now - this.countedAt) / 1000) * this.perSecond);
    this.countedAt = now;
    this.letThrough(this.prompt, 1, now);
    if (this.prompt.length === 0) this.letThrough(this.patient, 1 + RESERVE * this.perSecond, now);
    clearTimeout(this.timer);
    if (this.prompt.length + this.patient.length > 0)
      this.timer = setTimeout(() => this.serve(), 1000 / this.perSecond);
  }

  private letThrough(waiting: Waiting[], needed: number, now: number): void {
    for (let [first] = waiting; first && (first.until <= now || this.left >= needed); [first] = waiting) {
      waiting.shift();
      if (first.until <= now) first.giveUp();
      else {
        this.left--;
        first.go();
      }
    }
  }
}

/** By address, so that all connections of a process to one server share one rate; without an address, by connection. */
const rates = new Map<unknown, VisibilityRate>();
const limited = new WeakMap<ConnectionLike, VisibilityRate>();

/**
 * Sees to it that the calls of this process to Visibility, whoever makes them, stay within one rate.
 * @param perSecond Defaults to what was set before, or to eight.
 * @param address What connections to the same server have in common. Defaults to the connection's own.
 */
export function limitVisibility(connection: ConnectionLike, perSecond?: number, address?: string): void {
  const known = limited.get(connection);
  const rate = known ?? rateOf(address ?? addressOf(connection) ?? connection);
  if (perSecond !== undefined) rate.perSecond = perSecond;
  if (known) return;
  limited.set(connection, rate);
  const service = connection.workflowService as unknown as Record<string, (...request: unknown[]) => Promise<unknown>>;
  for (const name of LIMITED) {
    const call = service[name]?.bind(service);
    if (!call) continue;
    service[name] = async (...request) => {
      await rate.turn(deadlineOf(connection));
      return call(...request);
    };
  }
}

function rateOf(key: unknown): VisibilityRate {
  // A connection is remembered by the map of connections only, so that it may go.
  if (typeof key !== 'string') return new VisibilityRate();
  const rate = rates.get(key) ?? new VisibilityRate();
  rates.set(key, rate);
  return rate;
}

interface WithInternals {
  options?: { address?: string };
  callContextStorage?: AsyncLocalStorage<{ deadline?: number | Date }>;
}

function addressOf(connection: ConnectionLike): string | undefined {
  return (connection as WithInternals).options?.address;
}

function deadlineOf(connection: ConnectionLike): number | undefined {
  const deadline = (connection as WithInternals).callContextStorage?.getStore()?.deadline;
  return deadline === undefined ? undefined : Number(deadline);
}
