import { percentilesOf } from '../../src/client/figures/percentiles';
import type { TaskView } from '../../src/client/read/view';
import { Harness } from '../support/harness';
import { cli } from '../support/processes/cli';
import { until } from '../support/until';

describe('percentiles', () => {
  it('are values that were seen, by nearest rank, in whatever order they come', () => {
    const hundred = Array.from({ length: 100 }, (_, index) => ((index * 37) % 100) + 1);
    expect(percentilesOf(hundred)).toEqual({ p50: 50, p95: 95, p99: 99 });
    expect(percentilesOf([3, 1, 2])).toEqual({ p50: 2, p95: 3, p99: 3 });
    expect(percentilesOf([7])).toEqual({ p50: 7, p95: 7, p99: 7 });
    expect(percentilesOf([])).toBeUndefined();
  });
});

describe('figures', () => {
  let harness: Harness;

  beforeAll(async () => {
    harness = await Harness.start();
  });
  afterAll(() => harness.close());

  async function ended(type: string, input: object, more: object = {}): Promise<TaskView> {
    const { task } = await harness.tasks.submit({ type, input, ...more });
    return harness.tasks.wait(task.id, 60);
  }

  const seconds = (from: string | undefined, to: string | undefined) =>
    (Date.parse(to ?? '') - Date.parse(from ?? '')) / 1000;

  const later = () => new Date(Date.now() + 3_600_000);

  /** Of a type with one ended task: how long it waited and ran. */
  async function durationsOf(type: string) {
    return until(`${type} has figures`, async () => {
      const { types } = await harness.tasks.figures(24 + Math.random() / 1000);
      const durations = types.find((one) => one.type === type)?.durations;
      return durations?.sample
        ? { ...durations, wait: durations.wait?.p50 ?? -1, run: durations.run?.p50 ?? -1 }
        : undefined;
    });
  }

  it('show how long a task waited for a worker and how long it ran', async () => {
    const { task } = await harness.tasks.submit({ type: 'test.by-input', input: { progress: [10, 60] } });
    await until('it has waited', () => Date.now() - Date.parse(task.createdAt) > 1500);
    await harness.startWorkers();
    const { createdAt, endedAt } = await harness.tasks.wait(task.id, 60);
    const { wait, run, sample, exact } = await durationsOf('test.by-input');
    expect([sample, exact]).toEqual([1, true]);
    expect(wait).toBeGreaterThanOrEqual(1.4);
    // Two reports with 0.7 s after each.
    expect(run).toBeGreaterThanOrEqual(1.4);
    expect(wait + run).toBeLessThanOrEqual(seconds(createdAt, endedAt));
  });

  it('count the wait from the time that a task was scheduled for, also of an inline task', async () => {
    const { createdAt, scheduledFor, endedAt } = await ended(
      'test.inline',
      { progress: [10] },
      { runAt: new Date(Date.now() + 2000) },
    );
    const { wait, run } = await durationsOf('test.inline');
    expect(run).toBeGreaterThanOrEqual(0.69);
    expect(wait + run).toBeLessThanOrEqual(seconds(scheduledFor, endedAt));
    expect(seconds(createdAt, scheduledFor)).toBeGreaterThanOrEqual(1.9);
  });

  it('count the wait up to the first attempt and the run of the last one; what lies between is neither', async () => {
    const policy = { attempts: 2, firstDelay: 2, cap: 2, jitter: 0 };
    const { createdAt, endedAt, attempts } = await ended('test.critical', { failures: 1 }, { policy });
    expect(attempts).toBe(2);
    const { wait, run } = await durationsOf('test.critical');
    expect(wait + run).toBeLessThanOrEqual(seconds(createdAt, endedAt) - 1.9);
  });

  it('count failures and their share, by type; open and parked tasks are counted whenever they came', async () => {
    const attempts = { policy: { attempts: 1 } };
    for (let count = 0; count < 3; count++) await ended('test.probe', {});
    await ended('test.probe', { failures: 1 }, attempts);
    const scheduled = await harness.tasks.submit({ type: 'test.probe', input: {}, runAt: later() });
    await harness.tasks.act(scheduled.task.id, 'cancel');
    await harness.reaches(scheduled.task.id, 'cancelled');
    await harness.tasks.submit({ type: 'test.probe', input: {}, runAt: later() });
    const parked = await harness.tasks.submit({ type: 'test.parked', input: { failures: 9 } });
    await harness.reaches(parked.task.id, 'dead-lettered');
    await until('all are counted', async () => {
      const { total } = await harness.tasks.figures(24 + Math.random() / 1000);
      return total.open === 2 && total.deadLettered === 1 && total.cancelled === 1 && total.completed === 6;
    });

    const { stdout, code } = await cli(harness, ['stats', '--hours', '2', '--json']);
    expect(code).toBe(0);
    const figures = JSON.parse(stdout) as { hours: number; types: { type: string }[] };
    const of = (type: string) => figures.types.find((one) => one.type === type);
    expect(figures).toMatchObject({
      hours: 2,
      total: { completed: 6, failed: 1, cancelled: 1, open: 2, deadLettered: 1, failureRate: 1 / 7 },
    });
    expect(of('test.probe')).toMatchObject({
      completed: 3,
      failed: 1,
      cancelled: 1,
      open: 1,
      deadLettered: 0,
      failureRate: 0.25,
      durations: { sample: 4, exact: true, wait: { p50: expect.any(Number) }, run: { p99: expect.any(Number) } },
    });
    expect(of('test.parked')).toMatchObject({ completed: 0, open: 1, deadLettered: 1, durations: { sample: 0 } });
    expect(of('test.parked')).not.toHaveProperty('failureRate');
  });

  it('look at the last fifty tasks of a type, and say that there are more', async () => {
    const submissions = Array.from({ length: 51 }, () => ({ type: 'test.probe', input: {} }));
    for (const one of await harness.tasks.submitAll(submissions)) {
      if ('error' in one) throw one.error;
      await harness.tasks.wait(one.task.id, 60);
    }
    const durations = await until('all are counted', async () => {
      const { types } = await harness.tasks.figures(24 + Math.random() / 1000);
      const probes = types.find(({ type }) => type === 'test.probe');
      return probes?.completed === 54 ? probes.durations : undefined;
    });
    expect(durations).toMatchObject({ sample: 50, exact: false });

    const { stdout } = await cli(harness, ['stats', '--utc']);
    expect(stdout).toMatch(/^test\.probe +54 +1 +1 +1 +0 +1\.8%$/m);
    expect(stdout).toMatch(/^test\.probe +last 50( +[\d.]+ \/ [\d.]+ \/ [\d.]+){2}$/m);
  });
});
