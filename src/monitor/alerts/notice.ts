import { createHash } from 'node:crypto';
import type { AlertNotice } from '../../protocol/alert';

/** One place that notices go to. Rejects when the notice did not arrive, as far as is known. */
export type AlertSink = (notice: AlertNotice) => Promise<void>;

const LONGEST_HEADLINE = 200;

/** One line without control characters, whatever the title holds: it becomes the subject of a mail. */
export function headline({ severity, title, cleared }: AlertNotice): string {
  return `[${cleared ? `over: ${severity}` : severity}] ${title}`
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim()
    .slice(0, LONGEST_HEADLINE);
}

/** The same for every delivery of a notice, so that receivers recognise a repeat. */
export function noticeId({ key, at }: AlertNotice): string {
  return createHash('sha256').update(`${key}\n${at}`).digest('hex').slice(0, 32);
}
