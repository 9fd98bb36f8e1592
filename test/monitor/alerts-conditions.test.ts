import type { TaskClient } from '../../src/client/task-client';
import { defineContract } from '../../src/tasks/contract';
import { AlertMonitor, forgetAlerts } from '../support/alert-monitor';
import { TestApi } from '../support/api';
import { Harness } from '../support/harness';
import { probeContracts, probeHandlers } from '../support/probe-tasks';
import { WebhookReceiver } from '../support/servers/webhook-receiver';
import { tasksOf } from '../support/tasks-of';
import { until } from '../support/until';

/** Critical work on the queue of this test's worker, and critical work that nobody serves. */
const parked = probeContracts.find(({ type }) => type === 'test.parked') as (typeof probeContracts)[number];
const critical = defineContract({
  ...parked,
  type: 'test.critical',
  category: 'critical',
  policy: { ...parked.policy, queue: 'default' },
});
const contracts = [...probeContracts, critical];
const handlers = { ...probeHandlers, 'test.critical': probeHandlers['test.parked'] as never };

let harness: Harness;
let tasks: TaskClient;
let webhook: WebhookReceiver;
let monitor: AlertMonitor;

beforeAll(async () => {
  [harness, webhook] = await Promise.all([Harness.start(), WebhookReceiver.start()]);
  tasks = tasksOf(harness, contracts);
  await harness.startWorkers({ contracts, handlers });
});
beforeEach(async () => {
  await forgetAlerts(harness);
  webhook.log.length = 0;
  monitor = await AlertMonitor.start(harness, { tasks, settings: { HOLDFAST_ALERT_WEBHOOK: webhook.url() } });
});
afterEach(() => monitor.stop());
afterAll(async () => {
  await webhook.close();
  await harness.close();
});

const told = (key: string | RegExp) =>
  until(`${key} is told`, () =>
    webhook.posts
      .map(({ body }) => body)
      .find((body) => (typeof key === 'string' ? body.key === key : key.test(body.key))),
  );

const submit = async (type: string, input: object, more: object = {}) =>
  (await tasks.submit({ type, input, ...more })).task.id;

const failing = (code: string) => ({ failures: 99, code });

describe('a critical task', () => {
  it('is an EMERGENCY at once when it is dead-lettered, and over once nobody waits any more', async () => {
    const id = await submit('test.critical', { failures: 1, code: 'TRANSIENT_NETWORK' });
    const notice = await told(/^critical-dead-lettered:test\.critical:/);
    expect(notice).toMatchObject({
      severity: 'EMERGENCY',
      title: 'Critical task dead-lettered: test.critical, TRANSIENT_NETWORK',
      message: expect.stringContaining(`${id}: probe failed in attempt 1`),
      todo: expect.stringContaining(`Look at ${id}`),
    });
    await until('it is counted', async () => (await tasks.alerts.facts.deadLetters({ category: 'critical' })) === 1);
    expect(await monitor.evaluate()).toEqual([]);

    await tasks.act(id, 'retry');
    await tasks.wait(id, 30);
    await until('it is no longer counted', async () => (await tasks.alerts.facts.deadLetters()) === 0);
    expect(await monitor.evaluate()).toEqual([notice.key]);
    await until('its end is told', () => webhook.posts.some(({ body }) => body.key === notice.key && body.cleared));
    expect(webhook.posts).toHaveLength(2);
  });

  it('that an operator gives up is over, and no news', async () => {
    const id = await submit('test.critical', failing('TRANSIENT_DATABASE'));
    const { key } = await told(/^critical-dead-lettered:test\.critical:/);
    await tasks.act(id, 'abandon', { reason: 'nobody needs it any more' });
    await until('it is found among the failed', async () => {
      const { tasks: failed } = await tasks.list({ filter: { type: 'test.critical', state: ['failed'] } });
      return failed.length > 0 && (await tasks.alerts.facts.deadLetters()) === 0;
    });
    expect(await monitor.evaluate()).toEqual([key]);
    await until('its end is noted', async () => (await tasks.alerts.read()).conditions.length === 0);
    expect(await monitor.evaluate()).toEqual([]);
  });

  it('is an EMERGENCY when it is given up, and many of one trouble are reported together', async () => {
    await Promise.all(Array.from({ length: 12 }, () => submit('test.critical', failing('PERMANENT_LOGIC'))));
    const key = (await told(/^critical-abandoned:test\.critical:/)).key;
    const open = await until('all are counted', async () => {
      const { conditions } = await tasks.alerts.read();
      return conditions.find((one) => one.key === key && one.value === 12);
    });
    expect(open).toMatchObject({ severity: 'EMERGENCY' });
    // 1, then at least twice as many each time: 12 tasks cannot be reported more than four times.
    expect((await tasks.alerts.read()).notices.length).toBeLessThanOrEqual(4);
  });

  it('whose news got lost is found by looking', async () => {
    await submit('test.critical', failing('CONFIG_MISSING_SETTING'));
    await told(/^critical-dead-lettered/);
    await until('it is counted', async () => (await tasks.alerts.facts.deadLetters({ category: 'critical' })) === 1);
    await forgetAlerts(harness);
    expect(await monitor.evaluate()).toEqual(['critical-failures']);
    expect(await told('critical-failures')).toMatchObject({ severity: 'EMERGENCY' });
  });
});

it('a task of another category that is given up is a WARNING', async () => {
  await submit('test.probe', failing('PERMANENT_NOT_FOUND'));
  expect(await told('abandoned:test.probe:PERMANENT_NOT_FOUND')).toMatchObject({ severity: 'WARNING', value: 1 });
});

it('a type that fails three times as often as in the day before is a WARNING', async () => {
  const ended = (count: number, input: object) =>
    Promise.all(Array.from({ length: count }, async () => tasks.wait(await submit('test.inline', input), 60)));
  await ended(10, {});
  await ended(1, failing('PERMANENT_VALIDATION'));
  const mark = Date.now();
  // Nothing may end right at the border, which moves on while the numbers are read.
  await until('the border is clear', () => Date.now() > mark + 3000);
  await ended(7, {});
  await ended(3, failing('PERMANENT_VALIDATION'));
  await until('Visibility has caught up', async () => {
    const { facts } = tasks.alerts;
    return (await facts.ended('test.inline', new Date(mark), new Date())).ended === 10;
  });
  const recent = () => (Date.now() - mark) / 1000;
  // 3 of 10 against 1 of 11: 3.3 times as often.
  expect(await monitor.evaluate({ recent: recent(), failureFactor: 3.4 })).not.toContain('failure-rate:test.inline');
  expect(await monitor.evaluate({ recent: recent(), failureFactor: 3.2 })).toContain('failure-rate:test.inline');
  expect(await told('failure-rate:test.inline')).toMatchObject({ severity: 'WARNING', value: 30 });
});

it('work in a queue without a worker is CRITICAL', async () => {
  const id = await submit('test.probe', {}, { policy: { queue: 'reports' } });
  const notice = await until('the backlog is known', async () => {
    await monitor.evaluate();
    return webhook.posts.find(({ body }) => body.key === 'no-worker:reports')?.body;
  });
  expect(notice).toMatchObject({ severity: 'CRITICAL', todo: 'Start one: npm run worker -- --queues reports' });
  await tasks.act(id, 'cancel');
});

it('an open circuit breaker is a WARNING until it is closed', async () => {
  await tasks.breaker('http:api.example.com', 'open', { seconds: 3600 });
  await until('it is listed as open', async () => (await tasks.breakers()).some(({ state }) => state === 'open'));
  await monitor.evaluate();
  expect(await told('breaker:http:api.example.com')).toMatchObject({ severity: 'WARNING' });
  await tasks.breaker('http:api.example.com', 'close');
  await until('it is closed', async () => (await tasks.breakers()).every(({ state }) => state === 'closed'));
  await monitor.evaluate();
  await until('its end is told', () =>
    webhook.posts.some(({ body }) => body.key.startsWith('breaker:') && body.cleared),
  );
});

describe('the API', () => {
  it('reports to the alerts what it was asked for, and shows without a monitor what holds', async () => {
    const api = await TestApi.start(harness, { reportInterval: 0.2 });
    for (let each = 0; each < 3; each++) await api.submit('test.probe', {}, {}, { 'Idempotency-Key': 'again' });
    await until('they are reported', async () => {
      const { submissions } = await tasks.alerts.read();
      return submissions.reduce((sum, one) => sum + one.submitted, 0) === 3;
    });
    expect((await tasks.alerts.read()).submissions.reduce((sum, one) => sum + one.duplicates, 0)).toBe(2);
    const condition = { key: 'test:one', title: 'One', message: 'It is one.', holds: true };
    await tasks.alerts.report([{ ...condition, severity: 'WARNING' }]);
    await tasks.alerts.report([{ ...condition, key: 'test:two', severity: 'EMERGENCY', value: 2 }]);
    await until('both are delivered', async () => {
      const { notices } = await tasks.alerts.read();
      return notices.filter(({ pending }) => pending.length === 0).length === 2;
    });
    await monitor.stop();
    const { status, body } = await api.get('/v1/alerts');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      open: [
        { key: 'test:two', severity: 'EMERGENCY', value: 2, since: expect.any(String) },
        { key: 'test:one', severity: 'WARNING' },
      ],
      notices: [
        { key: 'test:two', pending: [], undelivered: [] },
        { key: 'test:one', delivered: expect.arrayContaining(['log', 'webhook']) },
      ],
    });
    await api.close();
  });
});
