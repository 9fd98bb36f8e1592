import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Client } from '@temporalio/client';
import { lazyConnection } from '../../src/client/temporal/connect';
import type { Cluster } from '../cluster/cluster';
import { type Change, changedBuild } from './changed-build';
import type { Fault } from './fault';

const ROOT = path.join(__dirname, '..', '..');
const DIST = path.join(ROOT, 'dist');
const DEPLOYS = 10;
const REPLAY_PATIENCE_MS = 300_000;
const WORKERS = ['worker-1', 'worker-2'] as const;
const OTHERS = ['api', 'monitor'] as const;

/** Its API submits one field more, and its workers do one thing more for tasks with that field. */
const NEXT_RELEASE: readonly Change[] = [
  { file: 'client/submit/start-request.js', from: 'args: [start]', to: 'args: [{ ...start, extra: true }]' },
  {
    file: 'workflow-bundle.js',
    from: 'await (0, waiting_1.waitUntilDue)(life);',
    to: `if (start.extra !== undefined && (0, workflow_1.patched)('start.extra')) await (0, workflow_1.sleep)(1);
        await (0, waiting_1.waitUntilDue)(life);`,
  },
];

/** Forwards and back in turns, in the order that docs/operations/deploys.md prescribes. */
export const deploysBetweenVersions: Fault = {
  name: `${DEPLOYS} deploys of everything, between two versions`,
  lasts: 200,
  strike: async (cluster) => {
    const next = changedBuild(...NEXT_RELEASE);
    const codes: (number | null | undefined)[] = [];
    const restart = async (role: (typeof WORKERS | typeof OTHERS)[number], build: string) => {
      codes.push(await cluster.roles.get(role)?.stop('SIGTERM'));
      await cluster.startRole(role, build);
    };
    try {
      for (let deploy = 0; deploy < DEPLOYS; deploy++) {
        if (deploy % 2 === 0) {
          for (const role of [...WORKERS, ...OTHERS]) await restart(role, next);
        } else {
          for (const role of OTHERS) await restart(role, DIST);
          await replayable(cluster);
          for (const role of WORKERS) await restart(role, DIST);
        }
      }
    } finally {
      rmSync(next, { recursive: true, force: true });
    }
    return codes.every((code) => code === 0) && (await bothVersionsWorked(cluster));
  },
};

/** Waits until the old build can go on with every open task. */
async function replayable(cluster: Cluster): Promise<void> {
  const bundle = path.join(DIST, 'workflow-bundle.js');
  const args = [path.join(DIST, 'cli', 'main.js'), 'replay-check', '--bundle', bundle];
  const env = { ...process.env, ...cluster.env };
  for (const until = Date.now() + REPLAY_PATIENCE_MS; ; await sleep(500)) {
    const refused = await promisify(execFile)(process.execPath, args, { env }).then(
      () => undefined,
      (error: Error & { stdout?: string }) => error,
    );
    if (!refused) return;
    if (Date.now() > until) throw new Error(`The old build never could go on: ${refused.message}\n${refused.stdout}`);
  }
}

/** Tasks of the next release carry its marker, those of the old one do not. */
async function bothVersionsWorked({ temporal }: Cluster): Promise<boolean> {
  const connection = lazyConnection({ address: temporal.address });
  const { workflow } = new Client({ connection });
  const all = "TaskCategory IS NOT NULL AND ExecutionStatus = 'Completed'";
  const [next, both] = await Promise.all([
    workflow.count(`${all} AND TemporalChangeVersion = 'start.extra'`),
    workflow.count(all),
  ]);
  await connection.close();
  return next.count > 0 && next.count < both.count;
}
