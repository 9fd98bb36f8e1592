import type { FacilityBench } from './facility-bench';
import { addLateJob, addPpmJob, addReminder, addReport, addReportFile, addTicket, minutes, type Site } from './rows';

const DAY_MS = 86_400_000;

/** What there is to do for one task type of the pack. */
export interface Scenario {
  type: string;
  /** The table in which its runs look for what is due. */
  source: string;
  /** The table that its items write to. */
  table: string;
  /** Makes one more thing due; its ID, as results name it. */
  addDue(bench: FacilityBench, site: Site): Promise<number>;
  /** The input of the task for one thing. */
  item(id: number): object;
  /** Changes of the database that a run with one item makes. Defaults to 1. */
  effects?: number;
}

export const SCENARIOS: readonly Scenario[] = [
  {
    type: 'jobs.autoclose',
    source: 'job_instances',
    table: 'job_instances',
    addDue: ({ database }, site) => addLateJob(database, site),
    item: (job) => ({ job }),
  },
  {
    type: 'tickets.escalate',
    source: 'tickets',
    table: 'tickets',
    addDue: async ({ database }, site) => {
      await database
        .insertInto('escalationMatrix')
        .values({ tenant: site.tenant, category: 'LEAK', level: 1, wait: 1, unit: 'HOUR', assigneeId: site.admin })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
      return addTicket(database, site, { category: 'LEAK', description: 'A pipe leaks', createdAt: minutes(-90) });
    },
    item: (ticket) => ({ ticket, level: 1 }),
  },
  {
    type: 'ppm.create',
    source: 'jobs',
    table: 'jobs',
    addDue: ({ database }, site) => addPpmJob(database, site),
    item: (job) => ({ job }),
  },
  {
    type: 'reminders.send',
    source: 'reminders',
    table: 'reminders',
    addDue: ({ database }, site) => addReminder(database, site),
    item: (reminder) => ({ reminder }),
    // The run gives up what is too late; the item writes the mail, and what came of it.
    effects: 3,
  },
  {
    type: 'reports.create',
    source: 'report_definitions',
    table: 'report_files',
    addDue: async ({ database }, site) => {
      const id = await addReport(database, site);
      await database
        .updateTable('reportDefinitions')
        .set({ name: `Report ${id}` })
        .where('id', '=', id)
        .execute();
      return id;
    },
    item: (report) => {
      const [from, to] = [-1, 0].map((days) => `${new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10)}`);
      return { report, from: `${from}T00:00:00.000Z`, to: `${to}T00:00:00.000Z` };
    },
  },
  {
    type: 'reports.mail',
    source: 'report_files',
    table: 'report_files',
    addDue: async ({ database }, site) => addReportFile(database, await addReport(database, site)),
    item: (file) => ({ file }),
  },
];
