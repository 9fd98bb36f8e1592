import type { SMTPSentMessageInfo } from 'nodemailer';
import type { Handler, HandlerContext } from '../../activities/attempt/handler';
import { TaskFailure } from '../../tasks/failures';
import { mailboxKey } from '../shared/email-address';
import { openAttachments } from './attachments';
import type { EmailSendInput, EmailSendOutput, emailSend } from './contract';
import type { MailServer } from './deliver';
import { messageOf } from './message';
import { chooseRecipients, type Mailbox, mailboxOf, type Recipients } from './recipients';
import { mailKey, sendOnce } from './recorded';
import { send } from './send';
import { contentsOf } from './template';

/** The mail settings of a worker. */
export interface EmailSettings {
  /** Address of the mail server. Without one every mail fails. */
  server: string | undefined;
  /** Seconds that the server may stay silent. */
  timeout: number;
  /** Sender of mails that name none. */
  from: string;
  /** Senders that a mail may name besides: addresses, or `@domain`. */
  senders: readonly string[];
  /** Bytes that texts and attachments may have together, before they are encoded. */
  maxBytes: number;
}

/** Characters of the server's answers that the result keeps. */
const LONGEST_RESPONSE = 500;

const NO_MAIL_SERVER: EmailSettings = {
  server: undefined,
  timeout: 120,
  from: 'holdfast@localhost.localdomain',
  senders: [],
  maxBytes: 10_485_760,
};

/**
 * The handler of `email.send`.
 * @param settings Defaults to no mail server.
 * @throws TaskFailure CONFIG_MISSING_SETTING without a mail server, PERMANENT_PERMISSION for a sender that is not
 *   allowed, PERMANENT_VALIDATION when nobody is left to send to or it is too large, OUTCOME_UNKNOWN when the
 *   answer of an `at-most-once` message was lost. What the server answers is classified by its reply.
 */
export function createEmailSend(settings = NO_MAIL_SERVER): Handler<typeof emailSend> {
  return async (input, context) => {
    const key = mailKey(input, context);
    const output = await sendOnce(key, context, () => sendNow(key, input, settings, context));
    context.progress(100, 'sent');
    return output;
  };
}

async function sendNow(
  key: string,
  input: EmailSendInput,
  settings: EmailSettings,
  context: HandlerContext,
): Promise<EmailSendOutput> {
  const server = serverOf(settings);
  const sender = senderOf(input.from, settings);
  const { recipients, filtered } = chooseRecipients(input);
  if (filtered.length > 0) context.log.info('left out recipients', { filtered });
  requireSomebody(recipients, filtered);
  const { attachments, close } = await openAttachments(input.attachments, context.artifacts, roomLeft(input, settings));
  try {
    const message = messageOf({ input, sender, recipients, attachments, effectKey: key });
    const output = { ...outcomeOf(await send(message, { key, server, delivery: input.delivery }, context)), filtered };
    context.log[output.rejected.length > 0 ? 'warn' : 'info']('the mail server took the message', output);
    return output;
  } finally {
    close();
  }
}

function serverOf({ server, timeout }: EmailSettings): MailServer {
  if (server) return { url: server, timeout };
  const message = 'This worker has no mail server: set HOLDFAST_SMTP_URL.';
  throw new TaskFailure('CONFIG_MISSING_SETTING', message, undefined, { nothingDone: true });
}

function senderOf(asked: EmailSendInput['from'], { from, senders }: EmailSettings): Mailbox {
  const sender = mailboxOf(asked ?? from);
  const key = mailboxKey(sender.address);
  const allowed = [from, ...senders].some((one) =>
    one.startsWith('@') ? key.endsWith(one.toLowerCase()) : key === mailboxKey(one),
  );
  if (allowed) return sender;
  throw new TaskFailure(
    'PERMANENT_PERMISSION',
    `This worker sends no mail from ${sender.address}: leave "from" out, or add it to HOLDFAST_EMAIL_SENDERS.`,
  );
}

function requireSomebody({ to, cc, bcc }: Recipients, filtered: EmailSendOutput['filtered']): void {
  if (to.length + cc.length + bcc.length > 0) return;
  const left = filtered.map(({ address }) => JSON.stringify(address)).join(', ');
  throw new TaskFailure('PERMANENT_VALIDATION', `Nobody is left to send to: ${left} stand where addresses should be.`);
}

/** What texts and values leave of the room for attachments, in bytes. */
function roomLeft(input: EmailSendInput, { maxBytes }: EmailSettings): number {
  const { text = '', html = '' } = contentsOf(input);
  const used = Buffer.byteLength(text) + Buffer.byteLength(html);
  if (used <= maxBytes) return maxBytes - used;
  throw new TaskFailure(
    'PERMANENT_VALIDATION',
    `The texts have ${used} bytes, more than the ${maxBytes} of HOLDFAST_EMAIL_MAX_BYTES. Send less, or a link.`,
  );
}

function outcomeOf(sent: SMTPSentMessageInfo): Omit<EmailSendOutput, 'filtered'> {
  const rejected = (sent.rejectedErrors ?? []).map(({ recipient, response }) => ({
    address: recipient ?? '',
    response: cut(response ?? ''),
  }));
  return { messageId: sent.messageId, accepted: sent.accepted, rejected, response: cut(sent.response) };
}

/** A server may say a lot. */
function cut(response: string): string {
  return response.slice(0, LONGEST_RESPONSE);
}
