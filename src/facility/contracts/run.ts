import { z } from 'zod';

export const rowId = z.int().min(1);

export const at = z.iso
  .datetime({ offset: true, error: 'must be a time with its zone, such as 2030-01-31T08:00:00Z' })
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
