import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { WebhookSecrets } from '../../src/client/webhooks/secrets';
import type { Subscriptions } from '../../src/client/webhooks/subscriptions';
import type { Harness } from '../support/harness';
import { verified, type WebhookReceiver } from '../support/servers/webhook-receiver';
import { until } from '../support/until';
import { WebhookBench } from './webhook-bench';

let bench: WebhookBench;
let harness: Harness;
let receiver: WebhookReceiver;
let subscriptions: Subscriptions;

beforeAll(async () => {
  bench = await WebhookBench.start();
  ({ harness, receiver, subscriptions } = bench);
});
beforeEach(() => bench.reset());
afterAll(() => bench.close());

const deliver = (...order: Parameters<WebhookBench['deliver']>) => bench.deliver(...order);

const subscribe = (more: object = {}) =>
  subscriptions.create({ url: receiver.url('/sub'), events: ['*'], delivered: '2xx', ...more });

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
    const verify = (generation = '') => bench.verify({ taskId: task.id, generation, input });
    expect(await verify(task.generation)).toMatchObject({ effect: 'done', output: task.result });
    expect(await verify('another')).toMatchObject({
      effect: 'unknown',
      evidence: expect.stringMatching(/receiver's log for the webhook-id msg_[0-9a-f]{32}/),
    });
  });
});

describe("the verifier and the subscription's own record, found by its ID", () => {
  const verify = (subscription: string, taskId: string) =>
    // Of another generation nothing else is written down.
    bench.verify({ taskId, generation: 'another', input: { to: { subscription }, payload: 1 } });

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

it('the master secret is made once, by whoever needs it first', async () => {
  const entries = harness.artifacts.entries;
  await until('there is one', async () => (await entries.names('webhook-master-secret')).length === 1);
  const made = await Promise.all([1, 2, 3].map(() => new WebhookSecrets(entries).secretOf('sub_x', 1)));
  expect(new Set(made).size).toBe(1);
  const given = new WebhookSecrets(entries, 'another master secret of enough length');
  expect(await given.secretOf('sub_x', 1)).not.toBe(made[0]);
});
