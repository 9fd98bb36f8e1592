import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type ParsedMail, simpleParser } from 'mailparser';
import { Outbox } from '../../src/embedded/outbox';
import { type EmailInput, failure, send } from '../support/inputs/emails';
import { RunningProcess } from '../support/processes/running-process';
import { until } from '../support/until';

const BUILT = path.join(__dirname, '..', '..', 'dist', 'embedded', 'outbox.js');

/** An outbox on a disk that does not get the second file written. */
const STALLING = `
  const { open } = require('node:fs/promises');
  open(process.execPath).then(async (handle) => {
    const files = Object.getPrototypeOf(handle);
    await handle.close();
    const { sync } = files;
    let mails = 0;
    files.sync = async function () {
      if ((await this.stat()).isFile() && ++mails === 2) {
        console.log('the disk stalls');
        await new Promise(() => {});
      }
      return sync.call(this);
    };
    const { Outbox } = require(${JSON.stringify(BUILT)});
    const { url } = await Outbox.open({ folder: process.argv[1], maxBytes: 100000 });
    console.log('open at ' + url + ' ');
  });`;

let folder: string;
let outbox: Outbox | undefined;
let running: RunningProcess | undefined;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'holdfast-outbox-'));
});
afterEach(async () => {
  await running?.stop('SIGKILL');
  await outbox?.close();
  outbox = undefined;
  await rm(folder, { recursive: true, force: true });
});

async function open(limits: { maxBytes?: number; maxMails?: number; maxTotalBytes?: number } = {}): Promise<Outbox> {
  outbox = await Outbox.open({ folder, maxBytes: 100_000, ...limits });
  return outbox;
}

/** Sends a mail as `email.send` does, and returns what the server answered. */
async function mail(server: string, input: Partial<EmailInput>): Promise<string> {
  const settings = { server, timeout: 30, from: 'holdfast@example.com', senders: [], maxBytes: 10_000_000 };
  return (await send(settings, input)).response;
}

/** What a person sees in the folder. */
async function names(): Promise<string[]> {
  return (await readdir(folder)).filter((name) => name.endsWith('.eml')).sort();
}

async function mails(): Promise<ParsedMail[]> {
  return Promise.all((await names()).map(async (name) => simpleParser(await readFile(path.join(folder, name)))));
}

async function subjects(): Promise<(string | undefined)[]> {
  return (await mails()).map(({ subject }) => subject);
}

it('keeps each mail as a file that mail programs read, in the order they came, with all its recipients', async () => {
  const { url } = await open();
  const answer = await mail(url, { subject: 'First', text: 'Größe', bcc: ['eve@example.com'] });
  await mail(url, { subject: 'Second' });

  const [first = '', second] = await names();
  expect(second).toMatch(/^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3}Z-[0-9a-f]{12}\.eml$/);
  expect(answer).toBe(`250 OK: kept as ${first}`);
  expect(await subjects()).toEqual(['First', 'Second']);
  const kept = await simpleParser(await readFile(path.join(folder, first)));
  expect(kept.messageId?.slice(1, 13)).toBe(/-([0-9a-f]{12})\.eml$/.exec(first)?.[1]);
  expect(kept.text).toBe('Größe\n');
  expect(kept.headers.get('x-envelope-to')).toBe('ada@example.com, eve@example.com');
});

it('acknowledges a mail once it is on the disk, and not sooner; killed before, it leaves no file', async () => {
  const stalling = await RunningProcess.start(['-e', STALLING, folder], {}, 'open at smtp');
  running = stalling;
  const [, url = ''] = await until('it says where it is', () => /open at (\S+) /.exec(stalling.log));
  await mail(url, { subject: 'Kept' });
  const second = mail(url, { subject: 'Not yet' }).then(
    () => 'acknowledged',
    () => 'broken off',
  );
  await until('the disk stalls', () => stalling.log.includes('the disk stalls'));
  expect(await subjects()).toEqual(['Kept']);
  await stalling.stop('SIGKILL');
  expect(await second).toBe('broken off');

  await open();
  expect(await subjects()).toEqual(['Kept']);
  expect(await readdir(folder)).toEqual(await names());
});

it('keeps nothing of a mail whose sender broke off, and goes on', async () => {
  const { url } = await open();
  const sender = createConnection(Number(new URL(url).port), '127.0.0.1');
  await once(sender, 'data');
  for (const line of ['EHLO here', 'MAIL FROM:<a@example.com>', 'RCPT TO:<b@example.com>', 'DATA']) {
    sender.write(`${line}\r\n`);
    await once(sender, 'data');
  }
  sender.write('Subject: Half\r\n\r\nDear');
  sender.destroy();
  await mail(url, { subject: 'Whole' });
  await outbox?.close();

  expect(await subjects()).toEqual(['Whole']);
});

it('drops the oldest when there are too many, also of those that an earlier start kept', async () => {
  const first = await open({ maxMails: 2 });
  for (const subject of ['1', '2', '3']) await mail(first.url, { subject });
  expect(await subjects()).toEqual(['2', '3']);
  await first.close();

  const second = await open({ maxMails: 2 });
  await mail(second.url, { subject: '4' });
  expect(await subjects()).toEqual(['3', '4']);
  await second.close();

  const third = await open({ maxTotalBytes: 5000 });
  await mail(third.url, { subject: '5', text: 'x'.repeat(4000) });
  expect(await subjects()).toEqual(['5']);
});

it('refuses a mail that is too large for good, and one that it cannot write for the moment', async () => {
  const { url } = await open({ maxBytes: 10_000 });
  expect(await failure(mail(url, { text: 'x'.repeat(20_000) }))).toMatchObject({
    code: expect.stringMatching(/^PERMANENT_/),
    message: expect.stringContaining('552'),
  });
  await rm(folder, { recursive: true });
  await writeFile(folder, 'in the way');
  expect(await failure(mail(url, {}))).toMatchObject({
    code: 'TRANSIENT_RESOURCE',
    message: expect.stringContaining('452 The mail cannot be kept'),
  });
});
