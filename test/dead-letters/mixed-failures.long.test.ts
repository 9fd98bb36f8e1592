import type { DeadLetterStats } from '../../src/client/dead-letters/dead-letter-stats';
import type { TaskView } from '../../src/client/read/view';
import { TaskClient } from '../../src/client/task-client';
import { inParallel } from '../../src/parallel';
import { FAILURE_CLASSES, SEARCH_ATTRIBUTES } from '../../src/protocol/task';
import { REDRIVES } from '../../src/tasks/redrives';
import { TestApi } from '../support/api';
import { Harness, readLedger } from '../support/harness';
import { probeContracts } from '../support/probe-tasks';
import { startWorkerProcess } from '../support/processes/worker-process';
import { until } from '../support/until';
import { MIX, MIXED_POLICY, type MixedRow, PAGE } from './mixed-failures/mix';
import { Outside } from './mixed-failures/outside';
import { mixedContracts, mixedHandlers } from './mixed-failures/tasks';

/** Tasks that lose their worker: as many as its process runs at once. */
const KILLED = 5;
/** Longer than a busy machine takes for an answer: only what the mix keeps silent shall meet it. */
const TIME_LIMIT = 10;
/** Few enough at once for a busy machine to answer each in time. */
const AT_ONCE = 30;

let harness: Harness;
let outside: Outside;
let tasks: TaskClient;
let api: TestApi;

beforeAll(async () => {
  harness = await Harness.start();
  outside = await Outside.start();
  const { temporal: client, artifacts, folder } = harness;
  const contracts = [...mixedContracts, ...probeContracts];
  tasks = new TaskClient({ client, contracts, artifacts, deadline: 10 });
  api = await TestApi.start(harness, { tasks, contracts });
  const handlers = mixedHandlers(outside, folder);
  await harness.startWorkers({ contracts: mixedContracts, handlers, concurrency: AT_ONCE, cachedTasks: 400 });
});
afterAll(async () => {
  await api.close();
  await outside.close();
  await harness.close();
});

/** The tasks of each row, in the row's order. */
async function submitMix(): Promise<{ row: MixedRow; ids: string[] }[]> {
  return inParallel(MIX, 2, async (row) => {
    const { cause, type, attempts, end } = row;
    const submissions = Array.from({ length: row.tasks }, (_, index) => ({
      type,
      input: { cause, name: `${row.what} ${index}`, ...(end !== 'abandoned' && { failures: attempts - 1 }) },
      ...(cause === 'silent' && { policy: { timeout: TIME_LIMIT } }),
    }));
    const results = await tasks.submitAll(submissions);
    return { row, ids: results.map((result) => ('error' in result ? String(result.error) : result.task.id)) };
  });
}

/** Tasks whose worker process is killed while it runs them; another worker goes on. */
async function loseWorker(): Promise<TaskView[]> {
  const queue = 'killed';
  const [ledger, waitFor] = [harness.file(), harness.file()];
  const worker = await startWorkerProcess(harness, { queue });
  const submission = { type: 'test.probe', input: { ledger, waitFor }, policy: { queue } };
  const accepted = await Promise.all(Array.from({ length: KILLED }, () => tasks.submit(submission)));
  await until('all of them run', () => readLedger(ledger).begun.length === KILLED);
  await worker.stop('SIGKILL');
  await harness.touch(waitFor);
  await harness.startWorkers({ queues: [queue] });
  return Promise.all(accepted.map(({ task }) => tasks.wait(task.id, 60)));
}

/** What the search attributes of ended tasks say, by task. */
async function markedOutcomes(count: number): Promise<Map<string, { outcome: unknown; code: unknown }>> {
  const { failureOutcome, failureCode } = SEARCH_ATTRIBUTES;
  const query = `${failureOutcome} IS NOT NULL AND ExecutionStatus != 'Running'`;
  return until(`${count} outcomes are known`, async () => {
    const marked = new Map<string, { outcome: unknown; code: unknown }>();
    for await (const { workflowId, searchAttributes } of harness.temporal.workflow.list({ query })) {
      const [outcome] = searchAttributes[failureOutcome] ?? [];
      const [code] = searchAttributes[failureCode] ?? [];
      marked.set(workflowId, { outcome, code });
    }
    return marked.size >= count ? marked : undefined;
  });
}

/** How many of each there are. */
function tally(values: readonly string[]): Record<string, number> {
  return Object.fromEntries([...new Set(values)].map((one) => [one, values.filter((value) => value === one).length]));
}

const STATE = { retried: 'completed', redriven: 'completed', mended: 'completed', abandoned: 'failed' } as const;
/** The record cannot see that a person has removed the cause. */
const OUTCOME = { retried: 'retried', redriven: 'redriven', mended: 'redriven', abandoned: 'abandoned' } as const;
const sumOf = (rows: readonly MixedRow[]) => rows.reduce((sum, row) => sum + row.tasks, 0);
const FAILED = sumOf(MIX);
const MENDED = sumOf(MIX.filter(({ end }) => end === 'mended'));
const ABANDONED = sumOf(MIX.filter(({ end }) => end === 'abandoned'));

it('more than 80 % of a mixed load of failures recovers by itself; every task ends as the page says', async () => {
  const [load, survivors] = await Promise.all([submitMix(), loseWorker()]);
  const ended = new Map<string, TaskView>();
  for (const id of load.flatMap(({ ids }) => ids)) ended.set(id, await tasks.wait(id, 60));
  const marked = await markedOutcomes(FAILED);

  const found = load.map(({ row: { what, attempts: planned, end }, ids }) => ({
    what,
    ends: tally(
      ids.map((id) => {
        const [view, mark] = [ended.get(id), marked.get(id)];
        // On a busy machine a real failure may come to a planned one: what is retried takes one attempt more then.
        const attempts = end === 'retried' && view?.attempts === planned + 1 ? planned : view?.attempts;
        return `${view?.state} after ${attempts} attempts: ${mark?.code}, ${mark?.outcome}`;
      }),
    ),
  }));
  expect(found).toEqual(
    MIX.map(({ what, tasks: count, attempts, code, end }) => ({
      what,
      ends: { [`${STATE[end]} after ${attempts} attempts: ${code}, ${OUTCOME[end]}`]: count },
    })),
  );

  const recovered = [...marked.values()].filter(
    ({ outcome }) => outcome === 'retried' || outcome === 'redriven',
  ).length;
  const alone = recovered - MENDED;
  const percent = Math.round((alone / marked.size) * 1000) / 10;
  console.info(
    `recovered with nobody's help: ${alone} of ${marked.size} tasks that failed, ${percent} %; once mended: ${MENDED}; given up: ${ABANDONED}`,
  );
  expect(alone / marked.size).toBeGreaterThan(0.8);
  const sentences = PAGE.replaceAll(/\s+/g, ' ');
  expect(sentences).toContain(
    `Of ${marked.size} tasks that failed at least once, ${alone} recovered with nobody's help: ${percent} %. For ${MENDED} more a person`,
  );
  expect(sentences).toContain(`${ABANDONED} were given up`);

  for (const survivor of survivors) {
    expect(survivor).toMatchObject({ state: 'completed', attempts: 2, failures: [{ attempt: 1, lost: true }] });
  }
  const stats = await until('the statistics know all of them', async () => {
    const { body } = await api.get('/v1/dead-letters/stats?hours=1');
    return body.failures >= FAILED ? (body as DeadLetterStats) : undefined;
  });
  expect(stats).toMatchObject({
    ...{ failures: FAILED, recovered, recoveredByHand: 0, abandoned: ABANDONED, cancelled: 0, pending: 0 },
    recoveryRate: recovered / marked.size,
  });
}, 300_000);

it.each(FAILURE_CLASSES)('the load has as many redrives for failures of class %s as tasks have by default', (name) => {
  expect(MIXED_POLICY.redrives[name]).toHaveLength(REDRIVES[name].length);
});
