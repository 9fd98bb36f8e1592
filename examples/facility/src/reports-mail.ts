import { type Handler, type HandlerContext, TaskFailure, type TaskView } from 'holdfast';
import type { ReportsMailOutput, reportsMail } from './contracts/reports-mail';
import { handOut, MOST_ITEMS, reportOf } from './items';
import { reportMailKey } from './keys';
import { dueFiles, missedFiles } from './report-mail/due-files';
import { leftoverFiles, removeContents } from './report-mail/leftovers';
import { sendReport } from './report-mail/send-report';
import { type Settlement, settleFile } from './report-mail/settle-file';
import { change, type FacilityResources, nowOf } from './resources';
import type { ItemEffect } from './verify-item';

/**
 * The handler of `reports.mail`: a run hands out the reports whose time has come, an item mails one. A report that is
 * not mailed is in the story of each run until it is, or is removed.
 */
export function createReportsMail(resources: FacilityResources): Handler<typeof reportsMail> {
  return async (input, context) => {
    const startedAt = await noted('started', context);
    if (input.file !== undefined) return mailOne(input.file, startedAt, resources, context);
    const now = nowOf(input, context);
    const tasks = await handOut(context, async () => {
      const due = await dueFiles(await resources.database(), now, MOST_ITEMS);
      return due.map(({ id, sendAt }) => ({ key: reportMailKey(id, sendAt), input: { file: id } }));
    });
    const lines = [...(await removeLeftovers(resources, context)), ...(await missed(resources, now))];
    for (const line of lines) context.log.warn(line);
    return { ...runReport(tasks, lines), start_time: startedAt, end_time: await noted('ended', context) };
  };
}

/** @returns A line for each; the same in every attempt. */
async function removeLeftovers(resources: FacilityResources, context: HandlerContext): Promise<string[]> {
  const name = context.effectKey('leftovers');
  const ids = (await context.artifacts.putRecord(name, await leftoverFiles(await resources.database()))) as number[];
  if (ids.length === 0) return [];
  const { removed } = await change(resources, context, name, (transaction) => removeContents(transaction, ids));
  return removed;
}

async function missed(resources: FacilityResources, now: Date): Promise<string[]> {
  const files = await missedFiles(await resources.database(), now, MOST_ITEMS);
  return files.map(
    ({ id, name, sendAt }) =>
      `Report file ${id} (${name}) was to be mailed at ${sendAt.toISOString()}, and is not: see to its task, or submit reports.mail {"file": ${id}}.`,
  );
}

/** The time when it is first asked for; the same in every later attempt. */
async function noted(step: string, { artifacts, effectKey }: HandlerContext): Promise<string> {
  const { at } = (await artifacts.putRecord(effectKey(step), { at: new Date().toISOString() })) as { at: string };
  return at;
}

function runReport(
  tasks: readonly TaskView[],
  lines: readonly string[],
): Omit<ReportsMailOutput, 'start_time' | 'end_time'> {
  const { story, ...report } = reportOf(tasks, 'No report is to be mailed.');
  const done = tasks.filter(({ state }) => state === 'completed').map(({ result }) => result as ReportsMailOutput);
  return {
    ...report,
    story: [story, ...lines].join('\n'),
    files_processed: tasks.length,
    emails_sent: done.reduce((sum, { emails_sent }) => sum + emails_sent, 0),
    errors: report.left.length + lines.length,
  };
}

/** What the task of one report does, for the task itself and for whoever asks whether it has. */
export const mailing: ItemEffect<{ file?: number | undefined }, Settlement, ReportsMailOutput> = {
  find: async (database, { file = 0 }) => {
    const row = await database.selectFrom('reportFiles').select('sendAt').where('id', '=', file).executeTakeFirst();
    return row && { key: reportMailKey(file, row.sendAt), dueAt: row.sendAt };
  },
  outputOf: ({ file = 0 }, { sent, story, startedAt, endedAt }) => ({
    story,
    traceback: '',
    id: sent > 0 ? [file] : [],
    start_time: startedAt,
    end_time: endedAt,
    files_processed: 1,
    emails_sent: sent,
    errors: 0,
  }),
};

async function mailOne(
  id: number,
  startedAt: string,
  resources: FacilityResources,
  context: HandlerContext,
): Promise<ReportsMailOutput> {
  const database = await resources.database();
  const file = await database.selectFrom('reportFiles').selectAll().where('id', '=', id).executeTakeFirst();
  if (!file) throw new TaskFailure('PERMANENT_NOT_FOUND', `There is no report file ${id}.`);
  const report = file.mailedAt ? undefined : await sendReport(database, file, context);
  const settlement = await change(resources, context, reportMailKey(id, file.sendAt), (transaction) =>
    settleFile(transaction, file, { startedAt, report }),
  );
  return mailing.outputOf({ file: id }, settlement);
}
