import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { Keys } from '../../src/access/keys';
import { LocalArtifactStore } from '../../src/artifacts/local/local-store';
import { KeyRing } from '../../src/encryption/key-ring';
import { KeyList } from '../../src/encryption/key-source';
import { StoreCipher } from '../../src/encryption/store-cipher';
import type { Answered } from '../support/api';
import { Harness } from '../support/harness';
import { RunningProcess } from '../support/processes/running-process';
import { MailServer } from '../support/servers/mail-server';
import { WebhookReceiver } from '../support/servers/webhook-receiver';
import { freePort } from '../support/temporal-server';
import { until } from '../support/until';

/** Stands for whatever must not be found: it has no shape of a secret, so that no redaction takes it away. */
const CANARY = 'canaryzqxjvk';
/** And one that redaction knows. */
const TOKEN = 'zzcanarytokenzz';
const SECRET = Buffer.alloc(32, 9);
const UI = 'https://temporal.example.com';

let harness: Harness;
let app: RunningProcess;
let mail: MailServer;
let receiver: WebhookReceiver;
let url: string;
let apiKey: string;
let readKey: string;
let env: Record<string, string>;
const tasks: Record<string, string> = {};

beforeAll(async () => {
  harness = await Harness.start({ onDisk: true });
  mail = await MailServer.start();
  receiver = await WebhookReceiver.start((response) => void response.writeHead(500).end(`no ${CANARY}`));
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  const artifacts = path.join(harness.folder, 'encrypted');
  env = {
    ...harness.env,
    PATH: process.env.PATH ?? '',
    HOLDFAST_HOME: path.join(harness.folder, 'home'),
    HOLDFAST_ARTIFACTS: artifacts,
    HOLDFAST_ENCRYPTION_KEYS: `test:${SECRET.toString('base64')}`,
    HOLDFAST_CODEC_ORIGINS: UI,
  };
  const keys = new KeyRing(new KeyList([{ id: 'test', secret: SECRET }]));
  const made = new Keys(new LocalArtifactStore(artifacts, new StoreCipher(keys)).entries);
  apiKey = (await made.create({ name: 'operator', scopes: ['admin'] }, 'test')).secret;
  readKey = (await made.create({ name: 'reader', scopes: ['read'] }, 'test')).secret;
  const settings = {
    ...env,
    HOLDFAST_PORT: String(port),
    HOLDFAST_LOG_LEVEL: 'debug',
    HOLDFAST_SMTP_URL: mail.url,
    HOLDFAST_WEBHOOK_ALLOW: `127.0.0.1:${receiver.port}`,
    HOLDFAST_VISIBILITY_RATE: '80',
    HOLDFAST_COMMANDS: JSON.stringify({ complain: { program: '/bin/ls', args: ['.*...'] } }),
    HOLDFAST_HOOK_SOURCES: '{}',
    // Every attempt but the first is an hour away, so that what fails stays where it is.
    HOLDFAST_CATEGORIES: JSON.stringify({ default: { attempts: 1 }, email: { attempts: 1 } }),
  };
  app = await RunningProcess.start([path.join(__dirname, '../../dist/embedded/all-roles.js')], settings, 'API listens');
  await makeCanaries();
}, 240_000);
afterAll(async () => {
  await app?.stop('SIGTERM');
  await receiver?.close();
  await mail?.close();
  await harness.close();
});

async function call(
  method: string,
  at: string,
  json?: unknown,
  headers: Record<string, string> = {},
): Promise<Answered> {
  const response = await fetch(`${url}${at}`, {
    method,
    headers: {
      Authorization: `Bearer ${apiKey}`,
      ...(json !== undefined && { 'Content-Type': 'application/json' }),
      ...headers,
    },
    ...(json !== undefined && { body: JSON.stringify(json) }),
  });
  const text = await response.text();
  const isJson = /\bjson/.test(response.headers.get('Content-Type') ?? '');
  return { status: response.status, headers: response.headers, body: isJson && text ? JSON.parse(text) : text };
}

async function done(method: string, at: string, json?: unknown, headers?: Record<string, string>) {
  const { status, body } = await call(method, at, json, headers);
  if (status >= 300) throw new Error(`${method} ${at} answered ${status}: ${JSON.stringify(body)}`);
  return body;
}

const task = (name: string) => `/v1/tasks/${encodeURIComponent(tasks[name] ?? name)}`;

async function submit(name: string, type: string, input: unknown, more: object = {}): Promise<void> {
  const headers = { 'Idempotency-Key': `${CANARY}-${name}` };
  tasks[name] = (await done('POST', '/v1/tasks', { type, input, ...more }, headers)).id;
}

async function reaches(name: string, ...states: string[]): Promise<void> {
  await until(`${name} is ${states.join(' or ')}`, async () => states.includes((await done('GET', task(name))).state));
}

/** A value with a canary in one of its texts at a time. */
function* variants(value: unknown): Generator<unknown> {
  if (typeof value === 'string') {
    yield CANARY;
    yield `${value} ${CANARY}`;
    yield value.replace(/^(https?:\/\/[^/]+\/?).*$|^([^@\s]+)(?=@)/, `$1$2${CANARY}`);
  } else if (Array.isArray(value)) {
    for (const [index, one] of value.entries()) for (const other of variants(one)) yield value.with(index, other);
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, one] of Object.entries(value))
      for (const other of variants(one)) yield { ...value, [name]: other };
  }
}

async function makeCanaries(): Promise<void> {
  await everyFieldOfEveryType();
  const target = {
    to: { url: receiver.url(`/hook/${CANARY}?token=${TOKEN}`) },
    payload: { note: CANARY, password: TOKEN },
  };
  const LATER = {
    redrives: { transient: [3600], external: [3600], configuration: [3600], permanent: [3600], unknown: [3600] },
    attempts: 1,
  };
  await submit('refused', 'webhook.deliver', target, { policy: LATER, description: undefined });
  await submit(
    'complaint',
    'command.run',
    { command: 'complain', args: [`/no/such/${CANARY}`] },
    { policy: { attempts: 1 } },
  );
  const letter = { to: [`${CANARY}@example.com`], subject: CANARY, text: `body ${CANARY}` };
  await submit('letter', 'email.send', letter);
  const later = { delay: 3600 };
  for (const name of ['cancelled', 'paused', 'failed', 'bulk']) await submit(name, 'email.send', letter, later);
  await Promise.all([
    reaches('refused', 'dead-lettered'),
    reaches('complaint', 'failed', 'dead-lettered'),
    reaches('letter', 'completed'),
  ]);

  const words = { by: `${CANARY} by`, reason: `${CANARY} because` };
  await done('POST', `${task('cancelled')}/cancel`, words);
  await done('POST', `${task('paused')}/pause`, words);
  await done('POST', `${task('refused')}/resolve`, {
    ...words,
    result: {
      status: 200,
      webhookId: CANARY,
      at: new Date().toISOString(),
      durationMs: 1,
      body: CANARY,
      bytes: 1,
      truncated: false,
      signed: false,
      saved: true,
    },
  });
  await done('POST', `${task('failed')}/pause`, words);
  await done('POST', '/v1/bulk-actions', { action: 'pause', ids: [tasks.bulk], ...words });
  const batch = { id: 'letters', tasks: [{ type: 'email.send', input: letter, key: `${CANARY}-member`, delay: 3600 }] };
  await done('POST', '/v1/batches', batch);
  await done('POST', '/v1/batches/letters/cancel', words);
  const schedule = {
    id: 'nightly',
    cron: '0 3 * * *',
    type: 'email.send',
    input: letter,
    note: `${CANARY} note`,
    paused: true,
  };
  await done('POST', '/v1/schedules', schedule);
  await done('POST', '/v1/schedules/nightly/pause', { note: `${CANARY} again` });
  const hook = { url: receiver.url(`/events/${CANARY}?key=${TOKEN}`), events: ['order.paid'], description: CANARY };
  await done('POST', '/v1/webhook-subscriptions', hook).catch(() =>
    done('POST', '/v1/webhook-subscriptions', { url: hook.url, events: hook.events }),
  );
  await done('POST', '/v1/events', { event: 'order.paid', data: { CANARY, password: TOKEN } });
  await fetch(`${url}/v1/files`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${apiKey}`, 'Content-Type': 'text/plain' },
    body: `file of ${CANARY}`,
  });
  await Promise.all([reaches('cancelled', 'cancelled'), reaches('paused', 'paused'), reaches('refused', 'completed')]);
}

/** All waits for an hour, so that the records of what was asked are looked at, not of what came of it. */
async function everyFieldOfEveryType(): Promise<void> {
  const { taskTypes } = await done('GET', '/v1/task-types');
  for (const { type, example } of taskTypes as { type: string; example: unknown }[]) {
    const later = { delay: 3600, policy: { window: 3600 } };
    let taken = 0;
    for (const input of variants(example)) {
      const { status } = await call('POST', '/v1/tasks', { type, input, ...later });
      if (status < 300) taken++;
    }
    tasks[`fields of ${type}`] = String(taken);
  }
}

/** A text as it may stand in bytes: as it is, and in base64 wherever it begins. */
function traces(text: string): string[] {
  const shifted = [0, 1, 2].map((shift) => {
    const encoded = Buffer.from(`${'x'.repeat(shift)}${text}`).toString('base64');
    return encoded.slice(shift === 0 ? 0 : 4, Math.floor(((shift + text.length) * 4) / 3) - 1);
  });
  return [text, ...shifted];
}

/** Where the texts stand, with what is around them. */
function found(bytes: Buffer | string, ...texts: string[]): string[] {
  return texts.flatMap(traces).flatMap((trace) => {
    const at = bytes.indexOf(trace);
    return at < 0 ? [] : [bytes.slice(Math.max(0, at - 100), at + 60).toString()];
  });
}

function filesUnder(folder: string): Buffer[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.map(({ parentPath, name }) => readFileSync(path.join(parentPath, name)));
}

const temporal = (...args: string[]) => harness.temporalCli(...args);

it('each type takes canaries in its fields', () => {
  const counts = Object.entries(tasks).filter(([name]) => name.startsWith('fields of'));
  expect(counts.length).toBeGreaterThanOrEqual(5);
  expect(counts.filter(([, count]) => count === '0')).toEqual([]);
});

it("nothing of them stands in Temporal's database", () => {
  const files = readdirSync(harness.folder).filter((name) => name.startsWith('temporal.db'));
  expect(files).toContain('temporal.db');
  for (const file of files) expect(found(readFileSync(path.join(harness.folder, file)), CANARY, TOKEN)).toEqual([]);
});

it('nothing of them stands in the artifact store', () => {
  const files = filesUnder(path.join(harness.folder, 'encrypted'));
  expect(files.length).toBeGreaterThan(5);
  expect(found(Buffer.concat(files), CANARY, TOKEN)).toEqual([]);
});

it('nothing of them is logged', () => {
  expect(app.lines.length).toBeGreaterThan(20);
  expect(app.log.split('\n').filter((line) => found(line, CANARY, TOKEN).length > 0)).toEqual([]);
});

it('nothing of them is in metrics, and no token in exports and errors', async () => {
  expect(found(await done('GET', '/metrics'), CANARY, TOKEN)).toEqual([]);
  for (const at of [
    '/v1/dead-letters.csv',
    '/v1/tasks?limit=200',
    task('refused'),
    `${task('refused')}/timeline`,
    '/v1/audit',
  ]) {
    const { status, body } = await call('GET', at);
    expect([at, status]).toEqual([at, 200]);
    expect(found(JSON.stringify(body), TOKEN)).toEqual([]);
  }
});

it('whoever has the keys sees all of it: in the API and on the command line', async () => {
  expect(await done('GET', task('letter'))).toMatchObject({
    state: 'completed',
    result: { accepted: [`${CANARY}@example.com`] },
  });
  const { entries } = await done('GET', `${task('cancelled')}/timeline`);
  expect(entries).toContainEqual(
    expect.objectContaining({ event: 'cancel-requested', by: 'operator', reason: `${CANARY} because` }),
  );
  expect(await done('GET', '/v1/schedules/nightly')).toMatchObject({ note: `${CANARY} again`, paused: true });
  const complaint = await done('GET', task('complaint'));
  expect(JSON.stringify(complaint)).toContain(CANARY);
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [path.join(__dirname, '../../dist/cli/main.js'), 'info', tasks.letter ?? '', '--json'],
    { env },
  );
  expect(JSON.parse(stdout)).toMatchObject({ task: { state: 'completed' } });
});

describe('the codec endpoint', () => {
  const show = (...args: string[]) =>
    temporal('workflow', 'show', '--workflow-id', tasks.complaint ?? '', '--output', 'json', ...args);

  it('lets the stock command line read a history, with a key that may', async () => {
    expect(found(await show(), CANARY)).toEqual([]);
    const codec = ['--codec-endpoint', `${url}/v1/codec`, '--codec-auth'];
    const shown = await show(...codec, `Bearer ${apiKey}`);
    expect(found(shown, CANARY)).not.toEqual([]);
    const asked = { payloads: [] };
    const as = async (key: string) =>
      (await call('POST', '/v1/codec/decode', asked, { Authorization: `Bearer ${key}` })).status;
    expect([await as(readKey), await as('hf_none'), await as(apiKey)]).toEqual([403, 401, 200]);
  });

  it('lets the stock command line send what is encrypted', async () => {
    const codec = ['--codec-endpoint', `${url}/v1/codec`, '--codec-auth', `Bearer ${apiKey}`];
    const input = JSON.stringify({ by: 'cli', reason: `${CANARY} by hand` });
    await temporal(
      'workflow',
      'signal',
      '--workflow-id',
      tasks.paused ?? '',
      '--name',
      'resume',
      '--input',
      input,
      ...codec,
    );
    await until('it is resumed', async () => (await done('GET', task('paused'))).state === 'scheduled');
    expect(
      found(await temporal('workflow', 'show', '--workflow-id', tasks.paused ?? '', '--output', 'json'), CANARY),
    ).toEqual([]);
  });

  it('has a counterpart on the command line, for when the API is down', async () => {
    const main = path.join(__dirname, '../../dist/cli/main.js');
    const decoding = promisify(execFile)(process.execPath, [main, 'codec', 'decode'], { env });
    decoding.child.stdin?.end(await show());
    const { stdout } = await decoding;
    expect(found(stdout, CANARY)).not.toEqual([]);
    expect(JSON.parse(stdout).events.length).toBeGreaterThan(3);
  });

  it('answers pages of the Web UI, and no others', async () => {
    const asked = { payloads: [{ metadata: { encoding: 'anNvbi9wbGFpbg==' }, data: 'MTc=' }] };
    const ask = (origin: string) =>
      call('POST', '/v1/codec/encode', asked, { Origin: origin, 'Sec-Fetch-Site': 'cross-site' });
    const allowed = await ask(UI);
    expect([allowed.status, allowed.headers.get('Access-Control-Allow-Origin')]).toEqual([200, UI]);
    const decoded = await call('POST', '/v1/codec/decode', { payloads: [...allowed.body.payloads, ...asked.payloads] });
    expect(decoded.body).toEqual({ payloads: [...asked.payloads, ...asked.payloads] });
    const refused = await ask('https://evil.example.com');
    expect([refused.status, refused.headers.get('Access-Control-Allow-Origin')]).toEqual([403, null]);
    const preflight = await fetch(`${url}/v1/codec/decode`, {
      method: 'OPTIONS',
      headers: { Origin: UI, 'Access-Control-Request-Method': 'POST' },
    });
    expect([preflight.status, preflight.headers.get('Access-Control-Allow-Headers')]).toEqual([
      204,
      'Authorization, Content-Type, X-Namespace',
    ]);
    const elsewhere = await call('GET', '/v1/tasks', undefined, { Origin: UI, 'Sec-Fetch-Site': 'cross-site' });
    expect(elsewhere.status).toBe(403);
    const bad = await call('POST', '/v1/codec/decode', { payloads: [{ metadata: { encoding: 'not base64!' } }] });
    expect(bad.status).toBe(422);
  });
});

it('a process without the key says which one it lacks', async () => {
  const { HOLDFAST_ENCRYPTION_KEYS: _none, ...without } = env;
  const main = path.join(__dirname, '../../dist/cli/main.js');
  const failed = promisify(execFile)(process.execPath, [main, 'info', tasks.letter ?? ''], { env: without });
  await expect(failed).rejects.toMatchObject({
    stderr: expect.stringMatching(/encrypted with key test.*HOLDFAST_ENCRYPTION_KEYS/s),
  });
});
