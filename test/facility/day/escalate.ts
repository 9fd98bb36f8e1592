import { dueTickets } from '../../../examples/facility/src/escalate/due-tickets';
import { escalationKey } from '../../../examples/facility/src/keys';
import { addTicket } from '../rows';
import type { Chapter } from './chapter';

const CATEGORY = 'CLEANING';

/** Hours that a ticket waits for each level. */
const WAITS = [2, 8, 24];

/** When tickets are raised, in hours of the day, and the level that each is at when the day ends. */
const TICKETS: readonly [createdAt: number, level: number, status?: 'RESOLVED' | 'CLOSED'][] = [
  [-30, 3],
  [-30, 3, 'RESOLVED'],
  [-30, 0, 'CLOSED'],
  [-1, 3],
  [1, 2],
  [5, 2],
  [20, 1],
  [23, 0],
];

/** Tickets that nobody closes, under a matrix of three levels. */
export const escalate: Chapter = {
  type: 'tickets.escalate',
  async add({ database, day, site }) {
    const assignees = [site.inCharge, site.admin, site.inCharge];
    await database
      .insertInto('escalationMatrix')
      .values(
        WAITS.map((wait, index) => ({
          tenant: site.tenant,
          category: CATEGORY,
          level: index + 1,
          wait,
          unit: 'HOUR' as const,
          assigneeId: assignees[index] as number,
        })),
      )
      .execute();
    const wanted: { id: number; level: number; assigneeId: number | null; history: number[] }[] = [];
    for (const [createdAt, level, status = 'NEW'] of TICKETS) {
      const id = await addTicket(database, site, {
        category: CATEGORY,
        description: `Raised at ${createdAt} h`,
        status,
        createdAt: day.at(createdAt),
      });
      const history = Array.from({ length: level }, (_, index) => index + 1);
      wanted.push({ id, level, assigneeId: assignees[level - 1] ?? null, history });
    }
    return async () => {
      const tickets = await database
        .selectFrom('tickets')
        .select(['id', 'level', 'assigneeId'])
        .where('siteId', '=', site.id)
        .where('category', '=', CATEGORY)
        .orderBy('id')
        .execute();
      const history = await database.selectFrom('ticketHistory').select(['ticketId', 'level']).orderBy('id').execute();
      const levelsOf = (id: number) => history.filter(({ ticketId }) => ticketId === id).map(({ level }) => level);
      expect(tickets.map((ticket) => ({ ...ticket, history: levelsOf(ticket.id) }))).toEqual(wanted);
      return wanted.reduce((sum, { level }) => sum + level, 0);
    };
  },
  async due(database, now) {
    const tickets = await dueTickets(database, now, 1000);
    return tickets.map(({ id, level, dueAt }) => ({
      key: escalationKey(id, level, dueAt),
      input: { ticket: id, level },
    }));
  },
};
