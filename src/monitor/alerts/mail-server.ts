import { createTransport, type Transporter } from 'nodemailer';

/**
 * @param server `smtp://` or `smtps://` address of the mail server, with user and password where it wants them.
 * @param patience Longest silence of the server, in milliseconds.
 */
export function mailTransport(server: string, patience: number): Transporter {
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
