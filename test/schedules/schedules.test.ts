import { randomUUID } from 'node:crypto';
import type { Triggered } from '../../src/client/schedules/schedule-trigger';
import type { ScheduleView } from '../../src/client/schedules/schedule-view';
import type { TaskClient } from '../../src/client/task-client';
import type { ScheduleOrder } from '../../src/tasks/schedule-definition';
import { Harness, readLedger } from '../support/harness';
import { probeContracts } from '../support/probe-tasks';
import { tasksOf } from '../support/tasks-of';
import { until } from '../support/until';

const HOUR = 3600;

let harness: Harness;
let stopWorkers: () => Promise<void>;

beforeAll(async () => {
  harness = await Harness.start({ onDisk: true });
  stopWorkers = await harness.startWorkers();
});
afterAll(() => harness.close());

/** A schedule of probes; the clock starts it once a year unless the test says otherwise. */
async function schedule(more: Partial<ScheduleOrder> = {}): Promise<ScheduleView> {
  const order = { id: `s-${randomUUID()}`, type: 'test.probe', every: 365 * 24 * HOUR, input: {}, ...more };
  if (more.cron !== undefined) delete (order as { every?: number }).every;
  return (await harness.tasks.schedules.create(order)).schedule;
}

const read = (id: string) => harness.tasks.schedules.read(id);

/** Every run that a schedule ever made, of whatever task. */
async function runsOf(id: string): Promise<{ taskId: string; runId: string; at: string }[]> {
  const runs = [];
  for await (const run of harness.temporal.workflow.list({ query: `TaskTags = 'schedule:${id}'` })) {
    runs.push({ taskId: run.workflowId, runId: run.runId, at: run.workflowId.slice(-'2030-01-31T08:00:00Z'.length) });
  }
  return runs.sort((a, b) => a.at.localeCompare(b.at));
}

/** Lists lag by a moment. */
async function untilRuns(id: string, count: number) {
  return until(`${id} has ${count} runs`, async () => {
    const runs = await runsOf(id);
    return runs.length >= count ? runs : undefined;
  });
}

async function untilCounts(id: string, name: keyof ScheduleView['counts'], least: number): Promise<ScheduleView> {
  return until(`${id} counts ${least} ${name}`, async () => {
    const view = await read(id);
    return view.counts[name] >= least ? view : undefined;
  });
}

/** The first run that the clock starts of a new schedule, which fires no more. */
async function firstRun(more: Partial<ScheduleOrder>): Promise<{ id: string; taskId: string; at: string }> {
  const { id } = await schedule({ every: 2, ...more });
  const { lastRuns } = await untilCounts(id, 'started', 1);
  await harness.tasks.schedules.delete(id);
  const { taskId = '', scheduledFor = '' } = lastRuns.at(-1) ?? {};
  return { id, taskId, at: scheduledFor.replace('.000', '') };
}

describe('fires', () => {
  it('makes exactly one task of every fire time, also while workers come and go', async () => {
    const ledger = harness.file();
    // Without the fire time in its key, this type would run once in its window of an hour.
    const { id } = await schedule({
      type: 'test.by-input',
      every: 2,
      input: { ledger },
      overlap: 'allow-all',
      catchUpWindow: HOUR,
    });
    await untilCounts(id, 'started', 3);
    await stopWorkers();
    await harness.startWorkers();
    const { lastRuns } = await untilCounts(id, 'started', 7);
    for (const { taskId } of lastRuns) await harness.reaches(taskId, 'completed');
    expect((await read(id)).lastRuns.slice(-3)).toMatchObject(Array(3).fill({ state: 'completed' }));
    await harness.tasks.schedules.delete(id);
    for (const { taskId } of await runsOf(id)) await harness.reaches(taskId, 'completed');
    const runs = await runsOf(id);
    const times = runs.map(({ at }) => Date.parse(at));
    expect(times.map((time) => time - (times[0] ?? 0))).toEqual(times.map((_, index) => index * 2000));
    const { begun, done } = readLedger(ledger);
    expect(done).toBe(runs.length);
    expect(new Set(begun.map(({ effectKey }) => effectKey)).size).toBe(runs.length);
  });

  it('shows a run as the task that it is: key, times, tag', async () => {
    const { id, taskId, at } = await firstRun({ tenant: 'acme', tags: ['nightly'], priority: 1 });
    const task = await harness.reaches(taskId, 'completed');
    expect(task).toMatchObject({ id: `test.probe:${id}-${at}`, key: `${id}@${at}`, scheduledFor: at, tenant: 'acme' });
    expect(task).toMatchObject({ priority: 1, tags: ['nightly', `schedule:${id}`] });
    expect(Date.now() - Date.parse(task.createdAt)).toBeLessThan(60_000);
    await until('the list has it', async () => {
      const { tasks } = await harness.tasks.list({ filter: { tag: `schedule:${id}` } });
      return tasks.some((one) => one.id === taskId && one.key === task.key);
    });
  });

  it('lets a run be redriven, which keeps its key, generation and effect key', async () => {
    const ledger = harness.file();
    const input = { ledger, failures: 1, code: 'PERMANENT_LOGIC' as const };
    const { taskId } = await firstRun({ input });
    const failed = await harness.reaches(taskId, 'failed');
    await harness.tasks.act(taskId, 'retry', { by: 'ada', input: { ledger } });
    const healed = await harness.reaches(taskId, 'completed');
    const { key, createdAt, generation } = failed;
    expect(healed).toMatchObject({ key, createdAt, generation });
    expect(new Set(readLedger(ledger).begun.map(({ effectKey }) => effectKey)).size).toBe(1);
    expect(await harness.tasks.timeline(taskId)).not.toEqual([]);
  });

  it('keeps the key of a run that was continued as new after its wait for a worker', async () => {
    const { id, taskId, at } = await firstRun({ policy: { maxQueueTime: 60 } });
    const task = await harness.reaches(taskId, 'completed');
    expect(task).toMatchObject({ key: `${id}@${at}`, attempts: 1 });
    expect(task.createdAt).toBe(task.scheduledFor);
  });

  it('drops fires while a run is open, and counts them', async () => {
    const waitFor = harness.file();
    const { id } = await schedule({ every: 2, input: { waitFor } });
    const { lastRuns } = await untilCounts(id, 'skippedOverlap', 2);
    expect(lastRuns).toHaveLength(1);
    await harness.reaches(lastRuns[0]?.taskId ?? '', 'running');
    await expect(harness.tasks.schedules.trigger(id)).rejects.toMatchObject({ code: 'state-conflict' });
    expect(await harness.tasks.schedules.trigger(id, { overlap: true })).toMatchObject({ started: true });
    await harness.tasks.schedules.delete(id);
    await harness.touch(waitFor);
  });

  it('rests while it is paused', async () => {
    const { id } = await schedule({ every: 2 });
    await untilCounts(id, 'started', 1);
    const paused = await harness.tasks.schedules.pause(id, 'deploy');
    expect(paused).toMatchObject({ paused: true, note: 'deploy' });
    const witness = await schedule({ every: 2 });
    await untilCounts(witness.id, 'started', 2);
    const { started } = (await read(id)).counts;
    expect(started - paused.counts.started).toBeLessThanOrEqual(1);
    await harness.tasks.schedules.resume(id, 'deployed');
    await untilCounts(id, 'started', started + 1);
    for (const one of [id, witness.id]) await harness.tasks.schedules.delete(one);
  });
});

describe('a run by hand', () => {
  it('is one run however often it is asked for under one time, from however many processes', async () => {
    const waitFor = harness.file();
    const { id } = await schedule({ input: { waitFor } });
    const at = new Date(Date.now() - 60_000);
    const others = [1, 2].map(() => otherClient());
    const call = ({ schedules }: TaskClient) => schedules.trigger(id, { at });
    const answers = await Promise.all([harness.tasks, ...others].map(call));
    expect(new Set(answers.map(({ taskId }: Triggered) => taskId)).size).toBe(1);
    await harness.touch(waitFor);
    await harness.reaches(answers[0]?.taskId ?? '', 'completed');
    expect(await harness.tasks.schedules.trigger(id, { at })).toMatchObject({ started: false });
    expect(await untilRuns(id, 1)).toHaveLength(1);
    expect(answers.filter(({ started }) => started)).toHaveLength(1);
  });

  it('runs beside others that are asked for in the same moment', async () => {
    const { id } = await schedule({ overlap: 'allow-all' });
    const { schedules } = harness.tasks;
    const times = [30, 40, 50].map((ago) => new Date(Date.now() - ago * 1000));
    const answers = await Promise.all(times.map((at) => schedules.trigger(id, { at })));
    expect(answers.every(({ started }) => started)).toBe(true);
    for (const { taskId } of answers) await harness.reaches(taskId, 'completed');
    expect(await untilRuns(id, 3)).toHaveLength(3);
  });
});

it('cancels the earlier run and awaits its end where the policy says so', async () => {
  const { id } = await schedule({ every: 2, input: { waitFor: harness.file() }, overlap: 'cancel-other' });
  const { lastRuns } = await untilCounts(id, 'started', 2);
  await harness.tasks.schedules.delete(id);
  const [second, first] = lastRuns.slice(-2).map(({ taskId }) => taskId);
  const { endedAt = '' } = await harness.reaches(first ?? '', 'cancelled');
  const { createdAt } = await harness.tasks.read(second ?? '');
  expect(createdAt >= endedAt).toBe(true);
  for (const { taskId } of lastRuns) await harness.tasks.act(taskId, 'cancel').catch(() => undefined);
});

describe('backfill', () => {
  /** Made long before its test. */
  let resting: ScheduleView;
  beforeAll(async () => {
    resting = await schedule({ every: 2, paused: true });
  });

  const range = () => ({ from: new Date(Date.now() - 10 * HOUR * 1000), to: new Date(Date.now() - HOUR * 1000) });

  it('makes each missed time once, and a repeated one makes none', async () => {
    const ledger = harness.file();
    const { id } = await schedule({ cron: '*/30 * * * *', paused: true, input: { ledger } });
    const { schedules } = harness.tasks;
    const { from, to } = range();
    const part = { from, to: new Date(to.getTime() - 4 * HOUR * 1000) };
    const first = await schedules.backfill(id, part);
    expect(first).toMatchObject({ times: first.taskIds.length, existing: 0 });
    for (const taskId of first.taskIds) await harness.reaches(taskId, 'completed');
    const all = await schedules.backfill(id, { from, to, spacing: 0.2 });
    expect(all).toMatchObject({ times: 18, existing: first.times });
    for (const taskId of all.taskIds) await harness.reaches(taskId, 'completed');
    expect(await schedules.backfill(id, { from, to })).toEqual({ times: 18, existing: 18, taskIds: [] });
    const runs = await untilRuns(id, 18);
    expect(runs).toHaveLength(18);
    expect(new Set(runs.map(({ at }) => at)).size).toBe(18);
    expect(readLedger(ledger).done).toBe(18);
  });

  it('makes each time once though two processes ask at the same moment', async () => {
    const { id } = await schedule({ every: 1800, offset: 60, jitter: 300, paused: true });
    const { from, to } = range();
    const reports = await Promise.all(
      [harness.tasks, otherClient(), otherClient()].map(({ schedules }) => schedules.backfill(id, { from, to })),
    );
    expect(reports.flatMap(({ taskIds }) => taskIds)).toHaveLength(18);
    const runs = await untilRuns(id, 18);
    expect(runs).toHaveLength(18);
    expect(runs.every(({ at }) => (Date.parse(at) / 1000) % 1800 === 60)).toBe(true);
  });

  it('knows the fire times of a cron expression in its time zone without their jitter', async () => {
    const { id } = await schedule({ cron: '17 6 * * MON-FRI', timeZone: 'Asia/Kolkata', jitter: 1200, paused: true });
    const from = new Date('2026-11-01T00:00:00Z');
    const times = await harness.tasks.schedules.timesOf(id, from, new Date('2026-11-08T00:00:00Z'));
    expect(times.map((time) => time.toISOString().slice(0, 16))).toEqual(
      [2, 3, 4, 5, 6].map((day) => `2026-11-0${day}T00:47`),
    );
  });

  it('makes up for times while the schedule rests, though the server leaves its next time where it was', async () => {
    const { id } = resting;
    await until(
      'its next time has long passed',
      async () => Date.parse((await read(id)).nextRuns[0] ?? '') < Date.now() - 6000,
    );
    const to = new Date(Date.parse(resting.createdAt) - 10_000);
    const from = new Date(to.getTime() - 4000);
    expect((await harness.tasks.schedules.backfill(id, { from, to })).taskIds).toHaveLength(2);
  });

  it('refuses what it could not keep exact', async () => {
    const waitFor = harness.file();
    const { id } = await schedule({ every: 600, input: { waitFor }, overlap: 'buffer-all' });
    const { schedules } = harness.tasks;
    const refused = (from: number, to: number) =>
      schedules.backfill(id, { from: new Date(Date.now() + from * 1000), to: new Date(Date.now() + to * 1000) });
    const at = (pointer: string) => ({ code: 'invalid-request', extra: { issues: [{ pointer }] } });
    await expect(refused(-HOUR, 60)).rejects.toMatchObject(at('/to'));
    await expect(refused(-HOUR, -2 * HOUR)).rejects.toMatchObject(at('/to'));
    await expect(refused(-8 * 24 * HOUR, -HOUR)).rejects.toMatchObject(at('/from'));
    await expect(refused(-6 * 24 * HOUR, -HOUR)).rejects.toMatchObject(at('/to'));
    await schedules.update(id, { every: 2 });
    await untilCounts(id, 'waiting', 1);
    await expect(refused(-300, -200)).rejects.toMatchObject({ code: 'state-conflict' });
    await schedules.delete(id);
    await harness.touch(waitFor);
    const { id: other } = await schedule();
    const future = new Date(Date.now() + 60_000);
    await expect(schedules.trigger(other, { at: future })).rejects.toMatchObject(at('/at'));
  });
});

describe('an outage of Temporal', () => {
  it('makes up for fires within the catch-up window, and drops those beyond it', async () => {
    const ids = await Promise.all([
      schedule({ every: 2, overlap: 'allow-all', catchUpWindow: HOUR }),
      schedule({ every: 2, overlap: 'allow-all', catchUpWindow: 10 }),
    ]).then((both) => both.map(({ id }) => id));
    const [kept = '', dropped = ''] = ids;
    for (const id of ids) await untilCounts(id, 'started', 1);
    await harness.server.stop('SIGKILL');
    const downSince = Date.now();
    await until('the outage is longer than the short window', () => Date.now() - downSince > 14_000);
    await harness.server.run();
    const back = Date.now();
    await untilCounts(dropped, 'missedCatchUp', 1);
    await until('both are up to date', async () => {
      const views = await Promise.all(ids.map(read));
      return views.every(({ lastRuns: [last] }) => Date.parse(last?.scheduledFor ?? '') > back);
    });
    const [all, some] = await Promise.all(ids.map(runsOf));
    const times = all?.map(({ at }) => Date.parse(at)) ?? [];
    expect(times.map((time) => time - (times[0] ?? 0))).toEqual(times.map((_, index) => index * 2000));
    expect((await read(kept)).counts.missedCatchUp).toBe(0);
    expect(some?.length).toBeLessThan(times.length);
    for (const id of ids) await harness.tasks.schedules.delete(id);
  });
});

function otherClient(): TaskClient {
  return tasksOf(harness, probeContracts);
}
