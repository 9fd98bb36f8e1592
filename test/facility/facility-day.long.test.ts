import { sql } from 'kysely';
import { Harness } from '../support/harness';
import { tasksOf } from '../support/tasks-of';
import { until } from '../support/until';
import { DATABASES } from './databases';
import { audit, mailTaskIds } from './day/audit';
import type { Check } from './day/chapter';
import { CHAPTERS } from './day/chapters';
import { PastDay, RUNS, restingSchedules, SECOND } from './day/day';
import { ended, runDay } from './day/run-day';
import { FacilityBench, quickContracts } from './facility-bench';
import { addLateJob, addSite } from './rows';

const PARTS = 6;

const types = quickContracts.map(({ type }) => type).filter((type) => type in RUNS);
const schedules = restingSchedules(types);
const day = PastDay.latest();

describe.each(DATABASES)('a day of the facility pack on $name', ({ name, open }) => {
  let harness: Harness;
  let bench: FacilityBench;
  let end: () => Promise<void>;

  beforeAll(async () => {
    // A server of its own: a schedule's times have their tasks once.
    harness = await Harness.start();
    const { location, close } = await open();
    bench = await FacilityBench.start(harness, location);
    for (const order of schedules) await bench.tasks.schedules.create(order);
    const stop = await bench.startWorkers();
    end = async () => {
      await stop();
      await bench.close();
      await close();
      await harness.close();
    };
  });
  afterAll(() => end());

  const otherScheduler = () => tasksOf(harness, quickContracts);

  it('runs as often as the schedules say under windows of hours, deals with each thing once, and again with none', async () => {
    const checks: [string, Check][] = [];
    const site = await addSite(bench.database);
    for (const { type, add } of CHAPTERS) checks.push([type, await add({ database: bench.database, day, site })]);

    const began = Date.now();
    const schedulers = [bench.tasks, otherScheduler()];
    const fired = await runDay({ schedulers, schedules, day, parts: PARTS });
    const mails = await mailTaskIds(bench.database);
    await ended(bench.tasks, mails);
    const seconds = (Date.now() - began) / 1000;

    const wanted = Object.fromEntries(types.map((type) => [type, RUNS[type]]));
    expect(Object.fromEntries(fired.map(({ type, times }) => [type, times]))).toEqual(wanted);
    for (const { type, times, started, duplicates } of fired) {
      // Both schedulers asked for every time: one was first.
      expect({ type, started: new Set(started).size, duplicates }).toEqual({ type, started: times, duplicates: times });
      expect(started).toHaveLength(times);
      const runs = (await Promise.all(started.map((id) => bench.tasks.read(id)))).map(({ state }) => state);
      expect({ type, states: [...new Set(runs)] }).toEqual({ type, states: ['completed'] });
    }
    const before = await audit(bench.database, bench.mail);

    const whole = day.parts(1)[0] as { from: Date; to: Date };
    for (const { id, type } of schedules) {
      const [again, other] = await Promise.all(schedulers.map(({ schedules }) => schedules.backfill(id, whole)));
      const none = { times: RUNS[type], existing: RUNS[type], taskIds: [] };
      expect({ again, other }).toEqual({ again: none, other: none });
    }
    expect(await audit(bench.database, bench.mail)).toEqual(before);
    const dealtWith: Record<string, number> = {};
    for (const [type, check] of checks) dealtWith[type] = await check();
    expect((await bench.tasks.deadLetters.list()).deadLetters).toEqual([]);
    await until('no task is open', async () => {
      const { tasks } = await bench.tasks.list({ filter: { state: ['queued', 'running', 'retrying'] } });
      return tasks.length === 0;
    });
    console.info(
      `${day.name} on ${name} in ${seconds.toFixed(1)} s: runs ${JSON.stringify(Object.fromEntries(fired.map(({ type, started }) => [type, started.length])))}, ` +
        `duplicates of a second scheduler ${fired.reduce((sum, { duplicates }) => sum + duplicates, 0)}, ` +
        `dealt with ${JSON.stringify(dealtWith)}, ${before.effects} effects, ${before.mails} mails, each once`,
    );
  }, 300_000);

  it('reports.mail keeps a true interval of 27 minutes', async () => {
    const times = await bench.tasks.schedules.timesOf(
      'facility-reports-mail',
      new Date(day.at(0).getTime() + SECOND),
      day.at(24),
    );
    const gaps = times.slice(1).map((time, index) => (time.getTime() - (times[index]?.getTime() ?? 0)) / SECOND);
    expect(new Set(gaps)).toEqual(new Set([1620]));
    expect(times).toHaveLength(53);
  });

  it('a run that fails ends failed: parked it would keep the clock waiting', async () => {
    await addLateJob(bench.database, await addSite(bench.database));
    await sql`create function deadlock() returns boolean language plpgsql
      as $$ begin raise exception 'no luck' using errcode = '40P01'; end $$`.execute(bench.database);
    await sql`alter table job_instances rename to jobs_elsewhere`.execute(bench.database);
    await sql`create view job_instances as select * from jobs_elsewhere where deadlock()`.execute(bench.database);
    const { taskId } = await bench.tasks.schedules.trigger('facility-jobs-autoclose');
    const run = await until('the run is over', async () => {
      const task = await bench.tasks.read(taskId);
      return ['failed', 'dead-lettered', 'completed'].includes(task.state) ? task : undefined;
    });
    expect(run).toMatchObject({ state: 'failed', failure: { code: 'TRANSIENT_DATABASE' } });
  });
});
