import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { Client } from '@temporalio/client';
import type { Figure } from '../figures';
import { report } from '../report';
import { end, spawnScript, startServer } from '../server';
import { fill } from './fill';
import type { Measured } from './measured';
import { stuckContracts } from './types';

/** `check` against paging the bare list: `npm run bench:diagnose -- [--counts 66597,63090]`. */
async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options: { counts: { type: 'string', default: '2000,1900' } } });
  const counts = values.counts.split(',').map(Number);
  if (counts.length !== 2 || !counts.every((count) => Number.isInteger(count) && count > 0)) {
    throw new Error('--counts takes two whole numbers: --counts 66597,63090');
  }
  const folder = await mkdtemp(path.join(tmpdir(), 'holdfast-bench-'));
  const server = await startServer(folder);
  try {
    const rate = await fill(server.connection, counts);
    const { serverVersion } = await new Client({ connection: server.connection }).workflowService.getSystemInfo({});
    console.log(report(await compare(server.address, folder, counts, rate), serverVersion ?? 'unknown'));
  } finally {
    await server.connection.close();
    await end(server.process);
    await rm(folder, { recursive: true, force: true });
  }
}

async function compare(address: string, folder: string, counts: readonly number[], rate: number): Promise<Figure[]> {
  const floor = await measure('floor', address, folder);
  const check = await measure('check', address, folder);
  for (const [index, { type }] of stuckContracts.entries()) {
    if (check.counts[type] !== counts[index]) throw new Error(`The counts are not exact: ${JSON.stringify(check)}`);
    const [found, real] = [check.oldest[type], floor.oldest[type]];
    if (found !== real) throw new Error(`The oldest ${type} is of ${real}, but ${found} was found.`);
    console.log(`${type}: one group of ${check.counts[type]}, the oldest of ${found}, as a look at every row has it.`);
  }
  const of = `of ${counts.join(' + ')} stuck tasks`;
  const memory = { holdfast: check.peakMiB - check.loadedMiB, against: floor.peakMiB - floor.loadedMiB };
  return [
    { what: 'starts a second, nobody working on them', unit: '/s', holdfast: rate },
    { what: `check ${of}`, unit: 's', holdfast: check.seconds, against: floor.seconds, aim: { atMost: 1.3 } },
    { what: `requests to the server ${of}`, unit: '', holdfast: check.requests, against: floor.requests },
    { what: `memory that the work itself takes at its peak, ${of}`, unit: 'MiB', ...memory },
    { what: 'peak memory of the process', unit: 'MiB', holdfast: check.peakMiB, against: floor.peakMiB },
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
