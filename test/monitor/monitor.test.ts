import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { WorkflowHandleWithFirstExecutionRunId } from '@temporalio/client';
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { NativeConnection, Worker } from '@temporalio/worker';
import { LocalArtifactStore } from '../../src/artifacts/local/local-store';
import { ensureSchedule } from '../../src/monitor/schedule';
import { MONITOR_ID } from '../../src/protocol/monitor';
import { SEARCH_ATTRIBUTES } from '../../src/protocol/task';
import { TestApi } from '../support/api';
import { Harness } from '../support/harness';
import { monitorStatus, runMonitor, untilReport } from '../support/monitor';
import { until } from '../support/until';

const OUT_OF_TIME = 'The workflow code did not answer in time';

let harness: Harness;
let broken: WorkflowHandleWithFirstExecutionRunId;
const stops: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  harness = await Harness.start();
  broken = await startBrokenTask();
  // Its cleaning fails, since it finds a file in the place of the store.
  await writeFile(path.join(harness.folder, 'no-store'), '');
  const artifacts = new LocalArtifactStore(path.join(harness.folder, 'no-store'));
  stops.push(...(await Promise.all([runMonitor(harness, { artifacts }), runMonitor(harness, { artifacts })])));
});

/** A task whose worker's workflow code is broken. The server marks it after five failures, each as long as its time-out. */
async function startBrokenTask(): Promise<WorkflowHandleWithFirstExecutionRunId> {
  const connection = await NativeConnection.connect({ address: harness.server.address });
  const workflowsPath = path.join(__dirname, '..', 'fixtures', 'broken-workflow.ts');
  const worker = await Worker.create({ connection, namespace: harness.namespace, taskQueue: 'broken', workflowsPath });
  const running = worker.run();
  stops.push(async () => {
    worker.shutdown();
    await running;
    await connection.close();
  });
  const category = defineSearchAttributeKey(SEARCH_ATTRIBUTES.category, SearchAttributeType.KEYWORD);
  return harness.temporal.workflow.start('test.probe', {
    workflowId: 'test.probe:broken',
    taskQueue: 'broken',
    workflowTaskTimeout: '2 s',
    typedSearchAttributes: [{ key: category, value: 'default' }],
  });
}

afterAll(async () => {
  for (const stop of stops.reverse()) await stop();
  await harness.close();
});

const describeSchedule = () => harness.temporal.schedule.getHandle(MONITOR_ID).describe();

describe('the schedule of the monitor', () => {
  it('is one, however many monitors there are, and starts passes that do not overlap', async () => {
    await untilReport(harness, 'anything');
    const schedules = [];
    for await (const { scheduleId } of harness.temporal.schedule.list()) schedules.push(scheduleId);
    expect(schedules.filter((id) => id === MONITOR_ID)).toHaveLength(1);
    const { policies, action } = await describeSchedule();
    expect([policies.overlap, action]).toEqual(['SKIP', expect.objectContaining({ workflowType: 'monitor' })]);
  });

  it('follows a changed interval, and stays paused when somebody has paused it', async () => {
    const schedule = harness.temporal.schedule.getHandle(MONITOR_ID);
    await schedule.pause('maintenance');
    await ensureSchedule(harness.temporal, 7);
    const { spec, state } = await describeSchedule();
    expect([spec.intervals?.[0]?.every, state]).toEqual([
      7000,
      expect.objectContaining({ paused: true, note: 'maintenance' }),
    ]);
    expect(await monitorStatus(harness)).toMatchObject({ paused: true, interval: 7 });
  });

  it('starts the first pass at once, long before the interval is over', async () => {
    const schedule = harness.temporal.schedule.getHandle(MONITOR_ID);
    await schedule.pause();
    // The ID of a pass is exact to the second, and two that are equal cannot run at once.
    await until('no pass runs', async () => !(await monitorStatus(harness)).runningSince);
    await schedule.delete();
    await until('the schedule is gone', async () => (await monitorStatus(harness)).interval === undefined);
    expect((await monitorStatus(harness)).overdue).toBe(true);
    await ensureSchedule(harness.temporal, 3600);
    await untilReport(harness, 'anything');
    const { interval, overdue, nextPassAt } = await monitorStatus(harness);
    expect({ interval, overdue }).toEqual({ interval: 3600, overdue: false });
    expect(Date.parse(nextPassAt ?? '')).toBeGreaterThan(Date.now());
    await ensureSchedule(harness.temporal, 2);
  });
});

describe('a pass of the monitor', () => {
  it('sees to its other concerns when one fails, and lists the one that does', async () => {
    const { errors, unserved } = await untilReport(harness, 'an error', (report) => report.errors.length > 0);
    expect(errors).toEqual([{ concern: 'cleanUp', message: expect.stringContaining('ENOTDIR') }]);
    expect(unserved).toEqual([]);
  });

  it('names queues with work and without a worker, also those that no policy of the catalogue names', async () => {
    await harness.tasks.submit({ type: 'test.probe', input: {}, policy: { queue: 'deserted' } });
    await harness.tasks.submit({ type: 'test.probe', input: {} });
    const { unserved } = await untilReport(harness, 'both queues', (report) => report.unserved.length === 2);
    expect(unserved).toContainEqual(expect.objectContaining({ queue: 'deserted', openTasks: 1, backlog: 1 }));
    expect(unserved).toContainEqual(expect.objectContaining({ queue: 'default', openTasks: 1 }));

    stops.push(await harness.startWorkers());
    await untilReport(harness, 'only the other one', (report) =>
      report.unserved.every(({ queue }) => queue === 'deserted'),
    );
  });

  it('names tasks whose workflow code fails again and again, with the error', async () => {
    // On a slow machine some of its attempts end by the time limit before they fail.
    const named = await untilReport(
      harness,
      'its error',
      ({ workflowTaskFailures: [first] }) => first !== undefined && first.error !== OUT_OF_TIME,
    );
    expect(named.counts.workflowTaskFailures).toBe(1);
    expect(named.workflowTaskFailures).toEqual([
      expect.objectContaining({
        taskId: broken.workflowId,
        runId: broken.firstExecutionRunId,
        type: 'test.probe',
        queue: 'broken',
        error: 'this deploy is broken',
      }),
    ]);
  });
});

it('the last pass is there for any caller of the API', async () => {
  const api = await TestApi.start(harness);
  try {
    const { lastPass } = await monitorStatus(harness);
    const { status, body } = await api.get('/v1/monitor');
    expect([status, body.overdue, body.paused, body.interval]).toEqual([200, false, false, 2]);
    expect(Date.parse(body.lastPass.endedAt)).toBeGreaterThanOrEqual(Date.parse(lastPass?.endedAt ?? ''));
    expect(Object.keys(body.lastPass.report)).toEqual(Object.keys(lastPass?.report ?? {}));
  } finally {
    await api.close();
  }
});

it('a pass that began while no monitor ran is taken up by the next one', async () => {
  for (const stop of stops.splice(0)) await stop();
  await until('a pass has started that nobody works on', async () => (await monitorStatus(harness)).runningSince);
  const before = (await monitorStatus(harness)).lastPass?.runId;
  stops.push(await runMonitor(harness));
  await until('a pass has ended', async () => (await monitorStatus(harness)).lastPass?.runId !== before);
});
