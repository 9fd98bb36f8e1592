import { TaskFailure } from 'holdfast';
import type { FacilityTransaction } from '../database/open';
import { recipientsOf } from '../mail/recipients';
import type { Mail } from '../mail/send';
import { shownTime } from '../shown-time';

/** What an escalation has come to. */
export interface Escalation {
  raised: boolean;
  story: string;
  mails: Mail[];
}

/**
 * Raises a ticket by one level: it gets the assignee of that level, and the change is in its history.
 * @throws TaskFailure PERMANENT_VALIDATION for a level that is not the next one yet. To record that nothing was done
 *   would keep the ticket from that level for good, since the effect has the same name when its turn has come.
 */
export async function raiseLevel(
  transaction: FacilityTransaction,
  { ticket: id, level }: { ticket: number; level: number },
): Promise<Escalation> {
  const ticket = await transaction
    .selectFrom('tickets')
    .innerJoin('sites', 'sites.id', 'tickets.siteId')
    .selectAll('tickets')
    .select(['sites.name as site', 'sites.tenant'])
    .where('tickets.id', '=', id)
    .forUpdate('tickets')
    .executeTakeFirstOrThrow();
  if (ticket.level < level - 1) {
    const message = `Ticket ${id} is at level ${ticket.level}: raise it to ${ticket.level + 1} before ${level}.`;
    throw new TaskFailure('PERMANENT_VALIDATION', message);
  }
  if (ticket.level !== level - 1 || ticket.status === 'CLOSED' || ticket.status === 'CANCELLED') {
    return { raised: false, story: `Ticket ${id} is ${ticket.status}, at level ${ticket.level}.`, mails: [] };
  }
  const assignee = await transaction
    .selectFrom('escalationMatrix')
    .innerJoin('people', 'people.id', 'escalationMatrix.assigneeId')
    .select(['people.id', 'people.name', 'people.email'])
    .where('escalationMatrix.tenant', '=', ticket.tenant)
    .where('escalationMatrix.category', '=', ticket.category)
    .where('escalationMatrix.level', '=', level)
    .executeTakeFirstOrThrow();
  await transaction
    .insertInto('ticketHistory')
    .values({ ticketId: id, level, fromAssigneeId: ticket.assigneeId, toAssigneeId: assignee.id, at: new Date() })
    .execute();
  await transaction
    .updateTable('tickets')
    .set({ level, assigneeId: assignee.id, status: 'OPEN' })
    .where('id', '=', id)
    .execute();
  const values = {
    level,
    number: id,
    site: ticket.site,
    createdAt: shownTime(ticket.createdAt, 0),
    description: ticket.description,
  };
  const { addresses, leftOut } = recipientsOf([assignee.email]);
  const untold = leftOut.length > 0 ? `; ${assignee.name} cannot be notified: no address` : '';
  return {
    raised: true,
    story: `Ticket ${id} is at level ${level}, with ${assignee.name}${untold}.`,
    mails: addresses.map((to) => ({ template: 'escalation', to, values })),
  };
}
