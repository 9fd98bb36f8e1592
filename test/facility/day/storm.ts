import { setTimeout as sleep } from 'node:timers/promises';
import { fixture } from '../../support/processes/fixture';
import { RunningProcess } from '../../support/processes/running-process';
import type { PostgresServer } from '../../support/servers/postgres';

/** Longest pause before the next blow, in milliseconds. */
const LULL_MS = 1500;
/** Longest time for which the database stays down, in milliseconds. */
const OUTAGE_MS = 1500;

/** Numbers from 0 to 1 that a seed repeats. */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Worker processes and a database server that are struck at random moments, and start again. */
export class Storm {
  kills = 0;
  crashes = 0;
  private readonly workers: RunningProcess[] = [];
  private readonly logs: string[] = [];

  /** @param args Of the worker processes, as `env` is. */
  constructor(
    private readonly random: () => number,
    private readonly postgres: PostgresServer,
    private readonly args: readonly string[],
    private readonly env: NodeJS.ProcessEnv,
  ) {}

  /** Starts workers, up to so many. */
  async start(count: number): Promise<void> {
    const missing = Array.from({ length: count - this.workers.length }, () => this.startWorker());
    this.workers.push(...(await Promise.all(missing)));
  }

  /** One blow after the other, in an order by chance. */
  async strike({ kills, crashes }: { kills: number; crashes: number }): Promise<void> {
    let left = { kills, crashes };
    while (left.kills + left.crashes > 0) {
      await sleep(this.random() * LULL_MS);
      if (this.random() * (left.kills + left.crashes) < left.kills) {
        await this.kill();
        left = { ...left, kills: left.kills - 1 };
      } else {
        await this.crash();
        left = { ...left, crashes: left.crashes - 1 };
      }
    }
  }

  async end(): Promise<void> {
    for (const worker of this.workers.splice(0)) await this.stop(worker);
  }

  /** The last words of workers that have ended by themselves: what strikes the database must not end them. */
  get dead(): string[] {
    return this.workers.filter(({ ended }) => ended).map(({ log }) => log.slice(-2000));
  }

  /** What all workers have written, for whoever looks for the reason. */
  get log(): string {
    return [...this.logs, ...this.workers.map(({ log }) => log)].join('\n');
  }

  /** How often a change was asked for again and answered from its record. */
  get repeats(): number {
    return this.log.split('"was done before"').length - 1;
  }

  private async kill(): Promise<void> {
    const [victim] = this.workers.splice(Math.floor(this.random() * this.workers.length), 1);
    if (!victim || victim.ended) throw new Error(`A worker has ended by itself: ${victim?.log.slice(-2000)}`);
    this.kills++;
    const [next] = await Promise.all([this.startWorker(), this.stop(victim)]);
    this.workers.push(next);
  }

  private async crash(): Promise<void> {
    this.crashes++;
    await this.postgres.crash();
    await sleep(this.random() * OUTAGE_MS);
    await this.postgres.startAgain();
  }

  private async stop(worker: RunningProcess): Promise<void> {
    await worker.stop('SIGKILL');
    this.logs.push(worker.log);
  }

  private startWorker(): Promise<RunningProcess> {
    return RunningProcess.start(fixture('facility-worker', ...this.args), this.env, 'worker started');
  }
}
