import { createHash } from 'node:crypto';
import { canonicalize } from 'json-canonicalize';

/** The day of an instant, in UTC. */
export function dayOf(time: Date): string {
  return time.toISOString().slice(0, 10);
}

/** @param expiresAt When the job became late: an instance is late once, however many nights the closing takes. */
export function autocloseKey(instanceId: number, expiresAt: Date): string {
  return `autoclose:${instanceId}:${dayOf(expiresAt)}`;
}

/** @param dueAt When the ticket had waited for long enough. */
export function escalationKey(ticketId: number, level: number, dueAt: Date): string {
  return `escalation:${ticketId}:L${level}:${dayOf(dueAt)}`;
}

/** @param now When the run looked: a job is planned on again every day. */
export function ppmKey(jobId: number, siteId: number, now: Date): string {
  return `ppm:S${jobId}:site${siteId}:${dayOf(now)}`;
}

export function reminderKey(reminderId: number, dueAt: Date): string {
  return `reminder:${reminderId}:${dayOf(dueAt)}`;
}

/** @param parameters What the report is about, its period among it: another period is another report. */
export function reportKey(name: string, parameters: object, userId: number, format: string): string {
  return `report:${slug(name)}:${hash16(parameters)}:U${userId}:${format}`;
}

export function reportMailKey(fileId: number, sendAt: Date): string {
  return `report-mail:${fileId}:${dayOf(sendAt)}`;
}

/** @param about What the mail is about: what differs makes another mail. */
export function emailKey(template: string, recipient: string, about: object, day: string): string {
  return `email:${template}:${recipient.toLowerCase()}:${hash16(about)}:${day}`;
}

function hash16(value: object): string {
  return createHash('sha256').update(canonicalize(value)).digest('hex').slice(0, 16);
}

/** Keys are printable ASCII of at most 255 characters; names are what people write. */
function slug(name: string): string {
  const plain = name.normalize('NFKD').replace(/[^\x21-\x7e]+/g, '-');
  return plain.slice(0, 80);
}
