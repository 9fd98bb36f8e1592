import { tmpdir } from 'node:os';
import path from 'node:path';
import type { temporal } from '@temporalio/proto';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { Runtime } from '@temporalio/worker';
import { LocalArtifactStore } from '../../src/artifacts/local/local-store';
import { prepare } from '../../src/client/submit/prepare';
import { startOptions } from '../../src/client/submit/start-request';
import { SEARCH_ATTRIBUTE_TYPES } from '../../src/client/temporal/search-attributes';
import { findTestServer } from '../../src/embedded/find-temporal';
import { createLogger } from '../../src/logging';
import { type Contract, defineContract } from '../../src/tasks/contract';
import type { FailureCodeName } from '../../src/tasks/failures';
import { type RunningWorkers, startWorkers } from '../../src/worker/start';
import '../support/runtime';
import { BUNDLE } from '../support/bundle';
import { probeContracts, probeHandlers } from '../support/probe-tasks';
import { until } from '../support/until';

/** Numbers of Temporal's `IndexedValueType`. */
const INDEXED_VALUE_TYPE = { Keyword: 2, KeywordList: 7 };
const MINUTE = 60;
const HOUR = 3600;

/** The category's own redrives, on a server that lets hours pass in a moment. */
const [probe] = probeContracts as [Contract];
const contract = defineContract({
  ...probe,
  type: 'test.redriven',
  policy: { attempts: 1, firstDelay: 1, cap: 1 },
});

const artifacts = new LocalArtifactStore(path.join(tmpdir(), 'holdfast-never-written'));

let environment: TestWorkflowEnvironment;
let workers: RunningWorkers;

// A server for each case: after a leap of hours the test server has lost the polls of its workers.
beforeEach(async () => {
  const toolsFolder = path.join(__dirname, '..', '..', '.holdfast', 'tools');
  const executable = { type: 'existing-path', path: await findTestServer({ toolsFolder, log: () => {} }) } as const;
  environment = await TestWorkflowEnvironment.createTimeSkipping({ server: { executable } });
  const searchAttributes = Object.fromEntries(
    Object.entries(SEARCH_ATTRIBUTE_TYPES).map(([name, type]) => [name, INDEXED_VALUE_TYPE[type]]),
  );
  await environment.connection.operatorService.addSearchAttributes({ namespace: 'default', searchAttributes });
  workers = await startWorkers({
    connection: environment.nativeConnection,
    namespace: 'default',
    contracts: [contract],
    handlers: { [contract.type]: probeHandlers['test.probe'] as (typeof probeHandlers)[string] },
    artifacts,
    logger: createLogger('silent', 'test'),
    queues: ['default'],
    concurrency: 20,
    cachedTasks: 100,
    shutdownGrace: 1,
    shutdownForce: 1,
    bundlePath: BUNDLE,
  });
});
afterEach(async () => {
  await workers.shutdown();
  await environment.teardown();
});
afterAll(() => Runtime.instance().shutdown());

type Events = temporal.api.history.v1.IHistoryEvent[];

/** Lets the task fail for as long as it is run, and reads from its history when that was. */
async function livesOf(code: FailureCodeName): Promise<{ waits: number[]; error: unknown }> {
  const input = { failures: 99, code };
  const { taskId, start, memo, tags } = await prepare({ type: contract.type, input }, contract, {}, artifacts);
  const options = startOptions({ taskId, start, memo, tags }, { kind: 'first' }, false);
  const handle = await environment.client.workflow.start(contract.type, options);
  const error: unknown = await handle.result().catch((thrown: Error) => thrown.cause);
  const { events } = await handle.fetchHistory();
  return { waits: waitsOf(events ?? []), error };
}

/** Seconds from each end of a round to the begin of the next. */
function waitsOf(events: Events): number[] {
  const seconds = ({ eventTime }: Events[number]) => Number(eventTime?.seconds) + (eventTime?.nanos ?? 0) / 1e9;
  const begins = events.filter((event) => event.activityTaskScheduledEventAttributes).map(seconds);
  const ends = events.filter((event) => event.activityTaskFailedEventAttributes).map(seconds);
  return begins.slice(1).map((begin, index) => begin - (ends[index] ?? 0));
}

it.each<[FailureCodeName, number[], string]>([
  ['TRANSIENT_NETWORK', [5, 20, 80, 320, 384].map((minutes) => minutes * MINUTE), 'Exceeded max retries (5)'],
  ['EXTERNAL_API_ERROR', [1, 3, 9].map((hours) => hours * HOUR), 'Exceeded max retries (3)'],
  ['CONFIG_MISSING_SETTING', [2 * HOUR], 'Exceeded max retries (1)'],
  ['PERMANENT_VALIDATION', [], 'Failures of class permanent are not redriven'],
  ['UNKNOWN', [HOUR], 'Exceeded max retries (1)'],
])('a task that fails with %s is redriven at the times of its class, then given up', async (code, delays, because) => {
  const { waits, error } = await livesOf(code);
  expect(waits).toHaveLength(delays.length);
  // A moment of work between the failure and the timer, and no more.
  for (const [index, wait] of waits.entries()) {
    expect(wait - (delays[index] ?? 0)).toBeGreaterThan(-0.01);
    expect(wait - (delays[index] ?? 0)).toBeLessThan(5);
  }
  expect(error).toMatchObject({ type: code, details: [{ abandoned: true, abandonedBecause: because }] });
});

it('a task that an operator runs again in 60 seconds does so then, hours before its time', async () => {
  const input = { failures: 1, code: 'EXTERNAL_API_ERROR' };
  const { taskId, start, memo, tags } = await prepare({ type: contract.type, input }, contract, {}, artifacts);
  const options = startOptions({ taskId, start, memo, tags }, { kind: 'first' }, false);
  const handle = await environment.client.workflow.start(contract.type, options);
  const parked = await until('it is parked', async () => {
    const { events } = await handle.fetchHistory();
    const [timer] = (events ?? []).filter((event) => event.timerStartedEventAttributes);
    return timer?.timerStartedEventAttributes?.startToFireTimeout;
  });
  expect(Number(parked.seconds)).toBe(HOUR);
  const at = new Date((await environment.currentTimeMs()) + 60_000);
  await handle.signal('retry', { at: at.toISOString(), by: 'ann' });
  expect(await handle.result()).toMatchObject({ output: { value: null, attempt: 2 } });
  const { events = [] } = await handle.fetchHistory();
  const begins = (events as Events).filter((event) => event.activityTaskScheduledEventAttributes);
  const { seconds, nanos } = begins[1]?.eventTime ?? {};
  const late = Number(seconds) * 1000 + (nanos ?? 0) / 1e6 - at.getTime();
  expect(late).toBeGreaterThan(-10);
  expect(late).toBeLessThan(5000);
  // It was over when it was obeyed: nothing can be said to it any more.
  await expect(handle.signal('retry', { at: at.toISOString() })).rejects.toMatchObject({
    name: 'WorkflowNotFoundError',
  });
});
