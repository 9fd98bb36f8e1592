import { defineContract } from 'holdfast';
import { z } from 'zod';
import { at, instant, rowId, runOutput } from './run';

const output = runOutput.extend({
  generated: z.int().describe('Reports that were made.'),
  skipped: z.int().describe('Reports that were there already; what a run leaves to the next one is in its story.'),
  not_generated: z.int().describe('Reports that failed or take longer.'),
  processed: z.int().describe('All of them.'),
});
export type ReportsCreateOutput = z.input<typeof output>;

export const reportsCreate = defineContract({
  type: 'reports.create',
  summary: 'Makes the reports that are due, as PDF or CSV.',
  category: 'reports',
  input: z
    .strictObject({
      report: rowId
        .optional()
        .describe('One report definition. Defaults to those whose last period has no report, 25 a tenant: a run.'),
      from: instant.optional().describe('Begin of the period; needed with report.'),
      to: instant.optional().describe('End of the period, not in it; needed with report.'),
      at,
    })
    .refine(
      ({ report, from, to }) => [report, from, to].every((one) => (one === undefined) === (report === undefined)),
      {
        error: 'report, from and to belong together',
      },
    )
    .default({}),
  output,
  describe: ({ report, from, to }) =>
    report === undefined ? 'every report that is due' : `report ${report}, ${from} to ${to}`,
  example: { report: 3, from: '2026-11-23T00:00:00Z', to: '2026-11-24T00:00:00Z' },
});
