import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { Client } from '@temporalio/client';
import { type Figure, median, ofRounds } from '../figures';
import { report } from '../report';
import { end, spawnScript, startServer } from '../server';
import { fill } from './fill';
import type { Measured } from './measured';
import { stuckContracts } from './types';

/** `check` against paging the bare list: `npm run bench:diagnose -- [--counts 66597,63090] [--rounds 3]`. */
async function main(args: string[]): Promise<void> {
  const options = {
    counts: { type: 'string', default: '2000,1900' },
    rounds: { type: 'string', default: '3' },
  } as const;
  const { values } = parseArgs({ args, options });
  const counts = values.counts.split(',').map(Number);
  if (counts.length !== 2 || !counts.every((count) => Number.isInteger(count) && count > 0)) {
    throw new Error('--counts takes two whole numbers: --counts 66597,63090');
  }
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error('--rounds takes a whole number from 1 on');
  const folder = await mkdtemp(path.join(tmpdir(), 'holdfast-bench-'));
  const server = await startServer(folder);
  try {
    const rate = await fill(server.connection, counts);
    const { serverVersion } = await new Client({ connection: server.connection }).workflowService.getSystemInfo({});
    console.log(report(await compare(server.address, folder, { counts, rounds, rate }), serverVersion ?? 'unknown'));
  } finally {
    await server.connection.close();
    await end(server.process);
    await rm(folder, { recursive: true, force: true });
  }
}

interface Run {
  counts: readonly number[];
  rounds: number;
  /** Starts a second. */
  rate: number;
}

/** Floor and check in turns; the figures are medians of the rounds. */
async function compare(address: string, folder: string, { counts, rounds, rate }: Run): Promise<Figure[]> {
  const floors: Measured[] = [];
  const checks: Measured[] = [];
  for (let round = 0; round < rounds; round++) {
    floors.push(await measure('floor', address, folder));
    checks.push(await measure('check', address, folder));
  }
  const [floor, check] = [floors[0], checks[0]] as [Measured, Measured];
  for (const [index, { type }] of stuckContracts.entries()) {
    if (check.counts[type] !== counts[index]) throw new Error(`The counts are not exact: ${JSON.stringify(check)}`);
    const [found, real] = [check.oldest[type], floor.oldest[type]];
    if (found !== real) throw new Error(`The oldest ${type} is of ${real}, but ${found} was found.`);
    console.log(`${type}: one group of ${check.counts[type]}, the oldest of ${found}, as a look at every row has it.`);
  }
  const of = `of ${counts.join(' + ')} stuck tasks`;
  const both = (value: (one: Measured) => number) => ({
    ...ofRounds(checks.map(value)),
    against: median(floors.map(value)),
  });
  return [
    { what: 'starts a second, nobody working on them', unit: '/s', holdfast: rate },
    { what: `check ${of}`, unit: 's', ...both(({ seconds }) => seconds), aim: { atMost: 1.3 } },
    { what: `requests to the server ${of}`, unit: '', ...both(({ requests }) => requests) },
    {
      what: `memory that the work itself takes at its peak, ${of}`,
      unit: 'MiB',
      ...both((one) => one.peakMiB - one.loadedMiB),
    },
    { what: 'peak memory of the process', unit: 'MiB', ...both(({ peakMiB }) => peakMiB) },
  ];
}

async function measure(side: 'check' | 'floor', address: string, folder: string): Promise<Measured> {
  console.error(`Measuring ${side}…`);
  const child = spawnScript(path.join('diagnose', 'measured.ts'), [side, address, path.join(folder, 'artifacts')]);
  let text = '';
  for await (const data of child.stdout ?? []) text += String(data);
  if (!text) throw new Error(`The process of ${side} ended without an answer.`);
  return JSON.parse(text) as Measured;
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
