import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster } from '../cluster/cluster';
import { deploysBetweenVersions } from './deploys';
import type { Fault } from './fault';

const FROZEN_MS = 15_000;
const AWAY_MS = 5000;

type Role = Parameters<Cluster['startRole']>[0];

const killOf = (role: Role): Fault => ({
  name: `kill -9 of ${role}`,
  strike: async (cluster) => {
    const process = cluster.roles.get(role);
    if (!process || process.ended) return false;
    await process.stop('SIGKILL');
    await cluster.startRole(role);
    return process.ended;
  },
});

/** Longer than the heartbeat time-out: the frozen worker wakes up to find its attempts elsewhere. */
const freezeOf = (role: Role): Fault => ({
  name: `SIGSTOP of ${role} for ${FROZEN_MS / 1000} s`,
  strike: async (cluster) => {
    const pid = cluster.roles.get(role)?.pid ?? 0;
    if (pid === 0) return false;
    process.kill(pid, 'SIGSTOP');
    await sleep(FROZEN_MS);
    const frozen = stateOf(pid) === 'T';
    process.kill(pid, 'SIGCONT');
    return frozen;
  },
});

/** As a deploy does it: each ends in order while the others work, and is there again before the next one ends. */
const rollingRestart: Fault = {
  name: 'rolling restart of API, both workers and monitor',
  strike: async (cluster) => {
    const codes: (number | null | undefined)[] = [];
    for (const role of ['worker-1', 'worker-2', 'api', 'monitor'] as const) {
      codes.push(await cluster.roles.get(role)?.stop('SIGTERM'));
      await cluster.startRole(role);
    }
    return codes.every((code) => code === 0);
  },
};

export const FAULTS: readonly Fault[] = [
  killOf('worker-1'),
  freezeOf('worker-2'),
  {
    name: 'PostgreSQL killed and started',
    strike: async ({ postgres }) => {
      const before = postgres.pid;
      await postgres.crash();
      await sleep(AWAY_MS);
      await postgres.startAgain();
      return postgres.pid !== before;
    },
  },
  {
    name: 'S3 server killed and started',
    strike: async ({ s3 }) => {
      await s3.stop('SIGKILL');
      await sleep(AWAY_MS);
      const away = !(await s3.isThere());
      await s3.run();
      return away;
    },
  },
  {
    name: 'Temporal server killed and started',
    strike: async ({ temporal }) => {
      const before = temporal.pid;
      await temporal.stop('SIGKILL');
      await temporal.run();
      return temporal.pid !== before;
    },
  },
  killOf('api'),
  killOf('monitor'),
  rollingRestart,
  deploysBetweenVersions,
];

/** The letter by which Linux names the state of a process: T is stopped. */
function stateOf(pid: number): string {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return text.slice(text.lastIndexOf(')') + 2, text.lastIndexOf(')') + 3);
}
