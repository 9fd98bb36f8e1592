import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import path from 'node:path';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { runVerifier } from '../../src/activities/attempt/run-verifier';
import { createContracts, createHandlers } from '../../src/catalogue';
import { SafeAddresses } from '../../src/catalogue/shared/safe-address';
import { ConfiguredSecrets } from '../../src/catalogue/shared/secrets';
import { webhookDeliver } from '../../src/catalogue/webhook-deliver/contract';
import { TaskClient } from '../../src/client/task-client';
import { WebhookSecrets } from '../../src/client/webhooks/secrets';
import { Subscriptions } from '../../src/client/webhooks/subscriptions';
import type { SecretSources } from '../../src/tasks/secret-ref';
import { Harness } from '../support/harness';
import { until } from '../support/until';
import { verified, WebhookReceiver } from '../support/webhook-receiver';

const contracts = createContracts({ commands: {} });
const secrets: SecretSources = {};
const create = (allow: string[]) =>
  createHandlers({
    commands: {},
    maxPixels: 1000,
    webhooks: {
      allow,
      secrets: new ConfiguredSecrets(secrets, {
        API_TOKEN: 'Bearer abc.def',
        ROOM: '/services/T0/B0?key=x%20y',
        ESCAPE: '//evil.example/@there',
      }),
    },
  });
const { handlers, verifiers, close } = create(['127.0.0.0/8']);

let harness: Harness;
let tasks: TaskClient;
let receiver: WebhookReceiver;
let subscriptions: Subscriptions;

beforeAll(async () => {
  harness = await Harness.start();
  const { temporal: client, artifacts } = harness;
  tasks = new TaskClient({ client, contracts, artifacts, deadline: 10 });
  subscriptions = new Subscriptions(artifacts.entries);
  await harness.startWorkers({ contracts, handlers });
  receiver = await WebhookReceiver.start();
});
beforeEach(() => {
  receiver.log.length = 0;
  receiver.answers((response) => void response.end('ok'));
});
afterAll(async () => {
  await receiver.close();
  await close();
  await harness.close();
});

async function deliver(
  input: object,
  policy: object = { attempts: 1, redrives: { external: [], transient: [], configuration: [], unknown: [] } },
) {
  const { wait } = await tasks.submit({ type: 'webhook.deliver', input, policy });
  return wait(60);
}

const subscribe = (more: object = {}) =>
  subscriptions.create({ url: receiver.url('/sub'), events: ['*'], delivered: '2xx', ...more });

/** Sends a byte every so often, as long as somebody listens. */
function drip({ socket }: ServerResponse, text: string): void {
  let sent = 0;
  const timer = setInterval(() => {
    if (socket?.writable && sent < text.length) socket.write(text.charAt(sent++));
    else clearInterval(timer);
  }, 50);
  socket?.on('close', () => clearInterval(timer));
}

describe('webhook.deliver', () => {
  it('posts the payload as JSON, once, and keeps the answer', async () => {
    const task = await deliver({ to: { url: receiver.url('/a') }, payload: { order: 17, text: 'ä' } });
    expect(task).toMatchObject({
      state: 'completed',
      result: { status: 200, body: 'ok', bytes: 2, truncated: false, signed: false, saved: true },
    });
    expect(receiver.log).toMatchObject([
      {
        body: '{"order":17,"text":"ä"}',
        headers: { 'content-type': 'application/json', 'webhook-id': (task.result as { webhookId: string }).webhookId },
      },
    ]);
    expect(receiver.log[0]?.headers['idempotency-key']).toContain(`${task.id}/${task.generation}/post-`);
  });

  it('puts secrets into headers by their name, where they may go, and shows them nowhere', async () => {
    const file = harness.file();
    await writeFile(file, 'from-a-file\n');
    const origins = [new URL(receiver.url()).origin];
    Object.assign(secrets, {
      api: { env: 'API_TOKEN', origins },
      filed: { file, origins },
      gone: { file: `${file}-gone`, origins },
      elsewhere: { env: 'API_TOKEN', origins: ['https://api.example.com'] },
    });
    receiver.answers(
      (response, { headers }) => void response.end(`you sent ${headers.authorization} ${headers['x-key']}`),
    );
    const send = (headers: object) => deliver({ to: { url: receiver.url('/secret') }, payload: 1, headers });
    const task = await send({
      Authorization: { secretRef: 'api' },
      'X-Key': { secretRef: 'filed' },
      'X-Plain': 'plain',
    });
    expect(receiver.log[0]?.headers).toMatchObject({
      authorization: 'Bearer abc.def',
      'x-key': 'from-a-file',
      'x-plain': 'plain',
    });
    expect(task).toMatchObject({ state: 'completed', result: { body: expect.stringContaining('[REDACTED]') } });
    const history = await harness.temporalCli('workflow', 'show', '--workflow-id', task.id, '--output', 'json');
    const decoded = history.replace(/"data": "([^"]*)"/g, (_, data) => Buffer.from(data, 'base64').toString());
    for (const text of [JSON.stringify(task), decoded]) expect(text).not.toMatch(/abc\.def|from-a-file/);

    const failures = await Promise.all(
      [{ secretRef: 'unknown' }, { secretRef: 'gone' }, { secretRef: 'elsewhere' }].map((ref) =>
        send({ 'X-Key': ref }),
      ),
    );
    expect(failures.map(({ parking, failure }) => failure?.message ?? parking?.message)).toEqual([
      'There is no secret unknown on this worker: HOLDFAST_SECRETS does not name it.',
      'The file of the secret gone cannot be read: ENOENT.',
      `The secret elsewhere may not be sent to ${origins[0]}.`,
    ]);
    expect(receiver.log).toHaveLength(1);
    for (const headers of [{ Host: 'evil' }, { 'X-A': 'b\r\nX-C: d' }, { 'X-A': { secretRef: '../etc' } }]) {
      await expect(send(headers)).rejects.toMatchObject({ code: 'invalid-request' });
    }
  });

  it('sends to an address of which the path is a secret, and shows it nowhere', async () => {
    const { origin } = new URL(receiver.url());
    Object.assign(secrets, {
      room: { env: 'ROOM', origins: [origin] },
      'other-room': { env: 'ROOM', origins: ['https://chat.example.com'] },
      escape: { env: 'ESCAPE', origins: [origin] },
    });
    receiver.answers((response, { path }) => void response.writeHead(302, { Location: path }).end(`not at ${path}`));
    const send = (secretRef: string) => deliver({ to: { url: origin, path: { secretRef } }, payload: 1 });
    const task = await send('room');
    expect(receiver.log.map(({ path }) => path)).toEqual(['/services/T0/B0?key=x%20y']);
    expect(task.failure?.message ?? task.parking?.message).toContain('a redirect to [REDACTED]');
    const history = await harness.temporalCli('workflow', 'show', '--workflow-id', task.id, '--output', 'json');
    const decoded = history.replace(/"data": "([^"]*)"/g, (_, data) => Buffer.from(data, 'base64').toString());
    for (const text of [JSON.stringify(task), decoded]) expect(text).not.toContain('T0/B0');
    const elsewhere = await send('other-room');
    expect(elsewhere.failure?.message ?? elsewhere.parking?.message).toBe(
      `The secret other-room may not be sent to ${origin}.`,
    );
    await send('escape');
    expect(receiver.log.map(({ path }) => path).slice(1)).toEqual(['//evil.example/@there']);
  });

  it('with any-answer a 500 is delivered, and not sent again', async () => {
    receiver.answers((response) => void response.writeHead(500).end('broken'));
    const input = { to: { url: receiver.url() }, payload: {}, delivered: 'any-answer' };
    expect(await deliver(input, {})).toMatchObject({ state: 'completed', result: { status: 500, body: 'broken' } });
    expect(receiver.log).toHaveLength(1);
  });

  it('tries again with the same ID until the receiver takes it, when the receiver says', async () => {
    receiver.answers((response) => {
      if (receiver.log.length === 1) response.writeHead(503, { 'Retry-After': '1' }).end();
      else if (receiver.log.length === 2) response.writeHead(500).end();
      else response.end();
    });
    const task = await deliver({ to: { url: receiver.url() }, payload: 1 }, { firstDelay: 0.1, cap: 0.1 });
    expect(task).toMatchObject({ state: 'completed', attempts: 3 });
    const [first, second] = task.failures ?? [];
    expect([first?.code, second?.code]).toEqual(['EXTERNAL_API_DOWN', 'EXTERNAL_API_ERROR']);
    // The policy alone would have waited for a tenth of a second.
    expect(Date.parse(second?.startedAt ?? '') - Date.parse(first?.at ?? '')).toBeGreaterThanOrEqual(900);
    expect(new Set(receiver.log.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(new Set(receiver.log.map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
  });

  it.each<[string, (response: ServerResponse) => void]>([
    ['says nothing', () => undefined],
    ['hangs in the middle of its head', ({ socket }) => void socket?.write('HTTP/1.1 200 OK\r\nX-Half')],
    ['gives its head byte by byte', (response) => drip(response, `HTTP/1.1 200 OK\r\nX-Slow: ${'x'.repeat(10_000)}`)],
  ])('a receiver that %s past the limit has had its one request, and fails the task', async (_how, hang) => {
    receiver.answers(hang);
    const task = await deliver({ to: { url: receiver.url() }, payload: 1, timeout: 0.5 });
    expect(task).toMatchObject({ state: 'failed', failure: { code: 'EXTERNAL_TIMEOUT' } });
    expect(task.failure?.message).toContain(`127.0.0.1:${receiver.port} gave no answer within 0.5 s`);
    expect(receiver.log).toHaveLength(1);
  });

  it('the limit is a minute unless the task says otherwise', () => {
    expect(webhookDeliver.input.parse({ to: { url: receiver.url() }, payload: 1 }).timeout).toBe(60);
  });

  it('follows no redirect', async () => {
    receiver.answers((response) => void response.writeHead(307, { Location: receiver.url('/elsewhere') }).end());
    const task = await deliver({ to: { url: receiver.url('/here') }, payload: 1 });
    expect(task).toMatchObject({ state: 'failed', failure: { code: 'PERMANENT_VALIDATION' } });
    expect(task.failure?.message).toContain('Redirects are not followed');
    expect(receiver.log.map(({ path: at }) => at)).toEqual(['/here']);
  });

  it('reads no more than it keeps of an answer that never ends', async () => {
    receiver.answers((response) => {
      const write = () => {
        while (!response.destroyed && response.write('x'.repeat(16_384)));
      };
      response.on('drain', write);
      write();
    });
    const task = await deliver({ to: { url: receiver.url() }, payload: 1 });
    expect(task).toMatchObject({ state: 'completed', result: { status: 200, bytes: 65_536, truncated: true } });
  });

  it.each<[string, (body: Buffer) => Buffer, object]>([
    ['gzip', gzipSync, { body: 'Grüße' }],
    ['deflate', deflateSync, { body: 'Grüße' }],
    ['deflate', deflateRawSync, { body: 'Grüße' }],
    ['br', brotliCompressSync, { body: 'Grüße' }],
    ['deflate, GZIP', (body) => gzipSync(deflateSync(body)), { body: 'Grüße' }],
    ['identity', (body) => body, { body: 'Grüße' }],
    ['gzip', (body) => gzipSync(body).subarray(0, -9), { body: 'Grüße' }],
    ['gzip', () => gzipSync(Buffer.alloc(8 << 20, 'a')), { body: 'a'.repeat(2000), truncated: true }],
    ['zstd', () => Buffer.from('28b52ffd', 'hex'), { body: '(4 bytes packed as zstd)' }],
    ['gzip', () => Buffer.from('no gzip'), { body: '(7 bytes packed as gzip)' }],
  ])('unpacks an answer that comes as %s, or names how it is packed', async (encoding, pack, expected) => {
    receiver.answers((response) => {
      response.writeHead(200, { 'Content-Encoding': encoding }).end(pack(Buffer.from('Grüße')));
    });
    const task = await deliver({ to: { url: receiver.url() }, payload: 1 });
    expect(task).toMatchObject({ state: 'completed', result: expected });
  });

  it('keeps the status of an answer that breaks off', async () => {
    receiver.answers((response) => {
      response.writeHead(200, { 'Content-Length': '100' }).write('half');
      setTimeout(() => response.destroy(), 20);
    });
    const task = await deliver({ to: { url: receiver.url() }, payload: 1 });
    expect(task).toMatchObject({ state: 'completed', result: { status: 200, body: 'half', truncated: true } });
  });

  it.each([
    ['another protocol', { to: { url: 'ftp://example.com' }, payload: 1 }, '/input/to/url'],
    ['credentials in the address', { to: { url: 'https://me:secret@example.com' }, payload: 1 }, '/input/to/url'],
    ['no receiver', { to: {}, payload: 1 }, '/input/to'],
    ['no payload', { to: { url: 'https://example.com' } }, '/input/payload'],
    ['too much', { to: { url: 'https://example.com' }, payload: 'x'.repeat(1024 * 1024) }, '/input/payload'],
  ])('refuses %s at once', async (_what, input, pointer) => {
    const submitted = tasks.submit({ type: 'webhook.deliver', input });
    await expect(submitted).rejects.toMatchObject({ code: 'invalid-request', extra: { issues: [{ pointer }] } });
  });
});

describe('a subscription', () => {
  const secrets = () => new WebhookSecrets(harness.artifacts.entries);

  it("gets requests that its secret signs, and the receivers' own library verifies", async () => {
    const { id } = await subscribe();
    const payload = { type: 'order.paid', data: { email: 'fay@far.example', order_id: 5 } };
    expect(await deliver({ to: { subscription: id }, payload })).toMatchObject({ result: { signed: true } });
    const [request] = receiver.at('/sub');
    expect(request && verified(request, await secrets().secretOf(id, 1))).toEqual(payload);
    const other = await secrets().secretOf(id, 2);
    expect(() => request && verified(request, other)).toThrow('No matching signature');
    expect(await subscriptions.results(id)).toMatchObject([
      { status: 200, sample: { email: 'f***@far.example', order_id: '***' } },
    ]);
  });

  it('shows no secret of what was sent, nor of its own address', async () => {
    const { id } = await subscribe();
    const data = {
      login: { user: 'fay', password: 'hunter2' },
      note: 'Authorization: Bearer hunter2hunter2',
      link: 'https://files.example/a?sig=hunter2&name=b',
      hook: 'https://hooks.slack.com/services/T0/B0/hunter2',
      encoded: Buffer.from(JSON.stringify({ api_key: 'hunter2', more: 'text' })).toString('base64'),
    };
    await deliver({ to: { subscription: id }, payload: { type: 'user.login', data } });
    const results = await subscriptions.results(id);
    expect(JSON.stringify(results)).not.toMatch(/hunter2|aHVudGVyM|W50ZXIy/);
    expect(results).toMatchObject([{ sample: { login: { password: '[REDACTED]' }, note: expect.any(String) } }]);
  });

  it('is signed by both secrets while one is rotated, and by the new one alone after that', async () => {
    const { id } = await subscribe();
    const [old, fresh] = [await secrets().secretOf(id, 1), await secrets().secretOf(id, 2)];
    await subscriptions.rotate(id, 3600);
    await deliver({ to: { subscription: id }, payload: 'during' });
    await subscriptions.change(id, (record) => ({ ...record, oldSecretUntil: new Date(Date.now() - 1).toISOString() }));
    await deliver({ to: { subscription: id }, payload: 'after' });
    const [during, after] = receiver.at('/sub');
    if (!during || !after) throw new Error('Both should have come.');
    expect([verified(during, old), verified(during, fresh), verified(after, fresh)]).toEqual([
      'during',
      'during',
      'after',
    ]);
    expect(() => verified(after, old)).toThrow('No matching signature');
  });

  it('is signed by every secret whose own time is not over, however often it is rotated', async () => {
    const { id } = await subscribe();
    const [first, second, third] = await Promise.all([1, 2, 3].map((number) => secrets().secretOf(id, number)));
    await subscriptions.rotate(id, 3600);
    await subscriptions.rotate(id, 3600);
    await deliver({ to: { subscription: id }, payload: 'twice' });
    await subscriptions.change(id, ({ olderSecrets = [], ...record }) => ({
      ...record,
      olderSecrets: olderSecrets.map((one) => ({ ...one, until: new Date(Date.now() - 1).toISOString() })),
    }));
    await deliver({ to: { subscription: id }, payload: 'later' });
    await subscriptions.rotate(id, 3600);
    await subscriptions.rotate(id, 0);
    await deliver({ to: { subscription: id }, payload: 'leaked' });
    const [twice, later, leaked] = receiver.at('/sub');
    const signs = (request = twice, secret = '') => {
      try {
        return request !== undefined && verified(request, secret) !== undefined;
      } catch {
        return false;
      }
    };
    expect([first, second, third].map((secret) => signs(twice, secret))).toEqual([true, true, true]);
    expect([first, second, third].map((secret) => signs(later, secret))).toEqual([false, true, true]);
    const after = await Promise.all([1, 2, 3, 4, 5].map((number) => secrets().secretOf(id, number)));
    expect(after.map((secret) => signs(leaked, secret))).toEqual([false, false, false, false, true]);
  });

  it('has no secret in the store, in histories or in what the task shows', async () => {
    const { id } = await subscribe();
    const task = await deliver({ to: { subscription: id }, payload: 1 });
    const secret = (await secrets().secretOf(id, 1)).slice('whsec_'.length);
    const history = JSON.stringify(await harness.temporal.workflow.getHandle(task.id).fetchHistory());
    const shown = [history, JSON.stringify(task), JSON.stringify(await subscriptions.read(id))].join('');
    expect(shown).not.toContain(secret);
    expect(shown).not.toContain(Buffer.from(secret).toString('base64').slice(0, 40));
  });

  it.each(['2xx', 'any-answer'] as const)('is disabled by an answer of 410 (%s), and says so', async (delivered) => {
    const { id } = await subscribe({ delivered });
    receiver.answers((response) => void response.writeHead(410).end());
    const task = await deliver({ to: { subscription: id }, payload: 1 });
    expect(task.state).toBe(delivered === '2xx' ? 'failed' : 'completed');
    expect(await subscriptions.read(id)).toMatchObject({
      enabled: false,
      disabled: { by: task.id, reason: 'the receiver answered 410 Gone' },
    });
    const next = await deliver({ to: { subscription: id }, payload: 2 });
    expect(next).toMatchObject({ state: 'failed', failure: { code: 'PERMANENT_PERMISSION' } });
    expect(next.failure?.message).toContain('410 Gone). Enable it');
    expect(receiver.log).toHaveLength(1);
  });

  it('is removed by an answer of 410 when it says so, and nothing goes there any more', async () => {
    const { id } = await subscribe({ whenGone: 'remove' });
    receiver.answers((response) => void response.writeHead(410).end());
    const task = await deliver({ to: { subscription: id }, payload: 1 });
    expect(task.state).toBe('failed');
    await expect(subscriptions.read(id)).rejects.toMatchObject({ code: 'not-found' });
    expect((await subscriptions.list()).map((one) => one.id)).not.toContain(id);
    const next = await deliver({ to: { subscription: id }, payload: 2 });
    expect(next).toMatchObject({ state: 'failed', failure: { code: 'PERMANENT_NOT_FOUND' } });
    expect(next.failure?.message).toContain(`It was removed (${task.id}: the receiver answered 410 Gone)`);
    expect(receiver.log).toHaveLength(1);
  });

  it('loses no change to another one at the same time', async () => {
    const { id } = await subscribe();
    await Promise.all(Array.from({ length: 10 }, () => subscriptions.rotate(id, 60)));
    expect(await subscriptions.read(id)).toMatchObject({ secret: 11 });
  });

  it('keeps its last ten results, without an answer too', async () => {
    const { id } = await subscribe();
    receiver.answers((response) => void response.destroy());
    await deliver({ to: { subscription: id }, payload: 0 });
    expect(await subscriptions.results(id)).toEqual([
      expect.objectContaining({ error: expect.stringContaining('other side closed'), sample: 0 }),
    ]);
    receiver.answers((response) => void response.end());
    await Promise.all(
      Array.from({ length: 12 }, (_, index) => deliver({ to: { subscription: id }, payload: index + 1 })),
    );
    const results = await subscriptions.results(id);
    expect(results).toHaveLength(10);
    expect(results.every(({ status }) => status === 200)).toBe(true);
  });
});

describe('an answer that cannot be saved', () => {
  it('stands, and the receiver gets no second call', async () => {
    const { id } = await subscribe();
    // What is a file cannot be made a folder: nothing more can be written below.
    const folders = ['records', 'entries'].map((name) => path.join(harness.artifacts.folder, name));
    const saved = folders.map((folder) => `${folder}-saved`);
    receiver.answers(async (response) => {
      for (const [index, folder] of folders.entries()) {
        await rename(folder, saved[index] ?? '').catch(() => undefined);
        await writeFile(folder, '');
      }
      response.end('taken');
    });
    try {
      const task = await deliver({ to: { subscription: id }, payload: 1 }, {});
      expect(task).toMatchObject({ state: 'completed', result: { status: 200, saved: false } });
      expect(receiver.log).toHaveLength(1);
    } finally {
      for (const [index, folder] of folders.entries()) {
        await rm(folder, { force: true });
        await rename(saved[index] ?? '', folder).catch(() => mkdir(folder));
      }
    }
  });
});

describe('the verifier', () => {
  it('knows what was written down, and says where to look otherwise', async () => {
    const input = { to: { url: receiver.url() }, payload: 1 };
    const task = await deliver(input);
    const verify = (generation = '') =>
      runVerifier(
        webhookDeliver,
        verifiers['webhook.deliver'],
        { taskId: task.id, generation, input },
        { artifacts: harness.artifacts },
      );
    expect(await verify(task.generation)).toMatchObject({ effect: 'done', output: task.result });
    expect(await verify('another')).toMatchObject({
      effect: 'unknown',
      evidence: expect.stringMatching(/receiver's log for the webhook-id msg_[0-9a-f]{32}/),
    });
  });
});

describe("the verifier and the subscription's own record, found by its ID", () => {
  const verify = (subscription: string, taskId: string) =>
    runVerifier(
      webhookDeliver,
      verifiers['webhook.deliver'],
      // Of another generation nothing else is written down.
      { taskId, generation: 'another', input: { to: { subscription }, payload: 1 } },
      { artifacts: harness.artifacts },
    );

  it.each([
    [200, 'done', 'came to the answer 200'],
    [500, 'unknown', 'came to the answer 500'],
  ])('say what became of a request that was answered %d: %s', async (status, effect, evidence) => {
    const { id } = await subscribe();
    receiver.answers((response) => void response.writeHead(status).end());
    const task = await deliver({ to: { subscription: id }, payload: 1 });
    const found = {
      effect,
      evidence: expect.stringMatching(`The subscription ${id} says .* for this task ${evidence}`),
    };
    expect(await verify(id, task.id)).toMatchObject(found);
  });

  it('say that nothing is known of another task, and of no subscription', async () => {
    const { id } = await subscribe();
    await deliver({ to: { subscription: id }, payload: 1 });
    const missing = `sub_${'0'.repeat(26)}`;
    expect(await verify(id, 'webhook.deliver:other')).toMatchObject({
      effect: 'unknown',
      evidence: expect.stringContaining(`The subscription ${id} has no result of this task`),
    });
    expect(await verify(missing, 'webhook.deliver:other')).toMatchObject({
      effect: 'unknown',
      evidence: expect.stringContaining(`There is no subscription ${missing}`),
    });
  });
});

describe('addresses', () => {
  const { handlers: strict, close: closeStrict } = create([]);
  let stop: () => Promise<void>;

  beforeAll(async () => {
    stop = await harness.startWorkers({ contracts, handlers: strict, queues: ['strict'] });
  });
  afterAll(async () => {
    await stop();
    await closeStrict();
  });

  it('that are not public are not called, unless they are allowed', async () => {
    const port = receiver.port;
    const urls = [
      receiver.url(),
      `http://localhost:${port}/`,
      `http://0x7f000001:${port}/`,
      `http://2130706433:${port}/`,
      `http://127.1:${port}/`,
      `http://[::1]:${port}/`,
      `http://[::ffff:127.0.0.1]:${port}/`,
      `http://0.0.0.0:${port}/`,
      'http://169.254.169.254/latest/meta-data/',
      'http://10.1.2.3/',
      'http://192.168.0.1/',
      'http://[fd00:ec2::254]/',
    ];
    const ended = await Promise.all(
      urls.map((url) => deliver({ to: { url }, payload: 1 }, { queue: 'strict', attempts: 1 })),
    );
    expect(ended.map(({ failure }) => failure?.code)).toEqual(urls.map(() => 'PERMANENT_PERMISSION'));
    expect(receiver.log).toEqual([]);
  });

  it('are checked again for what a name leads to', async () => {
    const addresses = new SafeAddresses();
    const resolve = (name: string, safe = addresses) =>
      new Promise<unknown>((done) => safe.lookup(name, { all: true }, (error, found) => done(error ?? found)));
    expect(await resolve('localhost')).toMatchObject({ code: 'PERMANENT_PERMISSION' });
    expect(await resolve('localhost', new SafeAddresses(['127.0.0.0/8', '::1/128']))).toContainEqual(
      expect.objectContaining({ address: expect.stringMatching(/^(127\.0\.0\.1|::1)$/) }),
    );
    // The system's resolver is told to say that a name has several addresses.
    const [outside, inside] = [
      { address: '93.184.215.14', family: 4 },
      { address: '10.1.2.3', family: 4 },
    ];
    for (const found of [[outside, inside], [outside, outside, inside], [inside, outside], []]) {
      jest
        .spyOn(require('node:dns'), 'lookup')
        .mockImplementationOnce(((_: string, __: object, done: (...answer: unknown[]) => void) =>
          done(null, found)) as never);
      expect(await resolve('several.example.com')).toMatchObject({ code: 'PERMANENT_PERMISSION' });
    }
    expect(() => addresses.check(new URL('https://example.com/hooks'))).not.toThrow();
    const named = new SafeAddresses(['hooks.internal:8080']);
    expect(named.isNamed(new URL('http://hooks.internal:8080/'))).toBe(true);
    expect(() => named.check(new URL('http://hooks.internal:8081/'))).toThrow('local or private host');
  });
});

it('the master secret is made once, by whoever needs it first', async () => {
  const entries = harness.artifacts.entries;
  await until('there is one', async () => (await entries.names('webhook-master-secret')).length === 1);
  const made = await Promise.all([1, 2, 3].map(() => new WebhookSecrets(entries).secretOf('sub_x', 1)));
  expect(new Set(made).size).toBe(1);
  const given = new WebhookSecrets(entries, 'another master secret of enough length');
  expect(await given.secretOf('sub_x', 1)).not.toBe(made[0]);
});
