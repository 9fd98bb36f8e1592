import { defineContract } from 'holdfast';
import { z } from 'zod';
import { at, rowId, runOutput } from './run';

export const ticketsEscalate = defineContract({
  type: 'tickets.escalate',
  summary: 'Hands tickets that nobody closed in time to the next level of the escalation matrix.',
  category: 'critical',
  input: z
    .strictObject({
      ticket: rowId.optional().describe('One ticket. Defaults to all that have waited for long enough: a run.'),
      level: z.int().min(1).optional().describe('The level to raise it to; needed with ticket.'),
      at,
    })
    .refine(({ ticket, level }) => (ticket === undefined) === (level === undefined), {
      error: 'ticket and level belong together',
    })
    .default({}),
  output: runOutput,
  describe: ({ ticket, level }) => (ticket === undefined ? 'every ticket that is due' : `ticket ${ticket} to ${level}`),
  example: { ticket: 456, level: 2 },
});
