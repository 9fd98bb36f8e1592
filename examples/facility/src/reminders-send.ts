import { type Handler, type HandlerContext, TaskFailure, type TaskView } from 'holdfast';
import type { remindersSend } from './contracts/reminders-send';
import type { RunOutput } from './contracts/run';
import { handOut, LOOKED_AT_ANEW, MOST_ITEMS, reportOf } from './items';
import { dayOf, reminderKey } from './keys';
import { sendMails } from './mail/send';
import { composeReminder, effectName } from './remind/compose';
import { dueReminders } from './remind/due-reminders';
import { giveUpReminders } from './remind/give-up';
import { settle, settlementOf } from './remind/settle';
import { change, type FacilityResources, nowOf } from './resources';

/** Seconds for which an item waits for its mail; what takes longer is settled by the next run. */
const PATIENCE = 120;

/** The handler of `reminders.send`: a run hands out the reminders that are due, an item mails one and says how it went. */
export function createRemindersSend(resources: FacilityResources): Handler<typeof remindersSend> {
  return async (input, context) => {
    if (input.reminder !== undefined) return remind(input.reminder, resources, context);
    const now = nowOf(input, context);
    const { count } = await change(resources, context, context.effectKey('give-up'), (transaction) =>
      // A run for a time that is to come gives up nothing that can still be sent.
      giveUpReminders(transaction, new Date(Math.min(now.getTime(), Date.now()))),
    );
    const tasks = await handOut(context, async () => {
      const due = await dueReminders(await resources.database(), now, MOST_ITEMS);
      return due.map(({ id, dueAt }) => ({
        key: reminderKey(id, dueAt),
        input: { reminder: id },
        policy: LOOKED_AT_ANEW,
      }));
    });
    const report = reportOf(tasks, 'No reminder is due.');
    if (count === 0) return report;
    return { ...report, story: `${report.story}\nReminders not sent before their jobs were over: ${count}.` };
  };
}

async function remind(id: number, resources: FacilityResources, context: HandlerContext): Promise<RunOutput> {
  const reminder = await (await resources.database())
    .selectFrom('reminders')
    .select(['status', 'dueAt', 'settledAt'])
    .where('id', '=', id)
    .executeTakeFirst();
  if (!reminder) throw new TaskFailure('PERMANENT_NOT_FOUND', `There is no reminder ${id}.`);
  const { status, dueAt } = reminder;
  if (status === 'SUCCESS') return { story: `Reminder ${id} is sent.`, traceback: '', id: [id] };
  if (dueAt > new Date()) {
    return { story: `Reminder ${id} is not due before ${dueAt.toISOString()}.`, traceback: '', id: [] };
  }
  const outcome = await change(
    resources,
    context,
    effectName(id, reminder),
    (transaction) => composeReminder(transaction, id),
    (composed) => !('unneeded' in composed),
  );
  if ('unneeded' in outcome) {
    return { story: `${outcome.unneeded}: reminder ${id} is not sent.`, traceback: '', id: [] };
  }
  if ('unsendable' in outcome) {
    throw new TaskFailure('PERMANENT_VALIDATION', `${outcome.unsendable} Give one of them, then retry this task.`);
  }
  const mails = await sendMails(context, [outcome.mail], dayOf(dueAt));
  const [mail] = await context.awaitEnds(
    mails.map((task) => task.id),
    PATIENCE,
  );
  return report(id, mail as TaskView, resources, context);
}

async function report(
  id: number,
  mail: TaskView,
  resources: FacilityResources,
  context: HandlerContext,
): Promise<RunOutput> {
  const settlement = settlementOf(mail);
  if (!settlement) {
    const story = `Reminder ${id} is under way: ${mail.id} is ${mail.state}. The next run looks again.`;
    return { story, traceback: '', id: [] };
  }
  await settle(id, settlement, mail, resources, context);
  const { failure } = settlement;
  return failure === null
    ? { story: `Reminder ${id} is sent.`, traceback: '', id: [id] }
    : { story: `Reminder ${id} is not sent.`, traceback: `Reminder ${id}: ${failure}`, id: [] };
}
