import { createContracts, createHandlers } from '../../src/catalogue';
import { obfuscate } from '../../src/catalogue/webhook-deliver/obfuscate';
import { TaskClient } from '../../src/client/task-client';
import { TestApi } from '../support/api';
import { Harness } from '../support/harness';
import { probeContracts, probeHandlers } from '../support/probe-tasks';
import { verified, WebhookReceiver } from '../support/servers/webhook-receiver';
import { until } from '../support/until';

const contracts = [...createContracts(), ...probeContracts];
const { handlers, close } = createHandlers({ maxPixels: 1000, webhooks: { allow: ['127.0.0.1'] } });

let harness: Harness;
let api: TestApi;
let receiver: WebhookReceiver;
let tenants = 0;
let tenant: string;

beforeAll(async () => {
  harness = await Harness.start();
  const { temporal: client, artifacts } = harness;
  const tasks = new TaskClient({ client, contracts, artifacts, deadline: 10 });
  await harness.startWorkers({ contracts, handlers: { ...handlers, ...probeHandlers } });
  api = await TestApi.start(harness, { tasks, contracts });
  receiver = await WebhookReceiver.start();
});
beforeEach(() => {
  tenant = `tenant-${++tenants}`;
});
afterAll(async () => {
  await receiver.close();
  await api.close();
  await close();
  await harness.close();
});

async function subscribe(events: string[], path = `/${tenant}`) {
  const { status, body } = await api.post('/v1/webhook-subscriptions', { url: receiver.url(path), events, tenant });
  expect(status).toBe(201);
  return body as { id: string; secret: string };
}

const publish = (event: string, data: unknown, key?: string) =>
  api.post('/v1/events', { event, data, tenant }, key === undefined ? {} : { 'Idempotency-Key': key });

const arrived = (count: number, path = `/${tenant}`) =>
  until(`${count} requests came to ${path}`, () => (receiver.at(path).length >= count ? receiver.at(path) : undefined));

describe('an event', () => {
  it('goes to every subscription that listens, signed by its own secret, under one ID', async () => {
    const [exact, group] = [await subscribe(['order.paid']), await subscribe(['order.*', 'user.*'])];
    await subscribe(['order.refunded']);
    const { status, body } = await publish('order.paid', { order: 17 });
    expect(status).toBe(202);
    expect(body.deliveries.map((one: { subscription: string }) => one.subscription)).toEqual([exact.id, group.id]);
    const requests = await arrived(2);
    const payload = { id: body.id, type: 'order.paid', data: { order: 17 } };
    const signers = requests.map((request) =>
      [exact, group].find(({ secret }) => {
        try {
          return verified(request, secret);
        } catch {
          return false;
        }
      }),
    );
    expect(signers.map((one) => one?.id).sort()).toEqual([exact.id, group.id].sort());
    expect(requests.map((request) => JSON.parse(request.body))).toEqual([payload, payload]);
    expect(requests.map(({ headers }) => headers['webhook-id'])).toEqual([body.id, body.id]);
  });

  it('of one tenant is no business of another, and is not sent while a subscription is disabled', async () => {
    const { id } = await subscribe(['*']);
    expect((await api.post('/v1/events', { event: 'order.paid', data: 1 })).body.deliveries).toEqual([]);
    const order = { by: 'ann', reason: 'noisy' };
    expect((await api.post(`/v1/webhook-subscriptions/${id}/disable`, order)).body).toMatchObject({
      enabled: false,
      disabled: order,
    });
    expect((await publish('order.paid', 1)).body.deliveries).toEqual([]);
    expect((await api.post(`/v1/webhook-subscriptions/${id}/enable`)).body).not.toHaveProperty('disabled');
    expect((await publish('order.paid', 1)).body.deliveries).toHaveLength(1);
  });

  it('that is published again with its key finds its deliveries, and reaches who missed it', async () => {
    await subscribe(['*']);
    const racing = await Promise.all(Array.from({ length: 5 }, () => publish('order.paid', { order: 1 }, 'o-1')));
    expect(new Set(racing.map(({ body }) => body.deliveries[0].task.id)).size).toBe(1);
    expect(racing.filter(({ body }) => body.deliveries[0].duplicate)).toHaveLength(4);
    await subscribe(['*'], '/late');
    const again = await publish('order.paid', { order: 1 }, 'o-1');
    expect(again.body.deliveries.map((one: { duplicate: boolean }) => one.duplicate)).toEqual([true, false]);
    expect(await publish('order.paid', { order: 2 }, 'o-1')).toMatchObject({
      status: 422,
      body: { code: 'key-reused', detail: expect.stringContaining('another event') },
    });
    await arrived(1, '/late');
    expect(await arrived(1)).toHaveLength(1);
  });

  it.each([
    [{ event: 'no spaces', data: 1 }, '/event'],
    [{ event: 'order.paid' }, '/data'],
    [{ event: 'order.*', data: 1 }, '/event'],
  ])('that is none is refused: %j', async (body, pointer) => {
    const answer = await api.post('/v1/events', body);
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ pointer }] } });
  });
});

describe('a subscription', () => {
  it('shows its secret once, and the next one when it is rotated', async () => {
    const { id, secret } = await subscribe(['*']);
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/=]{44}$/);
    const rotated = await api.post(`/v1/webhook-subscriptions/${id}/rotate-secret`, { graceSeconds: 60 });
    expect(rotated.body.secret).toMatch(/^whsec_/);
    expect(rotated.body.secret).not.toBe(secret);
    const shown = JSON.stringify([
      (await api.get(`/v1/webhook-subscriptions/${id}`)).body,
      (await api.get('/v1/webhook-subscriptions')).body,
    ]);
    expect(shown).toContain('"secretNumber":2');
    expect(shown).not.toContain('whsec_');
    await publish('order.paid', 1);
    const [request] = await arrived(1);
    expect(request && [verified(request, secret), verified(request, rotated.body.secret)]).toHaveLength(2);
  });

  it('that is rotated twice in the grace is signed by all three secrets, and without a grace by the newest alone', async () => {
    const { id, secret } = await subscribe(['*']);
    const rotate = async (graceSeconds: number): Promise<string> =>
      (await api.post(`/v1/webhook-subscriptions/${id}/rotate-secret`, { graceSeconds })).body.secret;
    const older = [secret, await rotate(60), await rotate(60)];
    await publish('order.paid', 1);
    const [first] = await arrived(1);
    for (const one of older) expect(first && verified(first, one)).toMatchObject({ data: 1 });
    const newest = await rotate(0);
    await publish('order.paid', 2);
    const [, second] = await arrived(2);
    expect(second && verified(second, newest)).toMatchObject({ data: 2 });
    for (const one of older) expect(() => second && verified(second, one)).toThrow('No matching signature');
  });

  it('shows its last results and counts', async () => {
    const { id } = await subscribe(['*']);
    await publish('user.made', { email: 'fay@far.example', phone: '+4912345678' });
    await arrived(1);
    const { body } = await until('it is counted', async () => {
      const answer = await api.get(`/v1/webhook-subscriptions/${id}`);
      return answer.body.deliveries.delivered === 1 ? answer : undefined;
    });
    expect(body).toMatchObject({
      deliveries: { delivered: 1, failed: 0, open: 0 },
      results: [{ status: 200, sample: { email: 'f***@far.example', phone: '+4***5678' } }],
    });
  });

  it('gets a test event on request, signed, whatever it listens to, and none while it is disabled', async () => {
    const { id, secret } = await subscribe(['order.paid']);
    const { status, body } = await api.post(`/v1/webhook-subscriptions/${id}/test`);
    expect(status).toBe(202);
    const [request] = await arrived(1);
    expect(request && verified(request, secret)).toMatchObject({
      id: body.id,
      type: 'holdfast.test',
      data: { test: true },
    });
    const details = await until('its result is kept', async () => {
      const read = (await api.get(`/v1/webhook-subscriptions/${id}`)).body;
      return read.results.length > 0 ? read : undefined;
    });
    expect(details.results[0]).toMatchObject({ task: body.task.id, status: 200, durationMs: expect.any(Number) });
    await api.post(`/v1/webhook-subscriptions/${id}/disable`);
    const refused = await api.post(`/v1/webhook-subscriptions/${id}/test`);
    expect(refused).toMatchObject({ status: 409, body: { code: 'state-conflict' } });
    expect((await api.post('/v1/webhook-subscriptions/sub_none/test')).status).toBe(404);
  });

  it('that is none, or is not there, is refused', async () => {
    const bad = { url: 'file:///etc/passwd', events: ['order..paid'] };
    const refused = await api.post('/v1/webhook-subscriptions', bad);
    expect(refused.status).toBe(422);
    expect(refused.body.errors.map((one: { pointer: string }) => one.pointer)).toEqual(['/url', '/events/0']);
    expect((await api.get('/v1/webhook-subscriptions/sub_none')).status).toBe(404);
    expect((await api.post('/v1/webhook-subscriptions/sub_none/rotate-secret')).status).toBe(404);
  });
});

describe('the end of a task', () => {
  it('is sent to those who asked: completed, failed and cancelled', async () => {
    const { id, secret } = await subscribe(['never.published']);
    const notify = [{ url: receiver.url(`/${tenant}/plain`) }, { subscription: id }];
    const done = await api.submit('test.probe', { value: 5 }, { notify, tenant });
    const [plain] = await arrived(1, `/${tenant}/plain`);
    const [signed] = await arrived(1);
    expect(JSON.parse(plain?.body ?? '')).toMatchObject({
      type: 'task.completed',
      timestamp: expect.any(String),
      data: { task: done.id, type: 'test.probe', state: 'completed', result: { value: 5 } },
    });
    expect(signed && verified(signed, secret)).toMatchObject({ type: 'task.completed' });
    expect((await harness.reaches(done.id, 'completed')).result).toMatchObject({ value: 5 });

    await api.submit('test.probe', { failures: 9, code: 'PERMANENT_VALIDATION' }, { notify: [notify[1]], tenant });
    const waits = await api.submit('test.probe', { waitFor: harness.file() }, { notify: [notify[1]], tenant });
    await harness.reaches(waits.id, 'running');
    await api.post(`${api.task(waits.id)}/cancel`, {});
    const all = (await arrived(3)).map(({ body }) => JSON.parse(body) as { type: string; data: object });
    expect(all.find(({ type }) => type === 'task.failed')?.data).toMatchObject({
      state: 'failed',
      failure: { code: 'PERMANENT_VALIDATION', class: 'permanent' },
    });
    expect(all.find(({ type }) => type === 'task.cancelled')?.data).toMatchObject({ task: waits.id });
    await harness.reaches(waits.id, 'cancelled');
  });

  it('is sent again when the task is run again', async () => {
    const notify = [{ url: receiver.url(`/${tenant}`) }];
    const { id } = await api.submit('test.probe', { failures: 9, code: 'PERMANENT_VALIDATION' }, { notify });
    await harness.reaches(id, 'failed');
    await api.post(`${api.task(id)}/resolve`, { result: { value: 1, attempt: 1 }, by: 'ann' });
    const types = (await arrived(2)).map(({ body }) => (JSON.parse(body) as { type: string }).type);
    expect(types).toEqual(['task.failed', 'task.completed']);
  });

  it('is not sent to what is no receiver', async () => {
    const body = { type: 'test.probe', input: {}, notify: [{ url: 'nowhere' }] };
    expect(await api.post('/v1/tasks', body)).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/notify/0/url' }] },
    });
  });
});

it('samples show no personal data, and keep what distinguishes one event from another', () => {
  const payload = {
    status: 'paid',
    total: 12.5,
    user: { first_name: 'Fay', email: 'fay@far.example', phone: '+4912345678', user_id: 5043 },
    address: '12 Long Street',
    position: { latitude: 52.5163, lng: '13.3777' },
    github: 'https://github.com/fayfar/secret-repository',
    note: 'ask fay@far.example',
    orderId: 9,
  };
  expect(obfuscate(payload)).toEqual({
    status: 'paid',
    total: 12.5,
    user: { first_name: 'F***', email: 'f***@far.example', phone: '+4***5678', user_id: '***' },
    address: '12 ***',
    position: { latitude: '52.5***', lng: '13.4***' },
    github: 'https://github.com/fay***',
    note: 'ask f***@far.example',
    orderId: '***',
  });
});
