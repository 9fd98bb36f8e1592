import { writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { SafeAddresses } from '../../src/catalogue/shared/safe-address';
import { webhookDeliver } from '../../src/catalogue/webhook-deliver/contract';
import type { WebhookReceiver } from '../support/servers/webhook-receiver';
import { WebhookBench } from './webhook-bench';

let bench: WebhookBench;
let receiver: WebhookReceiver;

beforeAll(async () => {
  bench = await WebhookBench.start();
  ({ receiver } = bench);
});
beforeEach(() => bench.reset());
afterAll(() => bench.close());

const deliver = (...order: Parameters<WebhookBench['deliver']>) => bench.deliver(...order);

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
    const file = bench.harness.file();
    await writeFile(file, 'from-a-file\n');
    const origins = [new URL(receiver.url()).origin];
    Object.assign(bench.secrets, {
      api: { env: 'API_TOKEN', origins },
      filed: { file, origins },
      gone: { file: `${file}-gone`, origins },
      elsewhere: { env: 'API_TOKEN', origins: ['https://api.example.com'] },
    });
    receiver.answers((response, { headers }) => {
      const token = `${headers.authorization}`.replace('Bearer ', '');
      const forms = [token, Buffer.from(token).toString('base64url'), Buffer.from(token).toString('hex')];
      response.end(`you sent ${headers.authorization} ${headers['x-key']} ${forms.join(' ')}`);
    });
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
    const body = `you sent ${Array.from({ length: 5 }, () => '[REDACTED]').join(' ')}`;
    expect(task).toMatchObject({ state: 'completed', result: { body } });
    const history = await bench.harness.temporalCli('workflow', 'show', '--workflow-id', task.id, '--output', 'json');
    const decoded = history.replace(/"data": "([^"]*)"/g, (_, data) => Buffer.from(data, 'base64').toString());
    for (const text of [JSON.stringify(task), decoded]) expect(text).not.toMatch(/abc\.def|from-a-file/);

    const failures = await Promise.all(
      [{ secretRef: 'unknown' }, { secretRef: 'gone' }, { secretRef: 'elsewhere' }].map((ref) =>
        send({ 'X-Key': ref }),
      ),
    );
    expect(failures.map(({ failure }) => failure?.message)).toEqual([
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
    Object.assign(bench.secrets, {
      room: { env: 'ROOM', origins: [origin] },
      'other-room': { env: 'ROOM', origins: ['https://chat.example.com'] },
      escape: { env: 'ESCAPE', origins: [origin] },
    });
    receiver.answers((response, { path }) => void response.writeHead(302, { Location: path }).end(`not at ${path}`));
    const send = (secretRef: string) => deliver({ to: { url: origin, path: { secretRef } }, payload: 1 });
    const task = await send('room');
    expect(receiver.log.map(({ path }) => path)).toEqual(['/services/T0/B0?key=x%20y']);
    expect(task.failure?.message ?? task.parking?.message).toContain('a redirect to [REDACTED]');
    const history = await bench.harness.temporalCli('workflow', 'show', '--workflow-id', task.id, '--output', 'json');
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
    const submitted = bench.tasks.submit({ type: 'webhook.deliver', input });
    await expect(submitted).rejects.toMatchObject({ code: 'invalid-request', extra: { issues: [{ pointer }] } });
  });
});

describe('addresses', () => {
  beforeAll(() => bench.startWorker('strict', []));

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
