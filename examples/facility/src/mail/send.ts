import type { HandlerContext, TaskView } from 'holdfast';
import { emailKey } from '../keys';
import { TEMPLATES, type TemplateName } from './templates';

/** One mail to one person. */
export interface Mail {
  template: TemplateName;
  to: string;
  /** What the template is filled with. */
  values: Record<string, unknown>;
  /** Files of the artifact store. Defaults to none. */
  attachments?: { artifact: string; name: string }[];
}

/**
 * Seconds for which a mail that went out is not sent again, whoever hands it over. The two hours of mails in general
 * are less than what lies between two runs; no category's window is longer, so Temporal keeps ended tasks for as long.
 */
const KNOWN_FOR = 86_400;

/**
 * Hands mails over, each to a task of its own. The same mail of the same day is the same task, so it goes out once,
 * however often it is handed over; where nobody can know whether it did, it is left to a person.
 * @param day What the mails are about happened on: `2030-01-31`.
 */
export async function sendMails(context: HandlerContext, mails: readonly Mail[], day: string): Promise<TaskView[]> {
  return context.submit(mailTasks(mails, day));
}

/** The tasks that `sendMails` hands mails over to. */
export function mailTasks(mails: readonly Mail[], day: string) {
  return mails.map(({ template, to, values, attachments = [] }) => ({
    type: 'email.send',
    key: emailKey(template, to, { values, attachments }, day),
    input: { to: [to], ...TEMPLATES[template], values, attachments, delivery: 'at-most-once' },
    policy: { window: KNOWN_FOR },
  }));
}
