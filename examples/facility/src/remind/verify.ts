import type { Verifier } from 'holdfast';
import type { remindersSend } from '../contracts/reminders-send';
import type { FacilityResources } from '../resources';
import { recordOf, unlessRun } from '../verify-item';
import { effectName, type Reminder } from './compose';

/** The verifier of `reminders.send`: the reminder's own row says whether it is sent. */
export function createReminderVerifier({ database }: FacilityResources): Verifier<typeof remindersSend> {
  return unlessRun(async ({ reminder: id = 0 }) => {
    const row = await (await database())
      .selectFrom('reminders')
      .select(['status', 'dueAt', 'settledAt'])
      .where('id', '=', id)
      .executeTakeFirst();
    if (!row) return { effect: 'unknown', evidence: 'The database has no such item any more.' };
    if (row.status === 'SUCCESS') {
      const output = { story: `Reminder ${id} is sent.`, traceback: '', id: [id] };
      return { effect: 'done', output, evidence: `Reminder ${id} is SUCCESS since ${row.settledAt?.toISOString()}.` };
    }
    const key = effectName(id, row);
    const record = await recordOf(await database(), key);
    const written = record?.outcome as Reminder | undefined;
    if (!record || !written || 'unsendable' in written) {
      return { effect: 'absent', evidence: `Reminder ${id} is ${row.status}, and no mail of it is under way.` };
    }
    const where = `The database has the effect ${key}, recorded at ${record.recordedAt.toISOString()} by ${record.taskId}`;
    if ('mail' in written) {
      const evidence = `${where}: a mail to ${written.mail.to}, whose task shows what became of it. A retry of this one looks there.`;
      return { effect: 'unknown', evidence };
    }
    const output = { story: `${written.unneeded}: reminder ${id} is not sent.`, traceback: '', id: [] };
    return { effect: 'done', output, evidence: `${where}.` };
  });
}
