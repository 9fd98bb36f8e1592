import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { Client, type Connection } from '@temporalio/client';
import { openBrowser } from '../../test/support/browser';
import { report } from '../report';
import { end, freePort, spawnScript, startServer } from '../server';
import { fill } from './fill';
import { measureDashboard } from './measure';

const options = {
  tasks: { type: 'string', default: '100000' },
  'dead-letters': { type: 'string', default: '10000' },
  fingerprints: { type: 'string', default: '200' },
  minutes: { type: 'string', default: '15' },
} as const;

/** The dashboard with many tasks behind it: `npm run bench -- dashboard [--tasks N] [--dead-letters N] [--minutes N]`. */
async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options });
  const folder = await mkdtemp(path.join(tmpdir(), 'holdfast-bench-'));
  const server = await startServer(folder);
  const children = [server.process];
  const script = async (name: string, given: string[]) => {
    const child = spawnScript(name, given);
    children.push(child);
    for await (const data of child.stdout ?? []) if (String(data).includes('ready')) return;
    throw new Error(`${name} ended before it was ready.`);
  };
  try {
    await script('dashboard/many-worker.ts', [server.address]);
    const deadLetters = Number(values['dead-letters']);
    const amounts = {
      ended: Number(values.tasks) - deadLetters,
      deadLetters,
      fingerprints: Number(values.fingerprints),
    };
    const artifacts = path.join(folder, 'artifacts');
    const made = await fill(server.connection, artifacts, {
      ...amounts,
      until: Date.now() + Number(values.minutes) * 60_000,
    });
    await ended(server.connection);
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
    await rm(folder, { recursive: true, force: true });
  }
}

/** Waits until nothing of the queue `many` is open, for a minute at most: a busy machine ends them slower than it starts them. */
async function ended(connection: Connection): Promise<void> {
  const client = new Client({ connection });
  for (const until = Date.now() + 60_000; Date.now() < until; ) {
    const { count } = await client.workflow.count("TaskQueue = 'many' AND ExecutionStatus = 'Running'");
    if (count === 0) return;
    console.error(`${count} are yet to end`);
    await new Promise((resolve) => setTimeout(resolve, 3000));
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
