import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { SMTPServer, SMTPServerDataStream, SMTPServerEnvelope } from 'smtp-server';
import { publish, temporaryPath } from '../artifacts/local/whole-file';

interface OutboxOptions {
  /** Where the mails are kept. */
  folder: string;
  /** Largest mail, in bytes as it is sent. */
  maxBytes: number;
  /** Mails that are kept; the oldest goes first. Defaults to 1000. */
  maxMails?: number;
  /** Bytes that they may have together. Defaults to 1 GiB. */
  maxTotalBytes?: number;
}

interface KeptMail {
  name: string;
  bytes: number;
}

const USER = 'worker';
/** Milliseconds that clients get to go when it closes. */
const CLOSE_PATIENCE_MS = 1000;

/** A mail server that keeps every mail as a file and delivers none, for those who have no other. */
export class Outbox {
  private lastTime = 0;

  private constructor(
    private readonly options: Required<OutboxOptions>,
    /** Oldest first. */
    private readonly kept: KeptMail[],
    private readonly server: SMTPServer,
    private readonly password: string,
  ) {}

  /** Opens it on any free port of loopback. One process at a time may have the folder. */
  static async open({ maxMails = 1000, maxTotalBytes = 1024 ** 3, ...rest }: OutboxOptions): Promise<Outbox> {
    const { folder, maxBytes } = rest;
    const password = randomBytes(16).toString('hex');
    // What a killed process left half-written was never acknowledged.
    await rm(path.dirname(await temporaryPath(folder)), { recursive: true, force: true });
    // Only now: who has a mail server need not have this package.
    const smtp = await import('smtp-server');
    const server = new smtp.SMTPServer({
      disabledCommands: ['STARTTLS'],
      // On loopback, for the worker that was told the password: nobody else leaves mails here.
      allowInsecureAuth: true,
      onAuth: ({ username, password: given }, _session, done) => {
        if (username === USER && given === password) done(null, { user: USER });
        else done(new Error('This mail server is for its own worker only.'));
      },
      disableReverseLookup: true,
      size: maxBytes,
      closeTimeout: CLOSE_PATIENCE_MS,
      onData: (stream, { envelope }, done) => {
        outbox.take(stream, envelope).then(
          (name) => done(null, `OK: kept as ${name}`),
          (error: Error) => done(error),
        );
      },
    });
    const outbox = new Outbox({ maxMails, maxTotalBytes, ...rest }, await mailsIn(folder), server, password);
    // Clients may die whenever they like.
    server.on('error', () => undefined);
    server.listen(0, '127.0.0.1');
    await once(server.server, 'listening');
    return outbox;
  }

  get url(): string {
    return `smtp://${USER}:${this.password}@127.0.0.1:${(this.server.server.address() as AddressInfo).port}`;
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  /** Resolves, with the file's name, once the mail is on the disk. */
  private async take(stream: SMTPServerDataStream, envelope: SMTPServerEnvelope): Promise<string> {
    const chunks: Buffer[] = [];
    // Read to its end even if it is too large, or the client would never get its answer.
    for await (const chunk of stream) if (!stream.sizeExceeded) chunks.push(chunk as Buffer);
    if (stream.sizeExceeded) {
      throw Object.assign(new Error(`Mails of more than ${this.options.maxBytes} bytes are not kept`), {
        responseCode: 552,
      });
    }
    try {
      return await this.keep(Buffer.concat([Buffer.from(envelopeHeaders(envelope)), ...chunks]));
    } catch (error) {
      // A full disk, or a folder that somebody took away: another attempt may have better luck.
      throw Object.assign(new Error(`The mail cannot be kept: ${(error as Error).message}`), { responseCode: 452 });
    }
  }

  private async keep(mail: Buffer): Promise<string> {
    const { folder } = this.options;
    const temporary = await temporaryPath(folder);
    try {
      const handle = await open(temporary, 'wx', 0o600);
      try {
        await handle.writeFile(mail);
        await handle.sync();
      } finally {
        await handle.close();
      }
      const name = `${this.nextTime()}-${shortId(mail)}.eml`;
      await publish(path.join(folder, name), () => rename(temporary, path.join(folder, name)));
      this.kept.push({ name, bytes: mail.length });
      await this.removeOldest();
      return name;
    } finally {
      await rm(temporary, { force: true });
    }
  }

  /** Later than every time before it, so that names are in the order of the mails, and no two alike. */
  private nextTime(): string {
    this.lastTime = Math.max(Date.now(), this.lastTime + 1);
    return new Date(this.lastTime).toISOString().replaceAll(':', '-');
  }

  private async removeOldest(): Promise<void> {
    const { folder, maxMails, maxTotalBytes } = this.options;
    let total = this.kept.reduce((sum, { bytes }) => sum + bytes, 0);
    while (this.kept.length > maxMails || (total > maxTotalBytes && this.kept.length > 1)) {
      const [oldest] = this.kept.splice(0, 1);
      if (!oldest) return;
      total -= oldest.bytes;
      await rm(path.join(folder, oldest.name), { force: true });
    }
  }
}

async function mailsIn(folder: string): Promise<KeptMail[]> {
  await mkdir(folder, { recursive: true });
  const names = (await readdir(folder)).filter((name) => name.endsWith('.eml')).sort();
  return Promise.all(names.map(async (name) => ({ name, bytes: (await stat(path.join(folder, name))).size })));
}

/** Only the envelope knows who gets a blind copy. */
function envelopeHeaders({ mailFrom, rcptTo }: SMTPServerEnvelope): string {
  const to = rcptTo.map(({ address }) => address).join(',\r\n ');
  return `X-Envelope-From: ${mailFrom ? mailFrom.address : ''}\r\nX-Envelope-To: ${to}\r\n`;
}

/** The beginning of the Message-ID, as far as it fits into a file's name. */
function shortId(mail: Buffer): string {
  const [head = ''] = mail.toString('latin1', 0, 65_536).split('\r\n\r\n', 1);
  return /^Message-ID:\s+<([A-Za-z0-9.-]{1,12})/im.exec(head)?.[1] ?? randomBytes(6).toString('hex');
}
