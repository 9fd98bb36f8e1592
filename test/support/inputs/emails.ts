import type { z } from 'zod';
import type { HandlerContext } from '../../../src/activities/attempt/handler';
import { type Verdict, verdictOn } from '../../../src/activities/breaker/verdict';
import { classify } from '../../../src/activities/classify';
import { type EmailSendOutput, emailSend } from '../../../src/catalogue/email-send/contract';
import { createEmailSend, type EmailSettings } from '../../../src/catalogue/email-send/handler';
import { createHandlerContext } from '../handler-context';
import type { MailServer } from '../servers/mail-server';

export type EmailInput = z.input<typeof emailSend.input>;

/** A mail that says what is not said. */
export const letter = (more: Partial<EmailInput> = {}): EmailInput => ({
  to: ['ada@example.com'],
  subject: 'Hello',
  text: 'Good morning.',
  ...more,
});

/** Mail settings that lead to a server. */
export const settingsFor = (server: MailServer, more: Partial<EmailSettings> = {}): EmailSettings => ({
  server: server.url,
  timeout: 30,
  from: 'holdfast@example.com',
  senders: [],
  maxBytes: 10_485_760,
  ...more,
});

/** Sends a mail as an attempt does: contract first, then handler, then the contract's word on the result. */
export async function send(
  settings: EmailSettings,
  input: Partial<EmailInput> = {},
  overrides: Partial<HandlerContext> = {},
): Promise<EmailSendOutput> {
  const { context } = createHandlerContext({ type: 'email.send', taskId: 'email.send:1', ...overrides });
  return emailSend.output.parse(await createEmailSend(settings)(emailSend.input.parse(letter(input)), context));
}

/** How a failed mail is classified, and what the circuit breaker makes of it. */
export async function failure(
  sending: Promise<unknown>,
): Promise<{ code: string; message: string; speaks: Verdict['speaks'] }> {
  const thrown: unknown = await sending.then(
    () => new Error('it was sent'),
    (error: unknown) => error,
  );
  return { ...classify(thrown), speaks: verdictOn(thrown, 'smtp:mail.example.com').speaks };
}
