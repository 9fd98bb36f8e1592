import { StartError } from '../../errors';
import type { AlertNotice } from '../../protocol/alert';
import { mailTransport } from './mail-server';
import { type AlertSink, headline, noticeId } from './notice';

interface EmailOptions {
  to: readonly string[];
  from: string;
  /** `smtp://` or `smtps://` address of the mail server, with user and password where it wants them. */
  server: string | undefined;
}

/** Less than an attempt of the activity that delivers. */
const PATIENCE_MS = 10_000;

/** Mails each notice as plain text. @throws StartError when there are addresses and no server. */
export function createEmailSink({ to, from, server }: EmailOptions): AlertSink | undefined {
  if (to.length === 0) return undefined;
  if (!server) {
    throw new StartError('HOLDFAST_ALERT_EMAIL is set, but no mail server: set HOLDFAST_SMTP_URL too.');
  }
  const mail = mailTransport(server, PATIENCE_MS);
  return async (notice) => {
    await mail.sendMail({
      from,
      to: [...to],
      subject: headline(notice),
      text: textOf(notice),
      messageId: `<${noticeId(notice)}@holdfast>`,
      date: new Date(notice.at),
      headers: { 'Auto-Submitted': 'auto-generated', 'X-Holdfast-Alert': noticeId(notice) },
    });
  };
}

function textOf({ message, todo, at, key }: AlertNotice): string {
  return [message, ...(todo ? [todo] : []), `${at}, alert ${key}`].join('\n\n');
}
