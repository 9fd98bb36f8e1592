import type { HandlerContext } from '../../activities/handler';
import type { TaskView } from '../../client/view';
import { TaskFailure } from '../../tasks/failures';
import type { FacilityDatabase } from '../database/open';
import { dayOf } from '../keys';
import { recipientsOf } from '../mail/recipients';
import { sendMails } from '../mail/send';
import { oneLine } from '../one-line';
import { definitionOf } from '../report/definition';
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
    const message = `Report definition ${definition.id} has no recipient with an address: mend its recipients.`;
    throw new TaskFailure('CONFIG_INVALID_SETTING', message);
  }
  const { hash } = await attachmentOf(file, context);
  const values = {
    name: oneLine(definition.name),
    about: oneLine(aboutOf(definition)),
    period: shownPeriod({ from: file.periodFrom, to: file.periodTo }, definition.clock),
    timeZone: definition.timeZone,
  };
  const attachments = [{ artifact: hash, name: file.name }];
  const mails = await sendMails(
    context,
    addresses.map((to) => ({ template: 'report', to, values, attachments })),
    dayOf(file.sendAt),
  );
  const ended = await context.awaitEnds(
    mails.map(({ id }) => id),
    PATIENCE,
  );
  requireSent(file, addresses, ended);
  return { sent: addresses.length, leftOut };
}

/** A copy that outlives the removal of the row's content, for a redrive that comes after it. */
async function attachmentOf(
  { id, content, removedAt }: ReportFile,
  { artifacts, effectKey }: HandlerContext,
): Promise<{ hash: string }> {
  const before = await artifacts.getRecord(effectKey('content'));
  if (before !== undefined) return before as { hash: string };
  if (content)
    return (await artifacts.putRecord(effectKey('content'), await artifacts.put(content))) as { hash: string };
  const message = `The content of report file ${id} was removed at ${removedAt?.toISOString()}, before this task had it.`;
  throw new TaskFailure('PERMANENT_NOT_FOUND', message);
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
