import { readConfig } from '../../src/config';
import { createLogger } from '../../src/logging';
import { createAlertSinks } from '../../src/monitor/alerts/sinks';
import type { AlertNotice } from '../../src/protocol/alert';
import { AlertMonitor, forgetAlerts } from '../support/alert-monitor';
import { Harness } from '../support/harness';
import { MailServer, partsOf } from '../support/servers/mail-server';
import { WebhookReceiver } from '../support/servers/webhook-receiver';
import { freePort } from '../support/temporal-server';
import { until } from '../support/until';

const logger = createLogger('silent', 'test');
const sinksOf = (settings: Record<string, string>) => createAlertSinks(readConfig(settings), logger);

/** An address with a secret of its own, as chats have them. */
const addressOf = (webhook: WebhookReceiver) => webhook.url('/hook?secret=s3cret');

const notice: AlertNotice = {
  key: 'test:one',
  severity: 'CRITICAL',
  title: 'The lamp is out',
  message: 'It went out at noon.',
  todo: 'Change the bulb.',
  value: 7,
  at: '2026-01-02T03:04:05.678Z',
};

describe('e-mail', () => {
  let post: MailServer;
  beforeAll(async () => {
    post = await MailServer.start();
  });
  beforeEach(() => {
    post.reset();
  });
  afterAll(() => post.close());

  const sent = () => post.received.map((mail) => ({ to: mail.to, ...partsOf(mail) }));
  const settings = () => ({
    HOLDFAST_ALERT_EMAIL: 'ops@example.com, night@example.com',
    HOLDFAST_ALERT_FROM: 'holdfast@example.com',
    HOLDFAST_SMTP_URL: post.url,
  });

  it('says what is wrong and what to do, to every address', async () => {
    expect(await sinksOf(settings()).deliverTo('email', notice)).toBe(true);
    expect(post.received).toHaveLength(1);
    const [mail] = sent();
    expect(mail?.to).toEqual(['ops@example.com', 'night@example.com']);
    expect(mail?.headers).toEqual(
      expect.arrayContaining([
        'From: holdfast@example.com',
        'Subject: [CRITICAL] The lamp is out',
        'Date: Fri, 02 Jan 2026 03:04:05 +0000',
        'Auto-Submitted: auto-generated',
      ]),
    );
    expect(mail?.body).toContain('It went out at noon.\r\n\r\nChange the bulb.');
  });

  it('has the same Message-ID when it is sent again, and another for another notice', async () => {
    const sinks = sinksOf(settings());
    await sinks.deliverTo('email', notice);
    await sinks.deliverTo('email', notice);
    await sinks.deliverTo('email', { ...notice, at: '2026-01-02T03:04:06.000Z' });
    const ids = sent().map(({ headers }) => headers.find((line) => line.startsWith('Message-ID:')));
    expect(ids[0]).toMatch(/<[0-9a-f]{32}@holdfast>/);
    expect(ids[1]).toBe(ids[0]);
    expect(ids[2]).not.toBe(ids[0]);
  });

  it.each(['\r\n', '\n', '\r', '\u2028', '\u0085', '\0'])('takes no header from a title with %j', async (lineBreak) => {
    const title = `Task failed${lineBreak}Bcc: spy@example.com${lineBreak}${lineBreak}<b>body</b>`;
    await sinksOf(settings()).deliverTo('email', { ...notice, title, message: `.\r\nQUIT\r\n${title}` });
    const [mail] = sent();
    expect(mail?.to).toEqual(['ops@example.com', 'night@example.com']);
    expect(mail?.headers.filter((line) => /^(bcc|cc|to):/i.test(line))).toEqual([
      'To: ops@example.com, night@example.com',
    ]);
    expect(mail?.headers).toContain('Subject: [CRITICAL] Task failed Bcc: spy@example.com <b>body</b>');
  });

  it('that no server takes is an error, and the password of the server is not part of it', async () => {
    const port = await freePort();
    const sinks = sinksOf({ ...settings(), HOLDFAST_SMTP_URL: `smtp://me:hush-hush@127.0.0.1:${port}` });
    const error = await sinks.deliverTo('email', notice).catch((thrown: unknown) => thrown);
    expect(String(error)).toContain('ECONNREFUSED');
    expect(JSON.stringify(error) + String((error as Error).stack)).not.toContain('hush-hush');
  });

  it('to addresses without a server is refused at start', () => {
    const withoutServer = { HOLDFAST_ALERT_EMAIL: 'ops@example.com' };
    expect(() => sinksOf(withoutServer)).toThrow('set HOLDFAST_SMTP_URL too');
  });

  it.each([
    [{ HOLDFAST_ALERT_EMAIL: 'ops@example.com, nobody' }, 'HOLDFAST_ALERT_EMAIL'],
    [{ HOLDFAST_ALERT_EMAIL: 'a@example.com\r\nBcc: spy@example.com' }, 'HOLDFAST_ALERT_EMAIL'],
    [{ HOLDFAST_ALERT_FROM: 'not an address' }, 'HOLDFAST_ALERT_FROM'],
    [{ HOLDFAST_SMTP_URL: 'http://mail.example.com' }, 'HOLDFAST_SMTP_URL'],
    [{ HOLDFAST_ALERT_WEBHOOK: 'file:///etc/passwd' }, 'HOLDFAST_ALERT_WEBHOOK'],
  ])('and webhook settings that are none are refused: %j', (wrong, name) => {
    expect(() => readConfig(wrong)).toThrow(name);
  });
});

describe('the webhook', () => {
  let webhook: WebhookReceiver;
  beforeAll(async () => {
    webhook = await WebhookReceiver.start();
  });
  beforeEach(() => {
    webhook.answers(200);
    webhook.log.length = 0;
  });
  afterAll(() => webhook.close());

  const deliver = (told = notice) =>
    sinksOf({ HOLDFAST_ALERT_WEBHOOK: addressOf(webhook) })
      .deliverTo('webhook', told)
      .catch((error: Error) => error.message);

  it('gets the notice as JSON, with an ID that stays the same and a text for chats', async () => {
    expect(await deliver()).toBe(true);
    await deliver();
    const [first, second] = webhook.posts;
    expect(first?.body).toMatchObject({ ...notice, service: 'holdfast' });
    expect(first?.body.text).toBe('[CRITICAL] The lamp is out\nIt went out at noon.');
    expect(first?.headers).toMatchObject({ 'content-type': 'application/json', 'idempotency-key': first?.body.id });
    expect(second?.body.id).toBe(first?.body.id);
  });

  it.each([204, 299])('has taken it with %d', async (status) => {
    webhook.answers(status);
    expect(await deliver()).toBe(true);
  });

  it.each([301, 307, 400, 404, 500])('has not taken it with %d', async (status) => {
    webhook.answers(status);
    expect(await deliver()).toBe(`The alert webhook answered ${status}`);
  });

  it('is not followed to another place', async () => {
    const other = await WebhookReceiver.start();
    webhook.answers((response) => void response.writeHead(307, { Location: addressOf(other) }).end());
    expect(await deliver()).toBe('The alert webhook answered 307');
    expect(other.log).toEqual([]);
    await other.close();
  });

  it('that is away is an error without its address, which may hold a secret', async () => {
    const port = await freePort();
    const sinks = sinksOf({ HOLDFAST_ALERT_WEBHOOK: `http://127.0.0.1:${port}/s3cret` });
    await expect(sinks.deliverTo('webhook', notice)).rejects.toThrow(
      /^The alert webhook did not take it: ECONNREFUSED$/,
    );
  });

  it('hears no secret that a message holds', async () => {
    await deliver({ ...notice, message: 'login failed: password=hunter2' });
    expect(JSON.stringify(webhook.posts)).not.toContain('hunter2');
    expect(webhook.posts[0]?.body.message).toContain('login failed');
  });
});

describe('delivery', () => {
  let harness: Harness;
  let webhook: WebhookReceiver;
  let post: MailServer;
  let monitor: AlertMonitor;
  beforeAll(async () => {
    [harness, webhook, post] = await Promise.all([Harness.start(), WebhookReceiver.start(), MailServer.start()]);
    monitor = await AlertMonitor.start(harness, {
      tasks: harness.tasks,
      settings: {
        HOLDFAST_ALERT_WEBHOOK: addressOf(webhook),
        HOLDFAST_ALERT_EMAIL: 'ops@example.com',
        HOLDFAST_SMTP_URL: post.url,
      },
    });
  });
  afterAll(async () => {
    await monitor.stop();
    await Promise.all([webhook.close(), post.close()]);
    await harness.close();
  });

  it('to a webhook that is down goes on until it is up, and holds up no mail', async () => {
    webhook.answers(503);
    const { alerts } = harness.tasks;
    await alerts.report([{ ...notice, holds: true }]);
    await until('the mail has come', () => post.received.length === 1);
    await until('the webhook was tried more than once', () => webhook.refused >= 2);
    expect((await alerts.read()).notices).toMatchObject([{ key: 'test:one', pending: ['webhook'] }]);
    webhook.answers(200);
    await until('the webhook has it', () => webhook.posts.length === 1);
    const settled = await until('it is written down', async () => {
      const [first] = (await alerts.read()).notices;
      return first?.pending.length === 0 ? first : undefined;
    });
    expect(settled.delivered.sort()).toEqual(['email', 'log', 'webhook']);
    expect(post.received).toHaveLength(1);
    await forgetAlerts(harness);
  });
});
