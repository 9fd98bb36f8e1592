import type { FacilityTransaction } from '../database/open';
import { OPEN } from '../database/schema';
import { reminderKey } from '../keys';
import { recipientsOf } from '../mail/recipients';
import type { Mail } from '../mail/send';
import { shownTime } from '../shown-time';

/** What a reminder says and to whom, or why nobody gets it. */
export type Reminder = { mail: Mail } | { unneeded: string } | { unsendable: string };

/**
 * The name of the writing of a reminder. What is written stays the same until it is known what came of it: the mail
 * under way is found again, whatever has changed since. A reminder that failed is written anew.
 */
export function effectName(id: number, { dueAt, settledAt }: { dueAt: Date; settledAt: Date | null }): string {
  const key = reminderKey(id, dueAt);
  return settledAt ? `${key}:${settledAt.toISOString()}` : key;
}

/**
 * Writes a reminder: to whom the job is assigned, or, without an address of theirs, to who is in charge of the site.
 * Where nobody has an address the reminder has failed.
 */
export async function composeReminder(transaction: FacilityTransaction, id: number): Promise<Reminder> {
  const row = await transaction
    .selectFrom('reminders')
    .innerJoin('jobInstances', 'jobInstances.id', 'reminders.instanceId')
    .innerJoin('sites', 'sites.id', 'jobInstances.siteId')
    .innerJoin('people as assignee', 'assignee.id', 'jobInstances.assigneeId')
    .innerJoin('people as inCharge', 'inCharge.id', 'sites.inChargeId')
    .selectAll('jobInstances')
    .select(['sites.name as site', 'assignee.name as assignee', 'assignee.email', 'inCharge.email as inChargeEmail'])
    .where('reminders.id', '=', id)
    .executeTakeFirstOrThrow();
  if (!OPEN.includes(row.status)) return { unneeded: `Job ${row.id} is ${row.status} already` };
  if (row.expiresAt <= new Date()) return { unneeded: `Job ${row.id} is late since ${row.expiresAt.toISOString()}` };
  const [own] = recipientsOf([row.email]).addresses;
  const to = own ?? recipientsOf([row.inChargeEmail]).addresses[0];
  if (!to) {
    const places = [row.email, row.inChargeEmail].map((text) => JSON.stringify(text)).join(' and ');
    const unsendable = `Nobody can be reminded of job ${row.id} (${row.name}): ${places} stand where the addresses of ${row.assignee} and of who is in charge of ${row.site} should be.`;
    await transaction
      .updateTable('reminders')
      .set({ status: 'FAILED', failure: unsendable, settledAt: new Date() })
      .where('id', '=', id)
      .execute();
    return { unsendable };
  }
  const values = {
    // Not shown: two reminders of one job are two mails.
    reminder: id,
    name: row.name,
    site: row.site,
    plannedAt: shownTime(row.plannedAt, row.offsetMinutes),
    expiresAt: shownTime(row.expiresAt, row.offsetMinutes),
    instead: own ? false : row.assignee,
  };
  return { mail: { template: 'reminder', to, values } };
}
