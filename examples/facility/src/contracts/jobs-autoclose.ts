import { defineContract } from 'holdfast';
import { z } from 'zod';
import { at, rowId, runOutput } from './run';

export const jobsAutoclose = defineContract({
  type: 'jobs.autoclose',
  summary: 'Closes jobs that were not reported in time, notifies who is in charge, and raises tickets.',
  category: 'critical',
  input: z
    .strictObject({
      job: rowId.optional().describe('One job instance. Defaults to all that expired in the last 24 hours: a run.'),
      at,
    })
    .default({}),
  output: runOutput,
  describe: ({ job }) => (job === undefined ? 'every late job' : `job ${job}`),
  example: { job: 123 },
});
