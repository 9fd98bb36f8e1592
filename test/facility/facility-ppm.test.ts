import { ppmKey } from '../../examples/facility/src/keys';
import { createHandlerContext } from '../support/handler-context';
import { until } from '../support/until';
import { DATABASES } from './databases';
import { type FacilityBench, useBench } from './facility-bench';
import { addPpmJob, addSite, minutes, type Site } from './rows';

describe.each(DATABASES)('ppm.create on $name', ({ open }) => {
  let bench: FacilityBench;

  useBench(open, (given) => {
    bench = given;
  });

  const addJob = (...[site, more]: [Site, Parameters<typeof addPpmJob>[2]?]) => addPpmJob(bench.database, site, more);
  const instances = (job: number) =>
    bench.database.selectFrom('jobInstances').selectAll().where('jobId', '=', job).orderBy('plannedAt').execute();
  const jobRow = (id: number) =>
    bench.database.selectFrom('jobs').selectAll().where('id', '=', id).executeTakeFirstOrThrow();

  it('plans PPM jobs that are valid now or later to their end, with checkpoints and reminders, and no others', async () => {
    const site = await addSite(bench.database, { timeZone: 'Asia/Kolkata' });
    // The first time is the very beginning, the last one the very end.
    const job = await addJob(site, {
      cron: '30 9 * * *',
      validFrom: new Date('2050-02-01T04:00:00Z'),
      validUntil: new Date('2050-02-03T04:00:00Z'),
      graceMinutes: 45,
      reminderMinutes: 60,
      notice: 'AUTOCLOSENOTIFY',
      checkpoints: ['Brake', 'Door'],
    });
    const plain = await addJob(site, { validFrom: minutes(-60) });
    await addJob(site, { identifier: 'TASK' });
    await addJob(site, { scrapped: true });
    await addJob(site, { validFrom: minutes(-60), validUntil: minutes(-1) });

    const { id, story, left } = await bench.complete('ppm.create');
    expect(left).toEqual([]);
    expect(id.sort()).toEqual([job, plain].sort());
    expect(story).toContain(
      `Job ${job} (Oil the lift) is planned 3 times from 01-Feb-2050 09:30 to 03-Feb-2050 09:30.`,
    );
    const planned = await instances(job);
    expect(planned.map(({ plannedAt }) => plannedAt.toISOString())).toEqual(
      ['01', '02', '03'].map((day) => `2050-02-${day}T04:00:00.000Z`),
    );
    expect(planned[0]).toMatchObject({
      siteId: site.id,
      name: 'Oil the lift',
      identifier: 'PPM',
      assigneeId: site.inCharge,
      status: 'ASSIGNED',
      notice: 'AUTOCLOSENOTIFY',
      expiresAt: new Date('2050-02-01T04:45:00Z'),
      offsetMinutes: 330,
    });
    const checkpoints = await bench.database.selectFrom('checkpoints').selectAll().orderBy('id').execute();
    expect(checkpoints).toHaveLength(6);
    for (const { id: instanceId } of planned) {
      const ofOne = checkpoints.filter((one) => one.instanceId === instanceId);
      expect(ofOne.map(({ position, name, status }) => [position, name, status]).sort()).toEqual([
        [1, 'Brake', 'ASSIGNED'],
        [2, 'Door', 'ASSIGNED'],
      ]);
    }
    const reminders = await bench.database.selectFrom('reminders').selectAll().orderBy('dueAt').execute();
    expect(reminders.map(({ dueAt, status }) => [dueAt.toISOString(), status])).toEqual(
      ['01', '02', '03'].map((day) => [`2050-02-${day}T03:00:00.000Z`, 'PENDING']),
    );
    expect(
      new Set((await bench.database.selectFrom('jobInstances').select('jobId').execute()).map((o) => o.jobId)),
    ).toEqual(new Set([job, plain]));
    // What is planned to its end is not handed out again.
    expect(await bench.complete('ppm.create')).toEqual({
      story: 'No jobs found schedhuling terminated',
      traceback: '',
      id: [],
      left: [],
    });
  });

  it('plans what clocks skip in spring at the end of the gap, and what comes twice in autumn once', async () => {
    const site = await addSite(bench.database, { timeZone: 'Europe/Berlin' });
    const common = { cron: '30 2,14 * * *' };
    const spring = await addJob(site, {
      ...common,
      validFrom: new Date('2050-03-26T12:00:00Z'),
      validUntil: new Date('2050-03-27T13:00:00Z'),
    });
    const autumn = await addJob(site, {
      ...common,
      validFrom: new Date('2050-10-29T12:00:00Z'),
      validUntil: new Date('2050-10-30T14:00:00Z'),
    });
    await bench.complete('ppm.create');
    const planned = async (job: number) =>
      (await instances(job)).map(({ plannedAt, offsetMinutes }) => [
        plannedAt.toISOString().slice(0, 16),
        offsetMinutes,
      ]);
    expect(await planned(spring)).toEqual([
      ['2050-03-26T13:30', 60],
      ['2050-03-27T01:00', 120],
      ['2050-03-27T12:30', 120],
    ]);
    expect(await planned(autumn)).toEqual([
      ['2050-10-29T12:30', 120],
      ['2050-10-30T00:30', 120],
      ['2050-10-30T13:30', 60],
    ]);
  });

  it('plans a thousand times at one go, says that there is more, and goes on in the second run of the day', async () => {
    const site = await addSite(bench.database);
    const validFrom = new Date('2050-01-01T00:00:00Z');
    const validUntil = new Date('2050-01-01T20:00:00Z');
    const job = await addJob(site, {
      cron: '* * * * *',
      validFrom,
      validUntil,
      reminderMinutes: 0,
      checkpoints: ['A'],
    });
    const day = '2049-12-31';
    const first = await bench.complete('ppm.create', { at: `${day}T03:03:00Z` });
    expect(first.story).toContain('is planned 1000 times');
    expect(first.story).toContain('There is more to plan');
    expect(await instances(job)).toHaveLength(1000);
    expect((await jobRow(job)).generatedUntil).toEqual(new Date('2050-01-01T16:39:00Z'));

    const key = ppmKey(job, site.id, new Date(day));
    await until('the key of the day is free', async () => {
      const { windowEndsAt = '9' } = (await bench.tasks.find('ppm.create', key)) ?? {};
      return windowEndsAt < new Date().toISOString();
    });
    const second = await bench.complete('ppm.create', { at: `${day}T16:03:00Z` });
    expect(second).toMatchObject({ id: [job], story: expect.stringContaining('is planned 201 times') });
    expect(second.story).not.toContain('more to plan');
    expect(await instances(job)).toHaveLength(1201);
    expect((await jobRow(job)).generatedUntil).toEqual(validUntil);
    for (const table of ['reminders', 'checkpoints'] as const) {
      expect(await bench.database.selectFrom(table).select('id').execute()).toHaveLength(1201);
    }
  });

  it('jobs that cannot be planned fail alone, say what to correct, and are planned once they are corrected', async () => {
    const site = await addSite(bench.database);
    const nowhere = await addSite(bench.database, { timeZone: 'Mars/Olympus' });
    const good = await addJob(site);
    const bad: [number, string][] = [
      [await addJob(site, { cron: '0 61 * * *' }), 'Bad Cron Error: job %d (Oil the lift) has the cron "0 61 * * *"'],
      [await addJob(site, { cron: '0 0 30 2 *' }), 'Bad Cron Error: job %d (Oil the lift) has the cron "0 0 30 2 *"'],
      [await addJob(nowhere), 'Bad Time Zone Error: job %d'],
      [
        await addJob(site, { validFrom: minutes(180), validUntil: minutes(60) }),
        'Please check your Valid From and Valid To dates: job %d (Oil the lift) is valid from',
      ],
    ];
    const { id, left = [], traceback } = await bench.complete('ppm.create');
    expect(id).toEqual([good]);
    expect(left).toHaveLength(4);
    for (const [job, text] of bad) {
      const message = text.replace('%d', String(job));
      expect(traceback).toContain(message);
      expect(left).toContainEqual(
        expect.objectContaining({ state: 'failed', message: expect.stringContaining(message) }),
      );
    }
    const [job, text] = bad[0] as [number, string];
    const failed = await bench.tasks.find('ppm.create', ppmKey(job, site.id, new Date()));
    expect(failed).toMatchObject({
      state: 'failed',
      description: `PPM job ${job}`,
      failure: { code: 'PERMANENT_VALIDATION', message: expect.stringContaining(text.replace('%d', String(job))) },
    });
    expect((await jobRow(job)).generatedUntil).toBeNull();

    await bench.database.updateTable('jobs').set({ cron: '0 * * * *' }).where('id', '=', job).execute();
    await bench.tasks.act(failed?.id ?? '', 'retry', { reason: 'the cron is corrected' });
    await bench.harness.reaches(failed?.id ?? '', 'completed');
    expect(await instances(job)).toHaveLength((await instances(good)).length);
  });

  it('plans nothing twice: in a repeated attempt, in tasks that race, or over what is there already', async () => {
    const site = await addSite(bench.database);
    const validFrom = new Date('2050-01-01T00:00:00Z');
    const job = await addJob(site, { validFrom, validUntil: new Date('2050-01-01T09:00:00Z'), reminderMinutes: 5 });
    const { siteId, name, assigneeId } = await jobRow(job);
    const done = { siteId, name, assigneeId, identifier: 'PPM' as const, status: 'COMPLETED' as const };
    await bench.database
      .insertInto('jobInstances')
      .values({ ...done, jobId: job, plannedAt: validFrom, expiresAt: validFrom })
      .execute();

    const plan = bench.facility.handlers['ppm.create'];
    const { context } = createHandlerContext({ taskId: `ppm.create:${site.tenant}` });
    const first = await plan?.({ job }, context);
    expect(first).toMatchObject({ id: [job], story: expect.stringContaining('is planned 9 times') });
    // Its worker was lost after the commit.
    expect(await plan?.({ job }, context)).toEqual(first);

    await bench.database.updateTable('jobs').set({ generatedUntil: null }).where('id', '=', job).execute();
    const racers = await Promise.all(Array.from({ length: 5 }, () => bench.complete('ppm.create', { job })));
    expect(racers.flatMap(({ id }) => id)).toEqual([]);
    const all = await instances(job);
    expect(all).toHaveLength(10);
    expect(all[0]).toMatchObject({ status: 'COMPLETED' });
    expect(await bench.database.selectFrom('reminders').select('id').execute()).toHaveLength(9);
  });

  it('refuses a job that is not there or not planned ahead', async () => {
    const tour = await addJob(await addSite(bench.database), { identifier: 'INTERNALTOUR' });
    for (const [job, code, message] of [
      [999_999, 'PERMANENT_NOT_FOUND', 'There is no job 999999.'],
      [tour, 'PERMANENT_VALIDATION', `Job ${tour} (Oil the lift) has the identifier INTERNALTOUR`],
    ] as const) {
      expect(await bench.run('ppm.create', { job })).toMatchObject({
        state: 'failed',
        failure: { code, message: expect.stringContaining(message) },
      });
    }
  });
});
