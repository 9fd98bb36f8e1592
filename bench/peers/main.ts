import type { ChildProcess } from 'node:child_process';
import { createRequire } from 'node:module';
import { parseArgs } from 'node:util';
import { end, freePort } from '../server';
import { type Kills, type Measured, measureKills, measureSpeed, type Sizes, startWorker } from './measure';
import type { Caller, Peer, Places } from './peer';
import { PEERS } from './peers';
import { startServers } from './servers';
import { tableText } from './table';

interface Entrant {
  name: string;
  peer: Peer;
  places: Places;
  caller: Caller;
  workers: Map<string, ChildProcess>;
  others: ChildProcess[];
}

async function main(): Promise<void> {
  const number = (short: string) => ({ type: 'string', default: short }) as const;
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      latency: number('100'),
      throughput: number('400'),
      duplicates: number('50'),
      kills: number('2'),
      patience: number('75'),
    },
  });
  const sizes = Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key, Number(value)]),
  ) as unknown as Sizes;
  const names = positionals.length > 0 ? positionals : Object.keys(PEERS);
  const servers = await startServers();
  const entrants: Entrant[] = [];
  try {
    const speeds: Omit<Measured, 'kills'>[] = [];
    // One after the other: they share the machine.
    for (const name of names) {
      const peer = await PEERS[name]?.();
      if (!peer) throw new Error(`There is no peer ${name}; there are ${Object.keys(PEERS).join(', ')}.`);
      const { redis, temporal, folder } = servers;
      const places = { redis, temporal, folder, postgres: await servers.createDatabase(), api: await freePort() };
      console.error(`${peer.name} …`);
      const others = peer.name.startsWith('Holdfast') ? [await startWorker(name, 'api', places)] : [];
      const caller = await peer.open(places);
      const first = await startWorker(name, 'one', places);
      const entrant = { name, peer, places, caller, workers: new Map([['one', first]]), others };
      entrants.push(entrant);
      const pids = [first, ...others].map(({ pid }) => pid ?? 0);
      const all = [...pids, servers.pids[peer.server]];
      speeds.push(await measureSpeed(peer, caller, sizes, { worker: first.pid ?? 0, all }));
      await end(first);
      entrant.workers.clear();
    }
    // All at once: it is mostly waiting.
    const kills = await Promise.all(entrants.map((entrant) => killsOf(entrant, sizes).catch(unmeasured)));
    const rows = speeds.map((speed, index) => ({ ...speed, kills: kills[index] as Kills }));
    const afterDeath = new Map(entrants.map(({ peer }) => [peer.name, peer.afterDeath]));
    console.log(tableText(rows, afterDeath, sizes, versions()));
  } finally {
    for (const { caller, workers, others } of entrants) {
      await caller.close().catch(() => undefined);
      for (const child of [...workers.values(), ...others]) await end(child);
    }
    await servers.stop();
  }
}

async function killsOf({ name, places, caller, workers }: Entrant, sizes: Sizes): Promise<Kills> {
  if (sizes.kills === 0) return { asked: 0, recovered: [], lost: 0, twice: 0 };
  for (const identity of ['one', 'two']) workers.set(identity, await startWorker(name, identity, places));
  return measureKills(name, places, caller, sizes, workers);
}

/** The other figures stand without it. */
function unmeasured(error: unknown): Kills {
  console.error(error);
  return { asked: 0, recovered: [], lost: 0, twice: 0 };
}

function versions(): string {
  const { dependencies } = createRequire(__filename)('./package.json') as { dependencies: Record<string, string> };
  return Object.entries(dependencies)
    .map(([name, version]) => `${name} ${version}`)
    .join(', ');
}

main()
  .then(() => process.exit(0))
  .catch((error: unknown) => {
    console.error(error);
    process.exit(1);
  });
