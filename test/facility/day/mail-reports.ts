import { reportMailKey } from '../../../examples/facility/src/keys';
import { dueFiles } from '../../../examples/facility/src/report-mail/due-files';
import { addReport, addReportFile } from '../rows';
import type { Chapter } from './chapter';

/** Hours of the day; what is older than twelve hours when a run looks is given up. */
const SEND = [14, 16.3, 18.7, 21, 22.5];

/** Reports that were made before, to be mailed through the second half of the day; one too late, and one not yet. */
export const mailReports: Chapter = {
  type: 'reports.mail',
  async add({ database, day, site }) {
    const addFile = async (hour: number) => {
      const recipients = [`a-${hour}@${site.tenant}.example.com`, `b-${hour}@${site.tenant}.example.com`, 'TBD'];
      // No run makes more of it.
      const definitionId = await addReport(database, site, {
        name: `Tickets ${hour}`,
        kind: 'tickets',
        recipients,
        enabled: false,
      });
      return addReportFile(database, definitionId, {
        name: `Tickets-${hour}.csv`,
        periodFrom: day.at(-48),
        periodTo: day.at(-24),
        content: Buffer.from(`Number\n${hour}\n`),
        createdAt: day.at(-20),
        sendAt: day.at(hour),
      });
    };
    const wanted = new Map<number, object>();
    for (const hour of SEND) wanted.set(await addFile(hour), { mailed: true, removed: true, kept: false });
    wanted.set(await addFile(-2), { mailed: false, removed: true, kept: false });
    wanted.set(await addFile(25), { mailed: false, removed: false, kept: true });
    return async () => {
      const files = await database
        .selectFrom('reportFiles')
        .selectAll()
        .where('id', 'in', [...wanted.keys()])
        .orderBy('id')
        .execute();
      expect(
        files.map(({ id, mailedAt, removedAt, content }) => ({
          id,
          mailed: mailedAt !== null,
          removed: removedAt !== null,
          kept: content !== null,
        })),
      ).toEqual([...wanted].map(([id, state]) => ({ id, ...state })));
      return SEND.length;
    };
  },
  async due(database, now) {
    const files = await dueFiles(database, now, 1000);
    return files.map(({ id, sendAt }) => ({ key: reportMailKey(id, sendAt), input: { file: id } }));
  },
};
