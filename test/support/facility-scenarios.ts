import type { FacilityBench } from './facility';
import { addLateJob, minutes, type Site } from './facility-rows';

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
      const { id } = await database
        .insertInto('tickets')
        .values({
          siteId: site.id,
          instanceId: null,
          category: 'LEAK',
          description: 'A pipe leaks',
          assigneeId: null,
          createdAt: minutes(-90),
        })
        .returning('id')
        .executeTakeFirstOrThrow();
      return id;
    },
    item: (ticket) => ({ ticket, level: 1 }),
  },
];
