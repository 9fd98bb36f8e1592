import { defineContract } from 'holdfast';
import { z } from 'zod';
import { at, rowId, runOutput } from './run';

export const remindersSend = defineContract({
  type: 'reminders.send',
  summary: 'Reminds people of planned jobs by e-mail.',
  category: 'email',
  input: z
    .strictObject({ reminder: rowId.optional().describe('One reminder. Defaults to all that are due: a run.'), at })
    .default({}),
  output: runOutput,
  describe: ({ reminder }) => (reminder === undefined ? 'every reminder that is due' : `reminder ${reminder}`),
  example: { reminder: 12 },
});
