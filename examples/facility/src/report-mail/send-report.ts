import { type HandlerContext, TaskFailure, type TaskView } from 'holdfast';
import type { FacilityDatabase } from '../database/open';
import { dayOf } from '../keys';
import { recipientsOf } from '../mail/recipients';
import { type Mail, sendMails } from '../mail/send';
import { oneLine } from '../one-line';
import { type Definition, definitionOf } from '../report/definition';
import { aboutOf } from '../report/make-report';
import { shownPeriod } from '../report/period';

/** A row of `report_files`. */
interface ReportFile {
  id: number;
  definitionId: number;
  name: string;
  periodFrom: Date;
  periodTo: Date;
  sendAt: Date;
  content: Uint8Array | null;
  removedAt: Date | null;
}

type Message = Required<Pick<Mail, 'values' | 'attachments'>>;

/** Who has got a report, and who cannot. */
export interface SentReport {
  sent: number;
  leftOut: string[];
}

/** Seconds for which the mails are waited for, before the attempt counts as failed. */
const PATIENCE = 120;
/** So many mails that did not go out are named. */
const NAMED = 5;

/**
 * Mails a report, to each recipient in a mail of its own, and waits until all have gone out. The copy that is attached
 * lies in the artifact store for as long as the tasks that name it.
 * @throws TaskFailure EXTERNAL_API_ERROR while a mail has not gone out, so that the attempts and redrives of the task
 *   look again, and find what has become of the same mails; CONFIG_INVALID_SETTING without anybody to mail to.
 */
export async function sendReport(
  database: FacilityDatabase,
  file: ReportFile,
  context: HandlerContext,
): Promise<SentReport> {
  const definition = await definitionOf(database, file.definitionId);
  const { addresses, leftOut } = recipientsOf(definition.recipients);
  if (addresses.length === 0) {
    const message = `Report definition ${definition.id} has no recipient with an address: fix its recipients.`;
    throw new TaskFailure('CONFIG_INVALID_SETTING', message);
  }
  const message = await messageOf(file, definition, context);
  const mails = await sendMails(
    context,
    addresses.map((to) => ({ template: 'report', to, ...message })),
    dayOf(file.sendAt),
  );
  const ended = await context.awaitEnds(
    mails.map(({ id }) => id),
    PATIENCE,
  );
  requireSent(file, addresses, ended);
  return { sent: addresses.length, leftOut };
}

/**
 * What the mails say and carry. It is written down by the first attempt: a definition with another name would make other
 * mails, and a redrive may come after the row's content is removed.
 */
async function messageOf(
  file: ReportFile,
  definition: Definition,
  { artifacts, effectKey }: HandlerContext,
): Promise<Message> {
  const before = await artifacts.getRecord(effectKey('message'));
  if (before !== undefined) return before as Message;
  if (!file.content) {
    const message = `The content of report file ${file.id} was removed at ${file.removedAt?.toISOString()}, before this task had it.`;
    throw new TaskFailure('PERMANENT_NOT_FOUND', message);
  }
  const { hash } = await artifacts.put(file.content);
  const values = {
    name: oneLine(definition.name),
    about: oneLine(aboutOf(definition)),
    period: shownPeriod({ from: file.periodFrom, to: file.periodTo }, definition.clock),
    timeZone: definition.timeZone,
  };
  const message = { values, attachments: [{ artifact: hash, name: file.name }] };
  return (await artifacts.putRecord(effectKey('message'), message)) as Message;
}

function requireSent({ id }: ReportFile, addresses: readonly string[], mails: readonly TaskView[]): void {
  const unsent = mails.flatMap((mail, index) => (mail.state === 'completed' ? [] : [lineOf(mail, addresses[index])]));
  if (unsent.length === 0) return;
  const named = unsent.slice(0, NAMED).join('; ') + (unsent.length > NAMED ? '; …' : '');
  const message = `Report file ${id} has gone to ${mails.length - unsent.length} of ${mails.length}: ${named}. Retry or resolve those mails, then retry this task.`;
  throw new TaskFailure('EXTERNAL_API_ERROR', message);
}

function lineOf({ id, state, failure }: TaskView, address: string | undefined): string {
  return `the mail to ${address} (${id}) is ${state}${failure ? `: ${failure.message}` : ''}`;
}
