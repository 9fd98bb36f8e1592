import type { Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import { listen, portOf } from './loopback';

/** A message that came in whole: the judge of what was sent, whatever became of the answer. */
export interface Received {
  from: string;
  to: string[];
  raw: string;
  messageId: string;
  /** The header that names the task and its generation. */
  effectKey: string;
}

/** An SMTP reply, with its text or without, or the end of the connection without one. */
export type Reply = number | { code: number; text: string } | 'drop';

/** How the server behaves; what is not set, it takes. A promise delays the reply. */
export interface Manners {
  connect?(): Reply | undefined | Promise<Reply | undefined>;
  /** With it the server wants a login, and answers it so. */
  login?(user: string, password: string): Reply | undefined;
  recipient?(address: string): Reply | undefined | Promise<Reply | undefined>;
  /** Asked with the first bytes of a message; the rest is not read any more when it says `drop`. */
  message?(): Reply | undefined;
  /** Asked when the message is in. */
  answer?(mail: Received): Reply | undefined | Promise<Reply | undefined>;
}

/** A mail server on loopback that can be rude. */
export class MailServer {
  /** Every message that came in whole, in order. */
  readonly received: Received[] = [];
  manners: Manners = {};
  private readonly sockets = new Map<number, Socket>();
  private readonly server: SMTPServer;

  private constructor(secret: boolean) {
    this.server = new SMTPServer({
      authOptional: !secret,
      allowInsecureAuth: true,
      disabledCommands: ['STARTTLS', ...(secret ? [] : ['AUTH'])],
      disableReverseLookup: true,
      onConnect: (session, done) => void this.reply(session, this.manners.connect?.(), done),
      onAuth: ({ username, password }, session, done) =>
        void this.reply(session, this.manners.login?.(username ?? '', password ?? ''), (error) =>
          error ? done(error) : done(null, { user: username ?? '' }),
        ),
      onRcptTo: ({ address }, session, done) =>
        void this.reply(session, this.manners.recipient?.(address), (error) => done(error)),
      onData: (stream, session, done) => void this.take(stream, session, done),
    });
    this.server.server.on('connection', (socket: Socket) => {
      const { remotePort = 0 } = socket;
      this.sockets.set(remotePort, socket);
      socket.on('close', () => this.sockets.delete(remotePort));
    });
    // Clients that die in the middle are what these tests are about.
    this.server.on('error', () => undefined);
  }

  /** @param secret Whether it wants a login. */
  static async start({ secret = false } = {}): Promise<MailServer> {
    const mailServer = new MailServer(secret);
    await listen(mailServer.server.server);
    return mailServer;
  }

  get port(): number {
    return portOf(this.server.server);
  }

  get url(): string {
    return `smtp://127.0.0.1:${this.port}`;
  }

  /** Clients that are connected. */
  get connections(): number {
    return this.sockets.size;
  }

  /** Forgets what came in, and is polite again. */
  reset(): void {
    this.received.length = 0;
    this.manners = {};
  }

  /** The only message that came in, as a mail program reads it. */
  async read(): Promise<ParsedMail> {
    const [mail, ...more] = this.received;
    if (!mail || more.length > 0) throw new Error(`${this.received.length} messages came in, not one`);
    return simpleParser(mail.raw);
  }

  async close(): Promise<void> {
    for (const socket of this.sockets.values()) socket.destroy();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  private async take(
    stream: SMTPServerDataStream,
    session: SMTPServerSession,
    done: (error?: Error | null) => void,
  ): Promise<void> {
    if (this.manners.message?.() === 'drop') return this.drop(session);
    const bytes = await buffer(stream).catch(() => undefined);
    // Its client died in the middle of it.
    if (!bytes) return;
    const raw = bytes.toString('latin1');
    const { mailFrom, rcptTo } = session.envelope;
    const mail: Received = {
      from: mailFrom ? mailFrom.address : '',
      to: rcptTo.map(({ address }) => address),
      raw,
      messageId: /^Message-ID:\s+(\S+)/im.exec(raw)?.[1] ?? '',
      effectKey: /^X-Holdfast-Effect-Key:\s+(\S+)/im.exec(raw)?.[1] ?? '',
    };
    this.received.push(mail);
    await this.reply(session, this.manners.answer?.(mail), done);
  }

  private async reply(
    session: SMTPServerSession,
    reply: Reply | undefined | Promise<Reply | undefined>,
    done: (error?: Error | null) => void,
  ): Promise<void> {
    const said = await reply;
    if (said === 'drop') return this.drop(session);
    const { code, text } = typeof said === 'object' ? said : { code: said ?? 0, text: 'not today' };
    done(code >= 400 ? Object.assign(new Error(text), { responseCode: code }) : null);
  }

  private drop({ remotePort }: SMTPServerSession): void {
    this.sockets.get(remotePort)?.destroy();
  }
}

/** The header lines of a message, unfolded, and what follows them. */
export function partsOf({ raw }: Received): { headers: string[]; body: string } {
  const [head = '', ...rest] = raw.split('\r\n\r\n');
  return { headers: head.replace(/\r\n[ \t]+/g, ' ').split('\r\n'), body: rest.join('\r\n\r\n') };
}
