import type { Handler } from '../../../src/activities/attempt/handler';
import { createAlertActivities } from '../../../src/activities/monitor/alerts';
import { createContracts, createHandlers } from '../../../src/catalogue';
import { type AllowedCommands, allowedCommandsSchema } from '../../../src/catalogue/command-run/allowed-command';
import { imageConvert } from '../../../src/catalogue/image-convert/contract';
import type { TaskClient } from '../../../src/client/task-client';
import { readConfig } from '../../../src/config';
import { createLogger } from '../../../src/logging';
import { createAlertSinks } from '../../../src/monitor/alerts/sinks';
import { Harness } from '../../support/harness';
import { letterHandler, letterSend, sendLetters } from '../../support/letters';
import { runMonitor } from '../../support/monitor';
import { tasksOf } from '../../support/tasks-of';

const HOUR = 3600;

/** Node itself is the one program that every machine of these tests has. */
function program(script: string, idempotent: boolean) {
  return { program: process.execPath, args: ['-e', script.replace(/[()]/g, '\\$&')], idempotent };
}
const FAIL = 'process.exit(1)';
const STAY = 'setInterval(Date, 1000)';

const COMMANDS: AllowedCommands = allowedCommandsSchema.parse({
  sync: program(FAIL, true),
  backup: program(STAY, true),
  invoice: program(STAY, false),
});

/**
 * The tasks that docs/recipes/temporal-cli.md describes, on a server of their own. All have keys, so that their IDs
 * are the same on every machine.
 */
export async function startCast(): Promise<{ harness: Harness; close: () => Promise<void> }> {
  const harness = await Harness.start();
  const contracts = [...createContracts({ commands: COMMANDS }), letterSend];
  const { handlers: own, close } = createHandlers({ commands: COMMANDS, maxPixels: 1e6 });
  const handlers = { ...own, [letterSend.type]: letterHandler() as unknown as Handler };
  const tasks = tasksOf(harness, contracts);

  const image = async (key: string, more: object = {}, input: object = imageConvert.example) => {
    const { task } = await tasks.submit({ type: imageConvert.type, input, key, tenant: 'acme', ...more });
    return task.id;
  };
  const command = async (name: string, key: string, more: object = {}) => {
    const input = { command: name, args: ['-e', name === 'sync' ? FAIL : STAY] };
    const { task } = await tasks.submit({ type: 'command.run', input, key, tenant: 'acme', ...more });
    return task.id;
  };

  const stop = await harness.startWorkers({ contracts, handlers, shutdownGrace: 0 });
  const invoice = await command('invoice', 'invoice-77');
  await harness.reaches(invoice, 'running');
  // Work that must not run twice, handed over by its worker: its outcome is unknown.
  await stop();
  await harness.startWorkers({ contracts, handlers, shutdownGrace: 0 });
  await harness.reaches(invoice, 'dead-lettered');

  const stopMonitor = await startMonitor(harness, tasks);
  const letters = await sendLetters(tasks);
  await harness.reaches(await image('order-4711', { tags: ['nightly'] }), 'completed');
  await harness.reaches(await image('order-4712', {}, { image: { base64: 'bm90IGFuIGltYWdl' } }), 'failed');
  await image('order-4713', { runAt: new Date(Date.now() + 24 * HOUR * 1000) });
  const policy = { firstDelay: HOUR, cap: HOUR };
  for (const [place, tags] of [
    ['eu', ['eu']],
    ['us', []],
  ] as const) {
    await harness.reaches(await command('backup', `backup-${place}`, { tags }), 'running');
    await harness.reaches(await command('sync', `sync-${place}`, { tags, policy }), 'retrying');
  }
  for (const letter of letters) await harness.reaches(letter, 'dead-lettered');
  return { harness, close: () => stopMonitor().finally(() => harness.close().finally(close)) };
}

/** One pass a quarter of an hour, as by default, and a log for alerts that nobody reads. */
async function startMonitor(harness: Harness, tasks: TaskClient): Promise<() => Promise<void>> {
  const logger = createLogger('silent', 'test');
  const sinks = createAlertSinks(readConfig({}), logger);
  const limits = { deadLetters: 50, duplicateRate: 5, failureFactor: 3 };
  const activities = createAlertActivities({ tasks, types: [], sinks, limits, logger });
  return runMonitor(harness, { interval: 900, activities });
}
