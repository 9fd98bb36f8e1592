import type { ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { end, spawnScript } from '../server';
import type { Caller, Peer, Places } from './peer';
import { memoryMib, processorMs } from './processor';
import { readLedger } from './work';

/** One line of the table; milliseconds, unless the name says otherwise. */
export interface Measured {
  name: string;
  p50: number;
  p95: number;
  aSecond: number;
  duplicateP50: number;
  duplicateP95: number;
  processorMs: number;
  memoryMib: number;
  kills: Kills;
}

export interface Kills {
  asked: number;
  /** Seconds until the work began anew, for each kill after which it did within the patience. */
  recovered: number[];
  lost: number;
  twice: number;
}

export interface Sizes {
  latency: number;
  throughput: number;
  duplicates: number;
  kills: number;
  /** Seconds to wait for the work of a killed process to begin anew. */
  patience: number;
}

const LANES = 20;
/** Longer than it takes to find and kill who does it; inline work has five seconds. */
const KILLED_WORK_MS = 3000;

export async function startWorker(name: string, identity: string, places: Places): Promise<ChildProcess> {
  const child = spawnScript(path.join('peers', 'worker.ts'), [name, identity, JSON.stringify(places)]);
  for await (const data of child.stdout ?? []) if (String(data).includes('ready')) return child;
  throw new Error(`The worker of ${name} ended before it was ready.`);
}

export async function measureSpeed(
  peer: Peer,
  caller: Caller,
  { latency, throughput, duplicates }: Sizes,
  pids: { worker: number; all: readonly number[] },
): Promise<Omit<Measured, 'kills'>> {
  const one = async () => {
    const id = randomUUID();
    await caller.result(await caller.submit({ id, ms: 0 }, id));
  };
  for (let warm = 0; warm < 5; warm++) await one();
  const times: number[] = [];
  for (let count = 0; count < latency; count++) times.push(await timed(one));
  const [began, used] = [performance.now(), processorMs(pids.all)];
  let left = throughput;
  const lane = async () => {
    while (left-- > 0) await one();
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  const seconds = (performance.now() - began) / 1000;
  const processor = (processorMs(pids.all) - used) / throughput;
  const id = randomUUID();
  await caller.result(await caller.submit({ id, ms: 0 }, id));
  const answers: number[] = [];
  for (let count = 0; count < duplicates; count++) {
    answers.push(await timed(async () => void (await caller.submit({ id, ms: 0 }, id))));
  }
  return {
    name: peer.name,
    p50: share(times, 0.5),
    p95: share(times, 0.95),
    aSecond: throughput / seconds,
    duplicateP50: share(answers, 0.5),
    duplicateP95: share(answers, 0.95),
    processorMs: processor,
    memoryMib: memoryMib(pids.worker),
  };
}

/** Kills the process that does a piece of work, again and again; a supervisor starts another in its place at once. */
export async function measureKills(
  name: string,
  places: Places,
  caller: Caller,
  { kills, patience }: Sizes,
  workers: Map<string, ChildProcess>,
): Promise<Kills> {
  const ledger = path.join(places.folder, `ledger-${name}`);
  const measured: Kills = { asked: kills, recovered: [], lost: 0, twice: 0 };
  const ids: string[] = [];
  for (let kill = 0; kill < kills; kill++) {
    const id = randomUUID();
    ids.push(id);
    await caller.submit({ id, ms: KILLED_WORK_MS, ledger }, id);
    const lines = () => readLedger(ledger).filter((line) => line.id === id);
    const first = await eventually(60, () => lines()[0]);
    if (!first) continue;
    const [identity, victim] = [...workers].find(([, { pid }]) => pid === first.pid) ?? [];
    if (!identity || !victim) throw new Error(`${name}: the work runs in none of the workers.`);
    const killedAt = Date.now();
    await end(victim);
    workers.set(identity, await startWorker(name, identity, places));
    const again = await eventually(patience, () => lines().find(({ event, at }) => event === 'begun' && at > killedAt));
    if (again) measured.recovered.push((again.at - killedAt) / 1000);
  }
  // What began last may still be at it.
  await eventually(20, () =>
    ids.every((id) => readLedger(ledger).some((line) => line.id === id && line.event === 'done')),
  );
  const done = (id: string) => readLedger(ledger).filter((line) => line.id === id && line.event === 'done').length;
  measured.lost = ids.filter((id) => done(id) === 0).length;
  measured.twice = ids.filter((id) => done(id) > 1).length;
  return measured;
}

async function eventually<T>(seconds: number, look: () => T): Promise<T | undefined> {
  for (const until = Date.now() + seconds * 1000; Date.now() < until; await sleep(50)) {
    const found = look();
    if (found) return found;
  }
  return undefined;
}

async function timed(work: () => Promise<void>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

export function share(values: readonly number[], part: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}
