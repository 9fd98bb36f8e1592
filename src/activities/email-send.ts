import type { SendMailOptions, SMTPSentMessageInfo } from 'nodemailer';
import { mailboxKey } from '../tasks/email-address';
import type { EmailSendInput, EmailSendOutput, emailSend } from '../tasks/email-send';
import { contentsOf } from '../tasks/email-template';
import { TaskFailure } from '../tasks/failures';
import { openAttachments } from './email/attachments';
import { AnswerLost, deliver, type MailServer } from './email/deliver';
import { messageOf } from './email/message';
import { chooseRecipients, type Mailbox, mailboxOf, type Recipients } from './email/recipients';
import type { Handler, HandlerContext } from './handler';

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

/**
 * The handler of `email.send`.
 * @throws TaskFailure CONFIG_MISSING_SETTING without a mail server, PERMANENT_PERMISSION for a sender that is not
 *   allowed, PERMANENT_VALIDATION when nobody is left to send to or it is too large, OUTCOME_UNKNOWN when the
 *   answer of an `at-most-once` message was lost. What the server answers is classified by its reply.
 */
export function createEmailSend(settings: EmailSettings): Handler<typeof emailSend> {
  return async (input, context) => {
    const server = serverOf(settings);
    const sender = senderOf(input.from, settings);
    const { recipients, filtered } = chooseRecipients(input);
    if (filtered.length > 0) context.log.info('left out recipients', { filtered });
    requireSomebody(recipients, filtered);
    const { attachments, close } = await openAttachments(
      input.attachments,
      context.artifacts,
      roomLeft(input, settings),
    );
    try {
      const message = messageOf({ input, sender, recipients, attachments, effectKey: context.effectKey() });
      const output = { ...outcomeOf(await send(message, server, input.delivery, context)), filtered };
      context.log[output.rejected.length > 0 ? 'warn' : 'info']('the mail server took the message', output);
      context.progress(100, 'sent');
      return output;
    } finally {
      close();
    }
  };
}

async function send(
  message: SendMailOptions,
  server: MailServer,
  delivery: EmailSendInput['delivery'],
  context: HandlerContext,
): Promise<SMTPSentMessageInfo> {
  const { signal } = context;
  let lost: AnswerLost | undefined;
  context.progress(10, 'connecting');
  try {
    return await context.guard(`smtp:${new URL(server.url).hostname}`, () =>
      deliver(message, { server, signal, onMessage: async () => context.progress(50, 'handing over') }).catch(
        (error) => {
          if (error instanceof AnswerLost) lost = error;
          throw error;
        },
      ),
    );
  } catch (error) {
    // Also when the attempt was stopped: what is unknown stays so, whatever the reason.
    if (lost && delivery === 'at-most-once') {
      throw new TaskFailure('OUTCOME_UNKNOWN', lost.message, undefined, { cause: lost.cause });
    }
    if (lost) context.log.warn(`${lost.message}. It will be sent again under the same Message-ID.`);
    signal.throwIfAborted();
    throw error;
  }
}

function serverOf({ server, timeout }: EmailSettings): MailServer {
  if (server) return { url: server, timeout };
  throw new TaskFailure('CONFIG_MISSING_SETTING', 'This worker has no mail server: set HOLDFAST_SMTP_URL.');
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
    response: response ?? '',
  }));
  return { messageId: sent.messageId, accepted: sent.accepted, rejected, response: sent.response };
}
