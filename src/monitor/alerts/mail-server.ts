import type { Transporter } from 'nodemailer';
import { StartError } from '../../errors';
import { lacking } from '../../packages';

/**
 * @param server `smtp://` or `smtps://` address of the mail server, with user and password where it wants them.
 * @param patience Longest silence of the server, in milliseconds.
 * @throws StartError when the package that sends mail is not installed.
 */
export function mailTransport(server: string, patience: number): Transporter {
  const lack = lacking('Mail', ['nodemailer']);
  if (lack) throw new StartError(`${lack}.`);
  // Only now: who mails nothing need not have it.
  const { createTransport } = require('nodemailer') as typeof import('nodemailer');
  return createTransport({
    url: server,
    connectionTimeout: patience,
    greetingTimeout: patience,
    socketTimeout: patience,
    // Nothing in a notice may make the mailer read a file or an address.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
}

/** Connects, greets and logs in where the address says so, and sends nothing. Rejects when that does not work. */
export async function checkMailServer(server: string, patience: number): Promise<void> {
  const transport = mailTransport(server, patience);
  try {
    await transport.verify();
  } finally {
    transport.close();
  }
}
