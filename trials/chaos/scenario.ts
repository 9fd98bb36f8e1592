import { rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster } from '../cluster/cluster';
import type { Fault } from './fault';
import { readLedger, underWay } from './ledger';
import { Load } from './load';

/** What one fault under load came to. */
export interface Outcome {
  fault: string;
  /** Why the run says nothing; absent when fault and load were there. */
  invalid?: string;
  submitted: number;
  acknowledged: number;
  unknown: number;
  /** Done once, as the ledger has it. */
  once: number;
  /** Acknowledged, and never done or never ended. */
  lost: string[];
  /** Ended otherwise than completed, or with another result than its own, and how. */
  wrong: string[];
  /** Keys under which more than one task worked. */
  twice: string[];
  /** Done more than once: this work is promised at least once. */
  repeated: number;
  /** Seconds from the fault until work that was under way began anew or was done. */
  recovery: number[];
  /** Share of the calls that were answered without a 5xx. */
  availability: number;
}

export interface Plan {
  tasks: number;
  aSecond: number;
  /** Of the work, in whole seconds. */
  seconds: number;
  /** When the fault strikes: share of the time of submission. */
  strikeAt: number;
}

/** For the first work to begin, on a busy machine. */
const LOAD_PATIENCE_MS = 30_000;
const END_PATIENCE_MS = 180_000;

/** Submits work at a steady rate, lets the fault strike under it, and compares what was promised with the ledger. */
export async function runScenario(cluster: Cluster, fault: Fault, plan: Plan, name: string): Promise<Outcome> {
  const ledger = path.join(cluster.folder, `ledger-${name}`);
  await rm(ledger, { force: true });
  const load = new Load(cluster.api, (key) => ({ command: 'work', args: [ledger, key, String(plan.seconds)] }));
  const keys = Array.from({ length: plan.tasks }, (_, number) => `${name}-${number}`);
  const submitting = load.submitAll(keys, plan.aSecond);
  await sleep((plan.tasks / plan.aSecond) * 1000 * plan.strikeAt);
  for (const until = Date.now() + LOAD_PATIENCE_MS; Date.now() < until; await sleep(100)) {
    if (underWay(readLedger(ledger), Date.now()).length > 0) break;
  }
  const struckAt = Date.now();
  const struck = await fault.strike(cluster);
  await submitting;
  const outcome: Outcome = {
    fault: fault.name,
    submitted: load.submissions.length,
    acknowledged: load.submissions.filter(({ id }) => id !== undefined).length,
    unknown: load.submissions.reduce((sum, { unknown }) => sum + unknown, 0),
    once: 0,
    lost: [],
    wrong: [],
    twice: [],
    repeated: 0,
    recovery: [],
    availability: 0,
  };
  await Promise.all(
    load.submissions.map(async ({ id, key }) => {
      if (id === undefined) return;
      const end = await load.end(id, END_PATIENCE_MS);
      if (end === undefined) outcome.lost.push(key);
      else if (end.state !== 'completed') outcome.wrong.push(`${key}: ${end.state}, ${end.failure?.message}`);
      else if ((await load.fileOf(id, 'stdout', END_PATIENCE_MS)) !== `result of ${key}\n`)
        outcome.wrong.push(`${key}: another result`);
    }),
  );
  const entries = readLedger(ledger);
  for (const { id, otherId, key } of load.submissions) {
    const times = entries.get(key)?.done.length ?? 0;
    if (times === 1) outcome.once++;
    if (times > 1) outcome.repeated++;
    if (otherId !== undefined || (entries.get(key)?.effects.size ?? 0) > 1) outcome.twice.push(key);
    if (times === 0 && id !== undefined && !outcome.lost.includes(key)) outcome.lost.push(key);
  }
  const caught = underWay(entries, struckAt);
  for (const key of caught) {
    const { begun = [], done = [] } = entries.get(key) ?? {};
    const next = Math.min(...[...begun, ...done].filter((at) => at > struckAt));
    if (Number.isFinite(next)) outcome.recovery.push((next - struckAt) / 1000);
  }
  outcome.availability = load.answered / load.calls;
  if (!struck) outcome.invalid = 'the fault was not there';
  else if (caught.length === 0) outcome.invalid = 'no work was under way when it struck';
  return outcome;
}
