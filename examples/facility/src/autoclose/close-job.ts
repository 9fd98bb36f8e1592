import type { FacilityTransaction } from '../database/open';
import { OPEN } from '../database/schema';
import { recipientsOf } from '../mail/recipients';
import type { Mail } from '../mail/send';
import { shownTime } from '../shown-time';
import { noticeOf } from './notice';
import { raiseTicket } from './raise-ticket';

/** What the closing of a job has come to. */
export interface Closing {
  closed: boolean;
  story: string;
  mails: Mail[];
}

/**
 * Closes a job that was not reported in time: as partly completed when some of its checkpoints were done, with a ticket
 * where its notice asks for one.
 */
export async function closeJob(transaction: FacilityTransaction, instanceId: number): Promise<Closing> {
  const instance = await transaction
    .selectFrom('jobInstances')
    .innerJoin('sites', 'sites.id', 'jobInstances.siteId')
    .selectAll('jobInstances')
    .select(['sites.name as site', 'sites.tenant'])
    .where('jobInstances.id', '=', instanceId)
    .forUpdate('jobInstances')
    .executeTakeFirstOrThrow();
  if (!OPEN.includes(instance.status)) {
    return { closed: false, story: `Job ${instanceId} is ${instance.status} already.`, mails: [] };
  }
  const status = await statusOf(transaction, instance);
  const ticket = instance.notice === 'RAISETICKETNOTIFY' ? await raiseTicket(transaction, instance) : undefined;
  const { addresses, leftOut } = recipientsOf(await noticeOf(transaction, instance));
  await transaction
    .updateTable('checkpoints')
    .set({ status: 'AUTOCLOSED' })
    .where('instanceId', '=', instanceId)
    .where('status', '=', 'ASSIGNED')
    .execute();
  await transaction
    .updateTable('jobInstances')
    .set({
      status,
      emailSent: addresses.length > 0,
      ticketGenerated: ticket !== undefined,
      autoclosedByServer: true,
      closedAt: new Date(),
    })
    .where('id', '=', instanceId)
    .execute();
  const values = {
    // Not shown: of two jobs that look alike each has its mail.
    job: instanceId,
    what: instance.identifier.endsWith('TOUR') ? 'TOUR' : instance.identifier,
    name: instance.name,
    site: instance.site,
    plannedAt: shownTime(instance.plannedAt, instance.offsetMinutes),
    expiredAt: shownTime(instance.expiresAt, instance.offsetMinutes),
    status,
    ticket: ticket ?? false,
  };
  const story = [
    `Job ${instanceId} is closed as ${status}`,
    ...(ticket ? [`ticket ${ticket.number} is raised`] : []),
    ...(leftOut.length > 0
      ? [`nobody can be notified at ${leftOut.map((text) => JSON.stringify(text)).join(', ')}`]
      : []),
  ];
  return {
    closed: true,
    story: `${story.join('; ')}.`,
    mails: addresses.map((to) => ({ template: 'autoclose', to, values })),
  };
}

/** A tour that was begun counts as done in part. */
async function statusOf(
  transaction: FacilityTransaction,
  { id, status }: { id: number; status: string },
): Promise<'PARTIALLYCOMPLETED' | 'AUTOCLOSED'> {
  const checkpoints = await transaction
    .selectFrom('checkpoints')
    .select('status')
    .where('instanceId', '=', id)
    .execute();
  const done = checkpoints.filter((one) => one.status === 'COMPLETED').length;
  return status === 'INPROGRESS' && done > 0 && done < checkpoints.length ? 'PARTIALLYCOMPLETED' : 'AUTOCLOSED';
}
