import { ALERT_SIGNALS, ALERTS_ID, type ConditionReport } from '../../src/protocol/alert';
import { taskIdForKey } from '../../src/tasks/keys';
import { AlertMonitor, forgetAlerts } from '../support/alert-monitor';
import { Harness } from '../support/harness';
import { WebhookReceiver } from '../support/servers/webhook-receiver';
import { until } from '../support/until';

let harness: Harness;
let webhook: WebhookReceiver;
let monitor: AlertMonitor;

beforeAll(async () => {
  // A quarter of the usual, so that one test can fill a history without moving megabytes.
  harness = await Harness.start({ dynamicConfig: { 'limit.historySize.suggestContinueAsNew': 1_048_576 } });
  webhook = await WebhookReceiver.start();
});
beforeEach(async () => {
  await forgetAlerts(harness);
  webhook.log.length = 0;
  monitor = await startMonitor();
});
afterEach(() => monitor.stop());
afterAll(async () => {
  await webhook.close();
  await harness.close();
});

const startMonitor = () =>
  AlertMonitor.start(harness, { tasks: harness.tasks, settings: { HOLDFAST_ALERT_WEBHOOK: webhook.url() } });

const alerts = () => harness.tasks.alerts;

/** What was reported, as short as it can be said. */
const told = () =>
  webhook.posts.map(({ body }) =>
    [body.key, body.cleared ? 'over' : body.severity, body.value].filter(Boolean).join(' '),
  );

const toldSoFar = (count: number) => until(`${count} notices have come`, () => webhook.posts.length >= count);

/** Parks tasks for an hour; `total` is how many there are then. */
async function park(count: number, total: number): Promise<void> {
  const policy = { redrives: { transient: [3600] } };
  const submissions = Array.from({ length: count }, (_, each) => ({
    type: 'test.parked',
    input: { failures: 1 },
    key: `parked-${total - each}`,
    policy,
  }));
  for (const result of await harness.tasks.submitAll(submissions)) expect(result).not.toHaveProperty('error');
  await counted(total);
}

const counted = (total: number) =>
  until(`${total} dead letters are counted`, async () => (await alerts().facts.deadLetters()) === total);

const knownValue = async (key: string) => (await alerts().read()).conditions.find((one) => one.key === key)?.value;

const condition = (more: Partial<ConditionReport> = {}): ConditionReport => ({
  key: 'test:one',
  severity: 'WARNING',
  title: 'A test',
  message: 'It is only a test.',
  holds: true,
  ...more,
});

describe('dead letters', () => {
  beforeAll(() => harness.startWorkers());

  it('50 are fine; 51 are CRITICAL, reported once, again when they have doubled, and when it is over', async () => {
    await park(50, 50);
    expect(await monitor.evaluate()).toEqual([]);
    await park(1, 51);
    expect(await monitor.evaluate()).toEqual(['dead-letters']);
    await toldSoFar(1);
    expect(webhook.posts[0]?.body).toMatchObject({
      severity: 'CRITICAL',
      message: '51 dead letters wait, more than 50.',
      value: 51,
      todo: expect.stringContaining('GET /v1/dead-letters'),
    });
    expect(await monitor.evaluate()).toEqual([]);

    // A monitor that starts anew knows what was reported.
    await monitor.stop();
    monitor = await startMonitor();
    await park(50, 101);
    expect(await monitor.evaluate()).toEqual(['dead-letters']);
    await until('it is known', async () => (await knownValue('dead-letters')) === 101);
    expect((await alerts().read()).notices).toHaveLength(1);

    await park(1, 102);
    await monitor.evaluate();
    await toldSoFar(2);
    for (let each = 51; each <= 102; each++) {
      const id = taskIdForKey('test.parked', undefined, `parked-${each}`);
      await harness.tasks.act(id, 'abandon', { reason: 'it was only a test' });
    }
    await counted(50);
    await monitor.evaluate();
    await toldSoFar(3);
    expect(await monitor.evaluate()).toEqual([]);
    expect(told()).toEqual(['dead-letters CRITICAL 51', 'dead-letters CRITICAL 102', 'dead-letters over']);
  });
});

describe('submissions', () => {
  const report = async (submitted: number, duplicates: number, total: number, ago = 0) => {
    await alerts().countSubmissions({ at: new Date(Date.now() - ago).toISOString(), submitted, duplicates });
    await until('it is counted', async () => {
      const { submissions } = await alerts().read();
      return submissions.reduce((sum, one) => sum + one.submitted, 0) === total;
    });
  };

  it('5.0 % duplicates in an hour are fine, 5.1 % are a WARNING; few or old submissions say nothing', async () => {
    await report(19, 19, 19);
    expect(await monitor.evaluate()).toEqual([]);
    await report(981, 31, 1000);
    expect(await monitor.evaluate()).toEqual([]);
    await report(1000, 52, 2000);
    await alerts().countSubmissions({
      at: new Date(Date.now() - 7200_000).toISOString(),
      submitted: 1e6,
      duplicates: 0,
    });
    expect(await monitor.evaluate()).toEqual(['duplicate-rate']);
    await toldSoFar(1);
    expect(webhook.posts[0]?.body).toMatchObject({
      severity: 'WARNING',
      message: "5.1 % of the last hour's 2000 submissions were duplicates, more than 5 %.",
    });
    await report(1000, 0, 3000);
    await monitor.evaluate();
    await toldSoFar(2);
    expect(told()).toEqual(['duplicate-rate WARNING 5.1', 'duplicate-rate over']);
  });
});

describe('a condition', () => {
  it('is reported again when it gets more severe, and not when it gets less so', async () => {
    await alerts().report([condition()]);
    await alerts().report([condition({ severity: 'EMERGENCY' })]);
    await alerts().report([condition({ severity: 'CRITICAL' })]);
    await alerts().report([condition({ severity: 'EMERGENCY' })]);
    await alerts().report([condition({ key: 'test:never-began', holds: false })]);
    await alerts().report([condition({ holds: false })]);
    await alerts().report([condition()]);
    await until('it has begun anew', async () => (await alerts().read()).notices.length === 4);
    await toldSoFar(4);
    expect(told().sort()).toEqual(
      ['test:one WARNING', 'test:one EMERGENCY', 'test:one over', 'test:one WARNING'].sort(),
    );
  });

  it('that began with news is over after a time without any', async () => {
    await harness.temporal.workflow.start('alerts', {
      workflowId: ALERTS_ID,
      taskQueue: 'holdfast-monitor',
      args: [{ quiet: 1 }],
    });
    const news = { taskId: 't', class: 'permanent', fingerprint: 'f', message: 'no', count: 1 } as const;
    const more = { what: 'abandoned', type: 'test.probe', category: 'default', code: 'PERMANENT_LOGIC' } as const;
    await alerts().reportNews([{ ...news, ...more }]);
    await toldSoFar(2);
    expect(told()).toEqual([
      'abandoned:test.probe:PERMANENT_LOGIC WARNING 1',
      'abandoned:test.probe:PERMANENT_LOGIC over',
    ]);
  });

  it('is still known, and not reported again, by the run that follows when the history gets long', async () => {
    await alerts().report([condition({ key: 'test:stays' })]);
    const handle = harness.temporal.workflow.getHandle(ALERTS_ID);
    const first = await until('it runs', () => handle.describe());
    // Garbage makes a history as long as anything else does, and the server looks at its bytes too.
    // What came while the workflow was at work is not counted before more comes, so it comes until that is seen.
    await until('another run has taken over', async () => {
      await handle.signal(ALERT_SIGNALS.condition, 'x'.repeat(100_000));
      return (await handle.describe()).runId !== first.runId;
    });
    await alerts().report([condition({ key: 'test:stays' }), condition({ key: 'test:new' })]);
    await until('the new one is told', () => told().includes('test:new WARNING'));
    expect((await alerts().read()).conditions.map(({ key }) => key)).toEqual(['test:stays', 'test:new']);
    expect(told().filter((one) => one === 'test:stays WARNING')).toHaveLength(1);
  });

  it('beyond the hundredth shares one alert with all others', async () => {
    const many = Array.from({ length: 130 }, (_, index) => condition({ key: `test:${index}` }));
    await alerts().report(many);
    await until('all are known', async () => (await alerts().read()).conditions.some(({ key }) => key === 'rest'));
    expect((await alerts().read()).conditions).toHaveLength(101);
  });
});

describe('signals', () => {
  it('that are garbage are ignored, and the next good one is understood', async () => {
    const { workflow } = harness.temporal;
    await alerts().report([condition({ key: 'test:before' })]);
    const handle = workflow.getHandle(ALERTS_ID);
    const garbage = [undefined, null, 7, 'text', [], {}, [[1]], { key: 1 }, { ...condition(), severity: 'AWFUL' }];
    const worse = [{ ...condition(), value: 'much' }, { ...condition(), message: undefined }, { at: 'never' }];
    for (const name of Object.values(ALERT_SIGNALS)) {
      for (const argument of [...garbage, ...worse]) await handle.signal(name, argument);
      await handle.signal(name);
    }
    await handle.signal('no-such-signal', {});
    await alerts().report([condition()]);
    await until('the good one is known', async () => (await knownKeys()).includes('test:one'));
    expect(await knownKeys()).toEqual(['test:before', 'test:one']);
  });

  it('sent by hand with the stock command line begin with whatever argument', async () => {
    await harness.temporal.workflow.start('alerts', {
      workflowId: ALERTS_ID,
      taskQueue: 'holdfast-monitor',
      args: [{ conditions: [null, 1], notices: 'none' }],
    });
    await alerts().report([condition()]);
    await toldSoFar(1);
    expect(told()).toEqual(['test:one WARNING']);
  });

  const knownKeys = async () => (await alerts().read()).conditions.map(({ key }) => key);
});
