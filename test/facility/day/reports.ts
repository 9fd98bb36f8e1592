import type { FREQUENCIES } from '../../../examples/facility/src/database/schema';
import { lastPeriod } from '../../../examples/facility/src/report/period';
import type { Chapter } from './chapter';
import { HOUR } from './day';

const REPORTS: readonly [(typeof FREQUENCIES)[number], 'pdf' | 'csv'][] = [
  ['daily', 'pdf'],
  ['daily', 'csv'],
  ['weekly', 'csv'],
  ['monthly', 'csv'],
];

/** Minutes of the hour at which the pack makes reports. */
const RUNS_AT = [5, 20, 35, 50];

/** Reports of several rhythms, whose mails have time until tomorrow, and one that nobody wants any more. */
export const makeReports: Chapter = {
  type: 'reports.create',
  async add({ database, day, site }) {
    const sendTime = new Date(Date.now() - 3 * HOUR).toISOString().slice(11, 16);
    const addDefinition = async (frequency: (typeof FREQUENCIES)[number], format: 'pdf' | 'csv', enabled: boolean) =>
      database
        .insertInto('reportDefinitions')
        .values({
          tenant: site.tenant,
          name: `All jobs ${frequency}`,
          kind: 'jobs',
          siteId: site.id,
          ownerId: site.admin,
          format,
          frequency,
          sendTime,
          recipients: [`owner@${site.tenant}.example.com`],
          enabled,
        })
        .returningAll()
        .executeTakeFirstOrThrow();
    const wanted: string[] = [];
    for (const [frequency, format] of REPORTS) {
      const definition = await addDefinition(frequency, format, true);
      const ends = day.minutes(RUNS_AT).map((time) => lastPeriod(definition, time).to.toISOString());
      wanted.push(...[...new Set(ends)].map((end) => `${definition.id} ${end}`));
    }
    const { id: unwanted } = await addDefinition('daily', 'csv', false);
    return async () => {
      const files = await database
        .selectFrom('reportFiles')
        .innerJoin('reportDefinitions', 'reportDefinitions.id', 'definitionId')
        .select(['definitionId', 'periodTo', 'content', 'mailedAt'])
        .where('siteId', '=', site.id)
        .where((by) => by.or([by('enabled', '=', true), by('definitionId', '=', unwanted)]))
        .execute();
      expect(files.map(({ definitionId, periodTo }) => `${definitionId} ${periodTo.toISOString()}`).sort()).toEqual(
        wanted.sort(),
      );
      expect(files.filter(({ content, mailedAt }) => !content?.length || mailedAt)).toEqual([]);
      return wanted.length;
    };
  },
  async due() {
    // Their input is the run's to choose.
    return [];
  },
};
