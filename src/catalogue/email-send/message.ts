import { createHash } from 'node:crypto';
import type { SendMailOptions } from 'nodemailer';
import type { OpenAttachment } from './attachments';
import type { EmailSendInput } from './contract';
import { type Mailbox, mailboxOf, type Recipients } from './recipients';
import { contentsOf } from './template';

/** All that a message is made of. */
interface Parts {
  input: EmailSendInput;
  sender: Mailbox;
  recipients: Recipients;
  attachments: readonly OpenAttachment[];
  effectKey: string;
}

/** Composes the message, as nodemailer takes it. Of the `bcc` recipients only the envelope knows. */
export function messageOf({ input, sender, recipients, attachments, effectKey }: Parts): SendMailOptions {
  const { to, cc, bcc } = recipients;
  return {
    ...contentsOf(input),
    from: sender,
    to,
    cc,
    ...(input.replyTo && { replyTo: mailboxOf(input.replyTo) }),
    envelope: { from: sender.address, to: [...to, ...cc, ...bcc].map(({ address }) => address) },
    messageId: messageIdOf(effectKey, sender.address),
    headers: { 'Auto-Submitted': 'auto-generated', 'X-Holdfast-Effect-Key': effectKey },
    attachments: attachments.map(({ name, mediaType, stream }) => ({
      filename: name,
      content: stream,
      ...(mediaType && { contentType: mediaType }),
    })),
    xMailer: false,
    // Nothing in an input may make the mailer read a file or an address.
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

/** The same for every attempt, so that a receiver can tell a second copy from a second message. */
function messageIdOf(effectKey: string, sender: string): string {
  const hash = createHash('sha256').update(effectKey).digest('hex').slice(0, 40);
  return `<${hash}@${sender.slice(sender.lastIndexOf('@') + 1).toLowerCase()}>`;
}
