import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, type Connection } from '@temporalio/client';
import { LocalArtifactStore } from '../../src/artifacts/local/local-store';
import type { SubmitResult } from '../../src/client/submit/submissions';
import { TaskClient } from '../../src/client/task-client';
import { HoldfastError } from '../../src/errors';
import { throughput } from '../figures';
import { stuckContracts } from './types';

const LANES = 20;
const DEADLINE = 20;
const PAUSE_MS = 1000;
const TOLD_EVERY = 5000;

/** Submits so many tasks of each type, in turns, as fast as it comes. @returns Starts a second. */
export async function fill(connection: Connection, counts: readonly number[]): Promise<number> {
  const folder = await mkdtemp(path.join(tmpdir(), 'holdfast-bench-artifacts-'));
  const client = new Client({ connection });
  const artifacts = new LocalArtifactStore(folder);
  const tasks = new TaskClient({ client, contracts: stuckContracts, artifacts, deadline: DEADLINE });
  const total = counts.reduce((sum, count) => sum + count, 0);
  return throughput(total, LANES, async (index) => {
    const { type, example } = stuckContracts[typeAt(index, counts)] ?? {};
    if (type === undefined) return;
    await persistently(() => tasks.submit({ type, input: example, key: String(index) }));
    if (index > 0 && index % TOLD_EVERY === 0) console.error(`${index} of ${total} are started`);
  });
}

/** Types take turns in proportion to their counts, so that each has tasks of every age. */
function typeAt(index: number, [first = 0, second = 0]: readonly number[]): number {
  const firstAmong = (tasks: number) => Math.floor((tasks * first) / (first + second));
  return firstAmong(index + 1) > firstAmong(index) ? 0 : 1;
}

/** A busy machine answers too late now and then: the key makes sure that a repeat makes no second task. */
async function persistently(submit: () => Promise<SubmitResult>): Promise<void> {
  for (;;) {
    try {
      await submit();
      return;
    } catch (error) {
      if (!(error instanceof HoldfastError) || error.code !== 'unavailable') throw error;
      await sleep(PAUSE_MS);
    }
  }
}
