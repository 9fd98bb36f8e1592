import { isPlaceholder, mailboxKey } from '../shared/email-address';
import type { EmailSendInput, EmailSendOutput } from './contract';

/** An address with the name that is shown beside it, if any. */
export interface Mailbox {
  address: string;
  name: string;
}

const FIELDS = ['to', 'cc', 'bcc'] as const;

export type Recipients = Record<(typeof FIELDS)[number], Mailbox[]>;

/** Who gets the message: without placeholders, and each mailbox once, where it is mentioned first. */
export function chooseRecipients(input: Pick<EmailSendInput, (typeof FIELDS)[number]>): {
  recipients: Recipients;
  filtered: EmailSendOutput['filtered'];
} {
  const recipients: Recipients = { to: [], cc: [], bcc: [] };
  const filtered: EmailSendOutput['filtered'] = [];
  const seen = new Set<string>();
  for (const field of FIELDS) {
    for (const mailbox of input[field].map(mailboxOf)) {
      const { address } = mailbox;
      const key = mailboxKey(address);
      if (isPlaceholder(address)) filtered.push({ field, address, reason: 'placeholder' });
      else if (seen.has(key)) filtered.push({ field, address, reason: 'duplicate' });
      else recipients[field].push(mailbox);
      seen.add(key);
    }
  }
  return { recipients, filtered };
}

export function mailboxOf(given: EmailSendInput['to'][number]): Mailbox {
  return typeof given === 'string' ? { address: given, name: '' } : { address: given.address, name: given.name ?? '' };
}
