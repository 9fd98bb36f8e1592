import type { Handler, HandlerContext } from '../activities/handler';
import { TaskFailure } from '../tasks/failures';
import type { RunOutput } from './contracts/run';
import type { ticketsEscalate } from './contracts/tickets-escalate';
import { dueTickets, dueTime } from './escalate/due-tickets';
import { raiseLevel } from './escalate/raise-level';
import { handOut, MOST_ITEMS, reportOf } from './items';
import { dayOf, escalationKey } from './keys';
import { sendMails } from './mail/send';
import { change, type FacilityResources, nowOf } from './resources';

/** The handler of `tickets.escalate`: a run hands out the tickets that are due, an item raises one by one level. */
export function createTicketsEscalate(resources: FacilityResources): Handler<typeof ticketsEscalate> {
  return async (input, context) => {
    const { ticket, level } = input;
    if (ticket !== undefined && level !== undefined) return raiseOne({ ticket, level }, resources, context);
    const now = nowOf(input, context);
    const tasks = await handOut(context, async () => {
      const due = await dueTickets(await resources.database(), now, MOST_ITEMS);
      return due.map(({ id, level, dueAt }) => ({
        key: escalationKey(id, level, dueAt),
        input: { ticket: id, level },
      }));
    });
    return reportOf(tasks, 'No ticket has waited for too long.');
  };
}

async function raiseOne(
  step: { ticket: number; level: number },
  resources: FacilityResources,
  context: HandlerContext,
): Promise<RunOutput> {
  const { ticket, level } = step;
  const dueAt = await dueTime(await resources.database(), step);
  if (!dueAt) {
    const message = `There is no ticket ${ticket}, or the escalation matrix has no level ${level} for it.`;
    throw new TaskFailure('PERMANENT_NOT_FOUND', message);
  }
  if (dueAt > new Date()) {
    return {
      story: `Ticket ${ticket} is not due for level ${level} before ${dueAt.toISOString()}.`,
      traceback: '',
      id: [],
    };
  }
  const { raised, story, mails } = await change(
    resources,
    context,
    escalationKey(ticket, level, dueAt),
    (transaction) => raiseLevel(transaction, step),
  );
  await sendMails(context, mails, dayOf(dueAt));
  return { story, traceback: '', id: raised ? [ticket] : [] };
}
