import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer, text } from 'node:stream/consumers';
import { SMTPServer } from 'smtp-server';

interface Post {
  headers: IncomingHttpHeaders;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into every field.
  body: any;
}

/** An HTTP server that alerts are posted to. */
export class WebhookReceiver {
  /** What it took: posts that it answered with 2xx. */
  readonly posts: Post[] = [];
  /** Posts that it answered otherwise. */
  refused = 0;
  status = 200;
  location: string | undefined;

  private constructor(private readonly server: Server) {}

  static async start(): Promise<WebhookReceiver> {
    const server = createServer(async (request, response) => {
      const body = JSON.parse(await text(request)) as unknown;
      if (receiver.status < 300) receiver.posts.push({ headers: request.headers, body });
      else receiver.refused++;
      response.writeHead(receiver.status, receiver.location ? { Location: receiver.location } : {}).end();
    });
    const receiver = new WebhookReceiver(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/hook?secret=s3cret`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}

interface ReceivedMail {
  to: string[];
  /** Header lines, unfolded. */
  headers: string[];
  body: string;
}

/** An SMTP server that alerts are mailed to. */
export class MailReceiver {
  readonly mails: ReceivedMail[] = [];

  private constructor(private readonly server: SMTPServer) {}

  static async start(): Promise<MailReceiver> {
    const server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      onData: (stream, session, done) => {
        void buffer(stream).then((raw) => {
          const [head = '', ...rest] = raw.toString('utf8').split('\r\n\r\n');
          receiver.mails.push({
            to: session.envelope.rcptTo.map(({ address }) => address),
            headers: head.replace(/\r\n[ \t]+/g, ' ').split('\r\n'),
            body: rest.join('\r\n\r\n'),
          });
          done();
        });
      },
    });
    const receiver = new MailReceiver(server);
    server.listen(0, '127.0.0.1');
    await once(server.server, 'listening');
    return receiver;
  }

  get url(): string {
    return `smtp://127.0.0.1:${(this.server.server.address() as AddressInfo).port}`;
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.server.close(() => resolve()));
  }
}
