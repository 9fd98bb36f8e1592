import { defineContract } from 'holdfast';
import { z } from 'zod';
import { at, rowId, runOutput } from './run';

const output = runOutput.extend({
  start_time: z.iso.datetime(),
  end_time: z.iso.datetime(),
  files_processed: z.int(),
  emails_sent: z.int(),
  errors: z.int().describe('Mails and files that failed or take longer.'),
});
export type ReportsMailOutput = z.input<typeof output>;

export const reportsMail = defineContract({
  type: 'reports.mail',
  summary: 'Mails the reports whose time has come, once, and removes their files.',
  category: 'email',
  input: z
    .strictObject({
      file: rowId.optional().describe('One report file. Defaults to all whose time is within 30 minutes: a run.'),
      at,
    })
    .default({}),
  output,
  describe: ({ file }) => (file === undefined ? 'every report whose time has come' : `report file ${file}`),
  example: { file: 5 },
});
