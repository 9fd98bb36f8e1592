import { Webhook } from 'standardwebhooks';
import { runVerifier } from '../../src/activities/attempt/run-verifier';
import { createContracts, createHandlers } from '../../src/catalogue';
import { webhookProcess } from '../../src/catalogue/webhook-process/contract';
import { TaskClient } from '../../src/client/task-client';
import { TelemetryStore } from '../../src/client/webhooks/telemetry-store';
import { TestApi } from '../support/api';
import { Harness } from '../support/harness';

const secretOf = (letter: string) => `whsec_${Buffer.from(letter.repeat(32)).toString('base64')}`;
const [SECRET, NEXT_SECRET] = [secretOf('a'), secretOf('b')];
const contracts = createContracts();
const { handlers, verifiers, close } = createHandlers({ maxPixels: 1000 });

let harness: Harness;
let api: TestApi;
let users = 5000;
let user: number;

beforeAll(async () => {
  harness = await Harness.start();
  const { temporal: client, artifacts } = harness;
  const tasks = new TaskClient({ client, contracts, artifacts, deadline: 10 });
  const hookSources = { learnpack: { secrets: [SECRET, NEXT_SECRET] } };
  api = await TestApi.start(harness, { tasks, contracts, hookSources });
});
beforeEach(() => {
  user = ++users;
});
afterAll(async () => {
  await api.close();
  await close();
  await harness.close();
});

const startWorkers = () => harness.startWorkers({ contracts, handlers });

let ids = 0;
interface Sent {
  id?: string;
  secret?: string;
  at?: Date;
  source?: string;
  headers?: Record<string, string>;
}

/** Sends as a sender's own library signs. */
function send(payload: unknown, { id = `msg_${++ids}`, secret = SECRET, at = new Date(), source, headers }: Sent = {}) {
  const raw = typeof payload === 'string' || Buffer.isBuffer(payload) ? payload : JSON.stringify(payload);
  return api.call('POST', `/v1/hooks/${source ?? 'learnpack'}`, {
    raw,
    headers: {
      'Content-Type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': new Webhook(secret).sign(id, at, raw),
      ...headers,
    },
  });
}

const batch = (more: object = {}) => ({ user_id: user, slug: '16-Random-Colors-Loop', steps: [1], ...more });
const stored = () => api.get(`/v1/telemetry/${user}/16-random-colors-loop`);

describe('a webhook that comes in', () => {
  it('is stored as a task with its very bytes, while no worker is there', async () => {
    const raw = `{"user_id": ${user},  "slug":"x", "event":"batch"}`;
    const { status, body, headers } = await send(raw);
    expect(status).toBe(202);
    expect(headers.get('Location')).toBe(api.task(body.id));
    const { state } = (await api.get(api.task(body.id))).body;
    expect(state).toBe('queued');
    const history = await harness.temporal.workflow.getHandle(body.id).fetchHistory();
    const payload = history.events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads?.[0]?.data;
    expect(JSON.parse(Buffer.from(payload ?? []).toString()).input).toMatchObject({ body: raw, event: 'batch' });
  });

  it('again is the same task, also when it was signed at another time and by the next secret', async () => {
    const first = await send(batch(), { id: 'msg_again' });
    const again = await send(batch(), { id: 'msg_again', at: new Date(Date.now() - 60_000), secret: NEXT_SECRET });
    expect([first.body.duplicate, again.body.duplicate]).toEqual([false, true]);
    expect(again.body.id).toBe(first.body.id);
    expect((await send(batch({ steps: [2] }), { id: 'msg_again' })).status).toBe(422);
  });

  it.each<[string, Sent, number, string]>([
    ['a signature of another secret', { secret: secretOf('c') }, 403, 'No matching signature'],
    ['a signature of other bytes', { headers: { 'webhook-signature': 'v1,AAAA' } }, 403, 'No matching signature'],
    ['an old time', { at: new Date(Date.now() - 6 * 60_000) }, 403, 'too old'],
    ['a time to come', { at: new Date(Date.now() + 6 * 60_000) }, 403, 'too new'],
    ['no such source', { source: 'nobody' }, 404, 'no source nobody'],
    ['an ID that is none', { headers: { 'webhook-id': '' } }, 400, 'webhook-id'],
    ['a form', { headers: { 'Content-Type': 'multipart/form-data; boundary=x' } }, 415, 'not a form'],
  ])('with %s is refused', async (_what, sent, status, detail) => {
    const answer = await send(batch(), sent);
    expect(answer).toMatchObject({ status, body: { detail: expect.stringContaining(detail) } });
  });

  it.each([
    ['that is empty', '', 400, 'The body is empty'],
    ['of blanks', ' \n', 400, 'not valid JSON'],
    ['that begins with a byte order mark', `\ufeff${JSON.stringify(batch())}`, 400, 'byte order mark'],
    ['of a byte order mark alone', '\ufeff', 400, 'byte order mark'],
    ['of 16 bits', Buffer.from('\ufeff{}', 'utf16le'), 400, 'not UTF-8'],
    ['in another character set', Buffer.from('{"name":"caf\xe9"}', 'latin1'), 400, 'not UTF-8'],
    ['that is null', 'null', 400, 'no object'],
    ['that is a list', '[{"user_id":1,"slug":"x"}]', 400, 'no object'],
    ['that is a text', '"batch"', 400, 'no object'],
    ['that is cut off', JSON.stringify(batch()).slice(0, -1), 400, 'not valid JSON'],
    ['that is no JSON', '{"user_id":', 400, 'not valid JSON'],
    ['that is too large', JSON.stringify({ x: 'x'.repeat(1024 * 1024) }), 413, 'larger than 1048576'],
  ])('with a body %s is refused', async (_what, body, status, detail) => {
    expect(await send(body)).toMatchObject({ status, body: { detail: expect.stringContaining(detail) } });
  });
});

describe('webhook.process', () => {
  it('of two that wait the newest is processed, and the older one says why it was not', async () => {
    const older = await send(batch({ steps: [1] }));
    const other = await send(batch({ slug: 'another', steps: [7] }));
    const newer = await send(batch({ slug: '16-random-colors-loop', steps: [1, 2] }));
    const stop = await startWorkers();
    const [ignored, processed, apart] = await Promise.all(
      [older, newer, other].map(({ body }) => harness.reaches(body.id, 'completed', 'failed')),
    );
    await stop();
    expect(ignored?.result).toMatchObject({ ignored: true, reason: expect.stringContaining('newer'), result: null });
    expect(processed?.result).toMatchObject({
      ignored: false,
      result: { user: String(user), asset: '16-random-colors-loop' },
    });
    expect(apart?.result).toMatchObject({ ignored: false, result: { asset: 'another' } });
    expect((await stored()).body).toMatchObject({ task: newer.body.id, batch: { steps: [1, 2] } });
  });

  it('fails when its action fails, with the reason, and makes no older one pointless', async () => {
    const good = await send(batch());
    const nobody = await send({ slug: '16-random-colors-loop' });
    const nothing = await send({ user_id: user });
    const unknown = await send(batch({ event: 'no_such_event' }));
    const stop = await startWorkers();
    const ended = await Promise.all(
      [good, nobody, nothing, unknown].map(({ body }) =>
        harness.reaches(body.id, 'completed', 'failed', 'dead-lettered'),
      ),
    );
    await stop();
    expect(ended.map(({ state }) => state)).toEqual(['completed', 'failed', 'failed', 'failed']);
    expect(ended.map(({ failure }) => failure?.code)).toEqual([
      undefined,
      'PERMANENT_VALIDATION',
      'PERMANENT_VALIDATION',
      'PERMANENT_VALIDATION',
    ]);
    expect(ended.map(({ failure }) => failure?.message)).toEqual([
      undefined,
      expect.stringContaining('user_id'),
      expect.stringContaining('asset_id or package_id'),
      expect.stringContaining('no action for the event "no_such_event" of learnpack. Known: batch.'),
    ]);
  });

  it('leaves what a newer batch has stored, however late an older one comes', async () => {
    const store = new TelemetryStore(harness.artifacts.entries);
    const put = (order: string) =>
      store.upsert({ user: 'u', asset: 'a', task: order, storedAt: '', batch: { user_id: 'u', slug: 'a' } }, order);
    const orders = Array.from({ length: 30 }, (_, index) => `o${String((index * 7) % 30).padStart(2, '0')}`);
    await Promise.all(orders.map(put));
    expect(await put('o05')).toBe(false);
    expect(await store.find('u', 'a')).toMatchObject({ task: 'o29' });
  });

  it('knows whether it has stored its batch', async () => {
    const older = await send(batch({ steps: [1] }));
    const stop = await startWorkers();
    const task = await harness.reaches(older.body.id, 'completed');
    await stop();
    const input = { source: 'learnpack', id: 'msg', event: 'batch', body: JSON.stringify(batch()) };
    const verify = (taskId: string, asked = input) =>
      runVerifier(
        webhookProcess,
        verifiers['webhook.process'],
        { taskId, generation: '', input: asked },
        { artifacts: harness.artifacts },
      );
    expect(await verify(task.id)).toMatchObject({ effect: 'done', output: task.result });
    expect(await verify('webhook.process:other')).toMatchObject({ effect: 'absent' });
    const elsewhere = { ...input, body: JSON.stringify(batch({ slug: 'nowhere' })) };
    expect(await verify(task.id, elsewhere)).toMatchObject({ effect: 'absent' });
  });
});
