import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startRole } from '../../test/support/processes/role-process';
import type { RunningProcess } from '../../test/support/processes/running-process';
import { TemporalServer } from '../../test/support/temporal-server';
import { runTrial, seeded } from '../trial';
import { Side } from './side';

const APPS = ['north', 'south'] as const;
const WORKERS_EACH = 2;

/** `npm run two-apps -- --seed 7 --tasks 500`: two apps on one namespace, whose workers are killed and started at random. */
async function main(): Promise<boolean> {
  const { values } = parseArgs({
    options: { seed: { type: 'string', default: '1' }, tasks: { type: 'string', default: '500' } },
  });
  const upTo = seeded(values.seed);
  const began = Date.now();
  const say = (line: string) => console.log(`${((Date.now() - began) / 1000).toFixed(0).padStart(4)} s  ${line}`);

  const folder = await mkdtemp(path.join(tmpdir(), 'holdfast-two-apps-'));
  const ledger = path.join(folder, 'ledger');
  await writeFile(ledger, '');
  const server = await TemporalServer.start();
  const workers = new Map<string, RunningProcess>();
  const start = async (name: string) => {
    const [app = ''] = name.split('-');
    const env = {
      TEMPORAL_ADDRESS: server.address,
      HOLDFAST_HOME: folder,
      HOLDFAST_APP: path.join(__dirname, `${app}.ts`),
      TWO_APPS_LEDGER: ledger,
    };
    workers.set(name, await startRole('worker', env));
  };
  const names = APPS.flatMap((app) => Array.from({ length: WORKERS_EACH }, (_, index) => `${app}-${index + 1}`));
  const sides = APPS.map((app) => new Side(app, server.address, folder));
  let kills = 0;
  let submitting = true;
  const strike = async () => {
    while (submitting || (await openOf(sides)) > 0) {
      const name = names[upTo(names.length - 1)] ?? '';
      await workers.get(name)?.stop('SIGKILL');
      kills++;
      say(`${name} is killed; ${await openOf(sides)} tasks are open`);
      // Now and then an app is without any worker, while the other one polls on.
      await sleep(upTo(4000));
      await start(name);
      await sleep(upTo(3000));
    }
  };
  try {
    await Promise.all(names.map(start));
    say(`workers: ${names.join(', ')}`);
    const each = Math.floor(Number(values.tasks) / APPS.length);
    const submitted = Promise.all(sides.map((side) => side.submit(each, upTo))).finally(() => {
      submitting = false;
    });
    await Promise.all([submitted, strike()]);
    const reports = await Promise.all(sides.map((side) => side.report(readFileSync(ledger, 'utf8'))));
    for (const { lines } of reports) for (const line of lines) say(line);
    const bad = reports.reduce((sum, { wrong }) => sum + wrong, 0);
    say(
      `seed ${values.seed}: ${each * APPS.length} tasks, ${kills} kills, ${bad} refused, parked or run by the wrong app`,
    );
    return bad === 0;
  } finally {
    for (const worker of workers.values()) await worker.stop('SIGKILL');
    for (const side of sides) await side.close();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function openOf(sides: readonly Side[]): Promise<number> {
  const counts = await Promise.all(sides.map((side) => side.open()));
  return counts.reduce((sum, count) => sum + count, 0);
}

runTrial(main);
