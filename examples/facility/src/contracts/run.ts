import { z } from 'zod';

export const rowId = z.int().min(1);

const NOT_A_TIME = 'must be a time with its zone, such as 2030-01-31T08:00:00Z';
const FIRST_INSTANT = Date.parse('0001-01-01T00:00:00Z');
const LAST_INSTANT = Date.parse('9999-12-31T23:59:59.999Z');

/** A time with its zone. Some that can be written down lie in no year of four digits: those no database stores. */
export const instant = z.iso
  .datetime({ offset: true, abort: true, error: NOT_A_TIME })
  .refine(isStorable, 'must lie in the years 1 to 9999, in UTC');

export const at = z.iso
  .datetime({ offset: true, error: NOT_A_TIME })
  .optional()
  .describe("For a run: the time to take as now. Defaults to the schedule's fire time, else to the clock.");

/** What became of the items that were handed out and did not complete. */
const leftItem = z.strictObject({
  task: z.string().describe('The task of the item.'),
  state: z.string(),
  message: z.string().describe('Its failure, or empty.'),
});

/** What every task of the pack reports. */
const reported = {
  story: z.string().describe('What happened, a line for each thing.'),
  traceback: z.string().describe('The failures, a line for each; empty when there are none.'),
};

/** What a run reports, and the task of one item too. */
export const runOutput = z.strictObject({
  ...reported,
  id: z.array(rowId).describe('IDs of what was dealt with.'),
  left: z.array(leftItem).default([]).describe('Items that failed, wait for a person or take longer than the run.'),
});
export type RunOutput = z.input<typeof runOutput>;
export type RunReport = z.output<typeof runOutput>;
export type LeftItem = z.output<typeof leftItem>;

function isStorable(text: string): boolean {
  const time = Date.parse(text);
  return time >= FIRST_INSTANT && time <= LAST_INSTANT;
}
