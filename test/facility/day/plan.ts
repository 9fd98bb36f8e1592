import { ppmKey } from '../../../examples/facility/src/keys';
import { ppmJobs } from '../../../examples/facility/src/plan/ppm-jobs';
import { addPpmJob } from '../rows';
import type { Chapter } from './chapter';
import { DAY, HOUR } from './day';

const DAYS = 3;

/** Maintenance of the days to come, since jobs are planned from now on; and jobs of which nothing is to be planned. */
export const plan: Chapter = {
  type: 'ppm.create',
  anew: true,
  async add({ database, site, day }) {
    // Far from now, so that nothing depends on how long the test takes.
    const first = new Date(Math.floor((Date.now() + 12 * HOUR) / HOUR) * HOUR);
    const validUntil = new Date(first.getTime() + (DAYS - 0.5) * DAY);
    const addJob = (name: string, more: object) =>
      addPpmJob(database, site, {
        name,
        cron: `0 ${first.getUTCHours()} * * *`,
        validFrom: day.at(-48),
        validUntil,
        reminderMinutes: 60,
        checkpoints: ['Oil', 'Filter'],
        ...more,
      });
    const id = await addJob('Lift', {});
    const others = [
      await addJob('Old lift', { scrapped: true }),
      await addJob('New lift', { generatedUntil: validUntil }),
    ];
    return async () => {
      const rows = await database
        .selectFrom('jobInstances')
        .leftJoin('reminders', 'reminders.instanceId', 'jobInstances.id')
        .select(['jobInstances.id', 'jobId', 'plannedAt', 'reminders.dueAt'])
        .where('jobId', 'in', [id, ...others])
        .orderBy('plannedAt')
        .execute();
      const times = Array.from({ length: DAYS }, (_, index) => new Date(first.getTime() + index * DAY));
      expect(rows).toEqual(
        times.map((plannedAt) => ({
          id: expect.any(Number),
          jobId: id,
          plannedAt,
          dueAt: new Date(plannedAt.getTime() - HOUR),
        })),
      );
      const ids = rows.map((row) => row.id);
      const checkpoints = await database
        .selectFrom('checkpoints')
        .select('name')
        .where('instanceId', 'in', ids)
        .execute();
      expect(checkpoints).toHaveLength(2 * DAYS);
      return DAYS;
    };
  },
  async due(database, now) {
    const jobs = await ppmJobs(database, now, 1000);
    return jobs.map(({ id, siteId }) => ({ key: ppmKey(id, siteId, now), input: { job: id } }));
  },
};
