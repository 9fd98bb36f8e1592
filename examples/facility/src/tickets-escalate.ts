import { type Handler, type HandlerContext, TaskFailure } from 'holdfast';
import type { RunOutput } from './contracts/run';
import type { ticketsEscalate } from './contracts/tickets-escalate';
import { dueTickets, dueTime } from './escalate/due-tickets';
import { type Escalation, raiseLevel } from './escalate/raise-level';
import { handOut, MOST_ITEMS, reportOf } from './items';
import { dayOf, escalationKey } from './keys';
import { notify } from './mail/notify';
import { change, type FacilityResources, nowOf } from './resources';
import type { ItemEffect } from './verify-item';

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

interface Step {
  ticket: number;
  level: number;
}

/** What the task of one ticket does, for the task itself and for whoever asks whether it has. */
export const escalation = {
  find: async (database, { ticket = 0, level = 0 }) => {
    const dueAt = await dueTime(database, { ticket, level });
    return dueAt && { key: escalationKey(ticket, level, dueAt), dueAt };
  },
  outputOf: ({ ticket = 0 }, { raised, story }): RunOutput => ({ story, traceback: '', id: raised ? [ticket] : [] }),
} satisfies ItemEffect<{ [field in keyof Step]?: number | undefined }, Escalation>;

async function raiseOne(step: Step, resources: FacilityResources, context: HandlerContext): Promise<RunOutput> {
  const { ticket, level } = step;
  const found = await escalation.find(await resources.database(), step);
  if (!found) {
    const message = `There is no ticket ${ticket}, or the escalation matrix has no level ${level} for it.`;
    throw new TaskFailure('PERMANENT_NOT_FOUND', message);
  }
  const { key, dueAt } = found;
  if (dueAt > new Date()) {
    const story = `Ticket ${ticket} is not due for level ${level} before ${dueAt.toISOString()}.`;
    return { story, traceback: '', id: [] };
  }
  const outcome = await change(
    resources,
    context,
    key,
    (transaction) => raiseLevel(transaction, step),
    ({ raised }) => raised,
  );
  await notify(resources, context, { key, mails: outcome.mails, day: dayOf(dueAt) });
  return escalation.outputOf(step, outcome);
}
