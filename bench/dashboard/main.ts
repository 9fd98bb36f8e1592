import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { Client } from '@temporalio/client';
import { createLogger } from '../../src/logging';
import { installRuntime } from '../../src/worker/runtime';
import { openBrowser } from '../../test/support/browser';
import { report } from '../report';
import { end, freePort, spawnScript, startServer } from '../server';
import { fill, type Made } from './fill';
import { measureDashboard } from './measure';

const options = {
  tasks: { type: 'string', default: '100000' },
  'dead-letters': { type: 'string', default: '10000' },
  fingerprints: { type: 'string', default: '200' },
  minutes: { type: 'string', default: '25' },
  keep: { type: 'string' },
} as const;

/**
 * The dashboard with many tasks behind it: `npm run bench -- dashboard [--tasks N] [--dead-letters N] [--minutes N] [--keep
 * FOLDER]`. A folder keeps the tasks for the next run, which makes only what is missing.
 */
async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options });
  // Of the tasks that fail on purpose nothing is said.
  installRuntime(createLogger('error', 'bench'));
  const folder = values.keep ? path.resolve(values.keep) : await mkdtemp(path.join(tmpdir(), 'holdfast-bench-'));
  await mkdir(folder, { recursive: true });
  const server = await startServer(folder);
  const children = [server.process];
  const script = async (name: string, given: string[]) => {
    const child = spawnScript(name, given);
    children.push(child);
    for await (const data of child.stdout ?? []) if (String(data).includes('ready')) return;
    throw new Error(`${name} ended before it was ready.`);
  };
  try {
    const deadLetters = Number(values['dead-letters']);
    const amounts = {
      ended: Number(values.tasks) - deadLetters,
      deadLetters,
      fingerprints: Number(values.fingerprints),
    };
    const artifacts = path.join(folder, 'artifacts');
    const note = path.join(folder, 'made.json');
    const before = await readFile(note, 'utf8').then(
      (text) => JSON.parse(text) as Made,
      () => undefined,
    );
    const until = Date.now() + Number(values.minutes) * 60_000;
    const made = await fill(server.address, artifacts, { ...amounts, until }, before);
    await writeFile(note, JSON.stringify(made));
    const port = await freePort();
    await script('holdfast-app.ts', [server.address, String(port), artifacts, '30']);
    const url = `http://127.0.0.1:${port}`;
    const browser = await openBrowser();
    const figures = await measureDashboard(browser, url, () => submit(url)).finally(() => browser.close());
    const { serverVersion } = await new Client({ connection: server.connection }).workflowService.getSystemInfo({});
    console.log(
      `${made.ended} ended tasks and ${made.parked} dead letters in ${amounts.fingerprints} groups, ${Math.round(made.rate)} started a second.`,
    );
    console.log(report(figures, serverVersion ?? 'unknown'));
  } finally {
    await server.connection.close();
    for (const child of children.reverse()) await end(child);
    if (!values.keep) await rm(folder, { recursive: true, force: true });
  }
}

async function submit(url: string): Promise<void> {
  const body = JSON.stringify({ type: 'bench.ordinary', input: {} });
  await fetch(`${url}/v1/tasks`, { method: 'POST', body, headers: { 'Content-Type': 'application/json' } });
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
