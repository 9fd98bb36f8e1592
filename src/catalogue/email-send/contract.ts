import { z } from 'zod';
import { artifactHash } from '../../tasks/artifact-schema';
import { defineContract } from '../../tasks/contract';
import { jsonValue } from '../../tasks/plain-schemas';
import { headerLine, isAddress, isHeaderLine, isPlaceholder } from '../shared/email-address';
import { contentsOf, TemplateError } from './template';

/** Mail servers take at least 100 recipients of one message (RFC 5321). */
const MAX_RECIPIENTS = 100;
const MAX_ATTACHMENTS = 20;
const MAX_SUBJECT = 900;
const MAX_TEXT = 500_000;

const NO_ADDRESS = 'must be an e-mail address such as "ada@example.com"';

const name = headerLine(200).optional().describe('Name shown beside the address. Defaults to none.');
const plainAddress = headerLine(254).refine(isAddress, { error: NO_ADDRESS });
const anyAddress = headerLine(254).refine((text) => isAddress(text) || isPlaceholder(text), { error: NO_ADDRESS });

/** An address, or an address with a name. */
const mailbox = (address: typeof plainAddress) =>
  z.union([address, z.strictObject({ address, name })], {
    error: ({ input }) =>
      typeof input === 'string' ? NO_ADDRESS : 'must be an e-mail address, or {"address": "…", "name": "…"}',
  });

const recipients = (who: string) =>
  z
    .array(mailbox(anyAddress))
    .max(MAX_RECIPIENTS)
    .default([])
    .describe(`${who} Placeholders such as "TBD" and second mentions are left out. Defaults to none.`);

const attachment = z.strictObject({
  artifact: artifactHash.describe('Hash of a file in the artifact store.'),
  name: headerLine(200)
    .min(1)
    .refine((text) => !/[/\\]/.test(text), { error: 'must be a file name without a folder' })
    .describe('File name that the receiver sees.'),
  mediaType: z
    .string()
    .max(100)
    .regex(/^[a-z]+\/[a-z0-9][a-z0-9.+-]*$/, 'must be a media type such as "application/pdf"')
    .refine((text) => !/^(multipart|message)\//.test(text), 'must be a media type such as "application/pdf"')
    .optional()
    .describe('Media type. Defaults to the one that the name suggests.'),
});

const input = z
  .strictObject({
    from: mailbox(plainAddress)
      .optional()
      .describe('Sender: one that the worker allows. Defaults to HOLDFAST_EMAIL_FROM.'),
    to: recipients('Receivers.'),
    cc: recipients('Receivers of a copy.'),
    bcc: recipients('Receivers of a copy that the others do not see.'),
    replyTo: mailbox(plainAddress).optional().describe('Where answers go. Defaults to the sender.'),
    subject: headerLine(MAX_SUBJECT).min(1).describe('Subject: one line.'),
    text: z.string().max(MAX_TEXT).optional().describe('The message as plain text. Defaults to none.'),
    html: z.string().max(MAX_TEXT).optional().describe('The message as HTML. Defaults to none.'),
    values: z
      .record(z.string(), jsonValue)
      .optional()
      .describe(
        'Makes subject, text and html Mustache templates that are filled with these values, escaped in html. Defaults to none: they are sent as they are.',
      ),
    attachments: z
      .array(attachment)
      .max(MAX_ATTACHMENTS)
      .default([])
      .describe('Files that go with it. Defaults to [].'),
    delivery: z
      .enum(['at-least-once', 'at-most-once'])
      .default('at-least-once')
      .describe(
        'When nobody knows whether the server took the message: at-least-once sends it again under the same Message-ID, at-most-once leaves it to a person. Defaults to at-least-once.',
      ),
  })
  .superRefine((value, context) => {
    const refuse = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
    const { to, cc, bcc, text, html } = value;
    const asked = to.length + cc.length + bcc.length;
    if (asked === 0) refuse('to', 'needs a recipient, here, in cc or in bcc');
    if (asked > MAX_RECIPIENTS) refuse('to', `with cc and bcc has ${asked} recipients; at most ${MAX_RECIPIENTS}`);
    if (text === undefined && html === undefined) refuse('text', 'needs a text, an html or both');
    if (!value.values) return;
    try {
      const { subject } = contentsOf(value);
      if (!isHeaderLine(subject)) refuse('subject', 'becomes more than one line with these values');
      if (subject.length > MAX_SUBJECT) refuse('subject', `becomes longer than ${MAX_SUBJECT} characters`);
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      refuse(error.field ?? 'values', error.message);
    }
  });

const output = z.strictObject({
  messageId: z.string().describe('The same for every attempt of the task.'),
  accepted: z.array(z.string()).describe('Addresses that the server took the message for.'),
  rejected: z
    .array(z.strictObject({ address: z.string(), response: z.string() }))
    .describe('Addresses that the server refused, with its words; they do not get it.'),
  filtered: z
    .array(
      z.strictObject({
        field: z.enum(['to', 'cc', 'bcc']),
        address: z.string(),
        reason: z.enum(['placeholder', 'duplicate']),
      }),
    )
    .describe('What was asked for and left out.'),
  response: z.string().describe("The server's answer to the message."),
});

export const emailSend = defineContract({
  type: 'email.send',
  summary: 'Sends an e-mail, with templates and attachments, through the mail server of the settings.',
  category: 'email',
  input,
  output,
  policy: { timeout: 900 },
  idempotent: ({ delivery }) => delivery === 'at-least-once',
  example: {
    to: ['ada@example.com', 'TBD'],
    subject: 'Report of {{month}}',
    text: 'Dear {{name}},\n\nthe report of {{month}} is ready.\n',
    html: '<p>Dear {{name}},</p><p>the report of <b>{{month}}</b> is ready.</p>',
    values: { name: 'Ada', month: 'November' },
  },
});

export type EmailSendInput = z.output<typeof input>;
export type EmailSendOutput = z.output<typeof output>;
