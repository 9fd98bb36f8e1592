import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client, type Connection } from '@temporalio/client';
import { LocalArtifactStore } from '../../src/artifacts/local/local-store';
import { TaskClient } from '../../src/client/task-client';
import { throughput } from '../figures';
import { stuckContracts } from './types';

const LANES = 40;
const TOLD_EVERY = 5000;

/** Submits so many tasks of each type, in turns, as fast as it comes. @returns Starts a second. */
export async function fill(connection: Connection, counts: readonly number[]): Promise<number> {
  const folder = await mkdtemp(path.join(tmpdir(), 'holdfast-bench-artifacts-'));
  const client = new Client({ connection });
  const artifacts = new LocalArtifactStore(folder);
  const tasks = new TaskClient({ client, contracts: stuckContracts, artifacts, deadline: 60 });
  const total = counts.reduce((sum, count) => sum + count, 0);
  return throughput(total, LANES, async (index) => {
    const { type, example } = stuckContracts[typeAt(index, counts)] ?? {};
    if (type === undefined) return;
    await tasks.submit({ type, input: example });
    if (index > 0 && index % TOLD_EVERY === 0) console.error(`${index} of ${total} are started`);
  });
}

/** Types take turns in proportion to their counts, so that each has tasks of every age. */
function typeAt(index: number, [first = 0, second = 0]: readonly number[]): number {
  const firstAmong = (tasks: number) => Math.floor((tasks * first) / (first + second));
  return firstAmong(index + 1) > firstAmong(index) ? 0 : 1;
}
