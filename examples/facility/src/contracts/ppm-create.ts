import { defineContract } from 'holdfast';
import { z } from 'zod';
import { at, rowId, runOutput } from './run';

export const ppmCreate = defineContract({
  type: 'ppm.create',
  summary: 'Plans maintenance: makes the job instances and reminders that a PPM job asks for.',
  category: 'high',
  input: z
    .strictObject({ job: rowId.optional().describe('One PPM job. Defaults to every one: a run.'), at })
    .default({}),
  output: runOutput,
  describe: ({ job }) => (job === undefined ? 'every PPM job' : `PPM job ${job}`),
  example: { job: 7 },
});
