import type { Command } from 'commander';
import { versionOf } from '../../version';
import { headed } from '../head';
import { durationText } from '../output/times';
import type { Runner } from '../runner';
import type { Session } from '../session';

export function addWorkers(program: Command, runner: Runner): void {
  headed(runner.common(program.command('workers')), {
    summary: 'who works, on what, and which types each serves',
    description: 'Lists the workers that poll the queues of the catalogue, with their running tasks.',
    examples: ['holdfast workers --json | jq .workers[].identity'],
  }).action(runner.run<[], object>('listing workers', workers));
}

async function workers({ tasks, out, times }: Session): Promise<undefined> {
  const fleet = await tasks.fleet();
  const { partial, scanned } = fleet;
  const known = fleet.workers.map((worker) => ({ ...worker, version: versionOf(worker.identity) ?? null }));
  if (out.asJson) {
    out.json({ ...fleet, workers: known });
    return undefined;
  }
  if (known.length === 0) out.line('No worker polls a queue of the catalogue. Start one: npm run worker');
  for (const { identity, version, queues, lastSeenAt, startedAt, types, typesToldBy, running, places } of known) {
    out.line(out.colours.bold(identity));
    const started = startedAt ? `, started ${times.of(startedAt)}` : '';
    out.line(`  version ${version ?? 'unknown'}${started}, last seen ${times.of(lastSeenAt)}`);
    out.line(`  queues: ${queues.join(', ')}`);
    const derived = typesToldBy === 'catalogue' ? ' (by their queues: it has not reported them)' : '';
    out.line(`  types: ${types.join(', ') || 'none'}${derived}`);
    if (places)
      out.line(`  attempts: ${places.busy} running, ${places.free} free places, as it said ${times.of(places.at)}`);
    for (const { id, type, queue, startedAt: since } of running) {
      const age = since ? durationText((Date.now() - Date.parse(since)) / 1000) : 'unknown';
      out.line(`  running: ${id} (${type}, queue ${queue}) for ${age}`);
    }
  }
  if (partial) out.note(`Looked at ${scanned} open tasks; more may be running than are named here.`);
  return undefined;
}
