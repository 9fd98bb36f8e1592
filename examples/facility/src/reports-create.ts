import { type Handler, type HandlerContext, TaskFailure, type TaskView } from 'holdfast';
import type { ReportsCreateOutput, reportsCreate } from './contracts/reports-create';
import { handOut, MOST_ITEMS, reportOf } from './items';
import { reportKey } from './keys';
import { definitionOf } from './report/definition';
import { dueReports } from './report/due-reports';
import { makeReport, type StoredReport, storeReport } from './report/make-report';
import type { Period } from './report/period';
import { change, type FacilityResources, nowOf } from './resources';
import type { ItemEffect } from './verify-item';

interface ItemInput {
  report?: number | undefined;
  from?: string | undefined;
  to?: string | undefined;
}

/** What a run leaves alone. */
interface LeftAlone {
  there: number;
  waiting: number;
}

/** The handler of `reports.create`: a run hands out the reports that are missing, an item makes one. */
export function createReportsCreate(resources: FacilityResources): Handler<typeof reportsCreate> {
  return async (input, context) => {
    const { report, from, to } = input;
    if (report !== undefined && from !== undefined && to !== undefined) {
      return makeOne(report, { from: new Date(from), to: new Date(to) }, resources, context);
    }
    const now = nowOf(input, context);
    const leftAlone = context.effectKey('left-alone');
    const tasks = await handOut(context, async () => {
      const { due, ...others } = await dueReports(await resources.database(), now, MOST_ITEMS);
      await context.artifacts.putRecord(leftAlone, others);
      return due.map((definition) => ({ key: keyOf(definition, definition.period), input: inputOf(definition) }));
    });
    return runReport(tasks, (await context.artifacts.getRecord(leftAlone)) as LeftAlone);
  };
}

function inputOf({ id, period }: { id: number; period: Period }) {
  return { report: id, from: period.from.toISOString(), to: period.to.toISOString() };
}

function keyOf(
  definition: { id: number; name: string; siteId: number | null; ownerId: number; format: string },
  { from, to }: Period,
): string {
  const { id, name, siteId, ownerId, format } = definition;
  const parameters = { definition: id, site: siteId, from: from.toISOString(), to: to.toISOString() };
  return reportKey(name, parameters, ownerId, format);
}

function runReport(tasks: readonly TaskView[], { there, waiting }: LeftAlone): ReportsCreateOutput {
  const { story, ...report } = reportOf(tasks, 'No report is due.');
  const done = tasks.filter(({ state }) => state === 'completed').map(({ result }) => result as ReportsCreateOutput);
  const generated = done.reduce((sum, one) => sum + one.generated, 0);
  const skipped = done.length - generated + there;
  const more = waiting > 0 ? `\n${waiting} more are due, and left to the next run.` : '';
  return {
    ...report,
    story: story + more,
    generated,
    skipped,
    not_generated: report.left.length,
    processed: generated + skipped + report.left.length,
  };
}

/** What the task of one report does, for the task itself and for whoever asks whether it has. */
export const making: ItemEffect<ItemInput, StoredReport, ReportsCreateOutput> = {
  find: async (database, { report = 0, from = '', to = '' }) => {
    const definition = await database
      .selectFrom('reportDefinitions')
      .select(['id', 'name', 'siteId', 'ownerId', 'format'])
      .where('id', '=', report)
      .executeTakeFirst();
    const period = { from: new Date(from), to: new Date(to) };
    return definition && { key: keyOf(definition, period), dueAt: period.to };
  },
  outputOf: ({ report = 0 }, { stored, story }) => outcome(report, stored, story),
};

async function makeOne(
  id: number,
  period: Period,
  resources: FacilityResources,
  context: HandlerContext,
): Promise<ReportsCreateOutput> {
  const { from, to } = period;
  if (from >= to) {
    throw new TaskFailure('PERMANENT_VALIDATION', 'The period ends before it begins: "to" must be after "from".');
  }
  if (to > new Date()) return outcome(id, false, `Report ${id} waits for the end of its period, ${to.toISOString()}.`);
  const database = await resources.database();
  const definition = await definitionOf(database, id);
  const there = await database
    .selectFrom('reportFiles')
    .select('id')
    .where('definitionId', '=', id)
    .where('periodFrom', '=', from)
    .where('periodTo', '=', to)
    .executeTakeFirst();
  const report = there
    ? undefined
    : await makeReport(database, definition, { period, most: resources.mailBytes, signal: context.signal });
  const stored = await change(resources, context, keyOf(definition, period), (transaction) =>
    storeReport(transaction, definition, { period, report }),
  );
  return making.outputOf({ report: id }, stored);
}

function outcome(id: number, generated: boolean, story: string): ReportsCreateOutput {
  const [made, skipped] = generated ? [1, 0] : [0, 1];
  return { story, traceback: '', id: generated ? [id] : [], generated: made, skipped, not_generated: 0, processed: 1 };
}
