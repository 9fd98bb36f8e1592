import { existsSync, readFileSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Handler } from '../../src/activities/attempt/handler';
import type { TaskClient } from '../../src/client/task-client';
import { type Contract, defineContract } from '../../src/tasks/contract';
import { Harness } from '../support/harness';
import { tasksOf } from '../support/tasks-of';
import { until } from '../support/until';

const PAGES = 5;

const pages = defineContract({
  type: 'test.pages',
  summary: 'Writes five pages.',
  category: 'default',
  input: z.strictObject({ ledger: z.string() }),
  output: z.object({ attempt: z.int() }),
  policy: { heartbeatTimeout: 3 },
  example: { ledger: '/tmp/ledger' },
});

/** Goes on after the page of the last checkpoint. A page takes longer than the time between two looks; the second one waits for the test. */
const writePages: Handler<typeof pages> = async ({ ledger }, context) => {
  for (let page = Number(context.resumeFrom ?? 0) + 1; page <= PAGES; page++) {
    await context.betweenItems();
    await appendFile(ledger, `${page}\n`);
    while (page === 2 && !existsSync(`${ledger}.go`) && !context.signal.aborted) await sleep(20);
    await sleep(1100);
    context.checkpoint(page);
    context.progress((100 * page) / PAGES, `page ${page}`);
  }
  return { attempt: context.attempt };
};

let harness: Harness;
let tasks: TaskClient;

beforeAll(async () => {
  harness = await Harness.start();
  const contracts: Contract[] = [pages];
  tasks = tasksOf(harness, contracts);
  await harness.startWorkers({ contracts, handlers: { [pages.type]: writePages as unknown as Handler } });
});
afterAll(() => harness.close());

async function begun() {
  const ledger = harness.file();
  await appendFile(ledger, '');
  const { task } = await tasks.submit({ type: pages.type, input: { ledger } });
  const written = () => readFileSync(ledger, 'utf8').split('\n').filter(Boolean).map(Number);
  await until('page 2 is being written', () => written().includes(2));
  return { id: task.id, ledger, written };
}

/** Paused while page 2 is being written, which ends after that. */
async function paused() {
  const { id, ledger, written } = await begun();
  await tasks.act(id, 'pause');
  await until('the pause is known', async () => (await tasks.read(id)).pauseRequested);
  await harness.touch(`${ledger}.go`);
  await harness.reaches(id, 'paused');
  expect(written()).toEqual([1, 2]);
  return { id, written };
}

test('a task of 5 pages paused during page 2 ends page 2, waits, and writes 3 to 5 once each when resumed', async () => {
  const { id, written } = await paused();
  await tasks.act(id, 'resume');
  const { state, result, failures } = await tasks.wait(id, 60);
  expect({ state, result, failures }).toEqual({ state: 'completed', result: { attempt: 1 }, failures: [] });
  expect(written()).toEqual([1, 2, 3, 4, 5]);
});

test('a task that is cancelled while it is paused between two pages writes no further one', async () => {
  const { id, written } = await paused();
  await tasks.act(id, 'cancel');
  await harness.reaches(id, 'cancelled');
  expect(written()).toEqual([1, 2]);
});

test('a task that is cancelled during a page ends before the next one', async () => {
  const { id, written } = await begun();
  await tasks.act(id, 'cancel');
  await harness.reaches(id, 'cancelled');
  expect(written()).toEqual([1, 2]);
});
