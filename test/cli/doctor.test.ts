import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { msToTs } from '@temporalio/common/lib/time';
import { NativeConnection, Worker } from '@temporalio/worker';
import { LocalArtifactStore } from '../../src/artifacts/local/local-store';
import { createContracts } from '../../src/catalogue';
import { type Examination, LEVELS } from '../../src/cli/doctor/check';
import { clockFinding } from '../../src/cli/doctor/clock';
import { diskLevel } from '../../src/cli/doctor/disk';
import { retention } from '../../src/cli/doctor/namespace';
import { versions } from '../../src/cli/doctor/temporal';
import { served } from '../../src/cli/doctor/workers';
import { queuesOf } from '../../src/tasks/queues';
import { BUNDLE } from '../support/bundle';
import { Harness } from '../support/harness';
import { runMonitor, untilReport } from '../support/monitor';
import { cli } from '../support/processes/cli';
import { MailServer } from '../support/servers/mail-server';
import { freePort } from '../support/temporal-server';
import { until } from '../support/until';

const QUEUES = queuesOf(createContracts());
const MIB = 1024 ** 2;
const GIB = 1024 ** 3;

let harness: Harness;
beforeAll(async () => {
  harness = await Harness.start({ ownServer: true });
});
afterAll(() => harness.close());

/** What it finds, by name. The exit code says how bad the worst is. */
async function doctor(env: NodeJS.ProcessEnv = {}) {
  const { code, stdout, stderr } = await cli(harness, ['doctor', '--json'], { env, shipped: true });
  expect(stderr).toBe('');
  const { level, checks } = JSON.parse(stdout) as Examination;
  expect(code).toBe(LEVELS.indexOf(level));
  const found = Object.fromEntries(checks.map((check) => [check.name, check]));
  // How full the disks of the machine are that the tests run on is none of their business.
  const others = checks.filter(({ name }) => !name.startsWith('disk:'));
  const bad = others.filter((check) => check.level !== 'ok').map((check) => `${check.name} ${check.level}`);
  return { code, level, found, bad: bad.sort() };
}

describe('without a worker', () => {
  it('warns of each queue and of the monitor: exit code 1', async () => {
    const { code, found, bad } = await doctor();
    expect(code).toBe(1);
    const queues = [...QUEUES, 'holdfast-control'].map((queue) => `worker:${queue} warning`);
    expect(bad).toEqual([...queues, 'monitor warning'].sort());
    expect(found['worker:email']).toMatchObject({ message: 'No worker.', todo: 'npm run worker -- --queues email' });
    expect(found.monitor?.message).toBe('No monitor has ever run here.');
    expect(found.clock?.message).toContain('no worker polls');
  });

  it('calls a queue broken in which work waits: exit code 2', async () => {
    await harness.tasks.submit({ type: 'test.probe', input: {}, policy: { queue: 'default' } });
    await until('the queue knows', async () => (await harness.tasks.queue('default')).backlog > 0);
    const { code, found } = await doctor();
    expect([code, found['worker:default']?.level]).toEqual([2, 'broken']);
  });
});

describe('with everything in place', () => {
  beforeAll(async () => {
    await harness.startWorkers({ queues: QUEUES });
    const stopMonitor = await runMonitor(harness, { interval: 300 });
    stops.push(stopMonitor);
    await untilReport(harness, 'anything');
  });
  const stops: (() => Promise<void>)[] = [];
  afterAll(async () => {
    for (const stop of stops) await stop();
  });

  it('finds nothing to complain of: exit code 0; and leaves nothing behind', async () => {
    const before = await filesOf(harness.artifacts.folder);
    const { found, bad } = await doctor({ HOLDFAST_HOME: harness.folder });
    expect(bad).toEqual([]);
    expect(Object.keys(found)).toEqual([
      ...['settings', 'temporal', 'versions', 'namespace', 'search-attributes', 'retention'],
      ...[...QUEUES, 'holdfast-control'].map((queue) => `worker:${queue}`),
      ...[
        'worker-versions',
        'monitor',
        'alerts',
        'clock',
        'disk:home',
        'disk:artifacts',
        'artifacts',
        'encryption',
        'smtp',
      ],
    ]);
    expect(found.clock?.message).toMatch(/^Agrees with the server's: a worker polled (\d|[1-6]\d) s ago/);
    expect(found.smtp?.message).toContain('Not configured');
    expect(await filesOf(harness.artifacts.folder)).toEqual(before);
  });

  it('says it in one line each, without colours where nobody sees them', async () => {
    const { stdout } = await cli(harness, ['doctor'], {
      env: { HOLDFAST_SMTP_URL: 'smtp://127.0.0.1:1' },
      shipped: true,
    });
    expect(stdout).toMatch(/^✓ settings +All are valid\.$/m);
    expect(stdout).toMatch(/^✗ smtp +127\.0\.0\.1:1: .*\n +→ Mend the mail server/m);
    expect(stdout).toMatch(/^\d+ ok, \d+ to look into, 1 broken\.$/m);
    expect(stdout).not.toContain('\u001b');
  });

  it('warns of an active alert, and of a paused monitor', async () => {
    const schedule = harness.temporal.schedule.getHandle('holdfast-monitor');
    await schedule.pause('test');
    const condition = { key: 'no-worker:x', severity: 'CRITICAL', title: 'x', message: 'x', holds: true } as const;
    await harness.tasks.alerts.report([condition]);
    await until('the alert holds', async () => (await harness.tasks.alerts.read()).conditions.length > 0);
    const { found, bad } = await doctor();
    expect(bad).toEqual(['alerts warning', 'monitor warning']);
    expect(found.alerts?.message).toBe('1 is active: no-worker:x.');
    expect(found.monitor?.message).toContain('paused');
  });

  it('warns of a worker of another version', async () => {
    const connection = await NativeConnection.connect({ address: harness.server.address });
    const identity = 'holdfast/0.0.1/worker-7@elsewhere';
    const worker = await Worker.create({
      connection,
      identity,
      taskQueue: 'email',
      workflowBundle: { codePath: BUNDLE },
    });
    await worker.runUntil(async () => {
      await until('it polls', async () => (await harness.tasks.queue('email')).workers.length > 1);
      const { found } = await doctor();
      expect(found['worker-versions']).toMatchObject({ level: 'warning', message: expect.stringContaining(identity) });
    });
    await connection.close();
  });
});

describe('Temporal', () => {
  const NOT_LOOKED_AT = ['alerts', 'clock', 'monitor', 'namespace', 'workers'].map((name) => `${name} warning`);

  it('that is away is broken, and everything else is looked at all the same', async () => {
    const env = { TEMPORAL_ADDRESS: '127.0.0.1:1', HOLDFAST_TEMPORAL_DEADLINE: '1' };
    const { code, found, bad } = await doctor(env);
    expect([code, bad]).toEqual([2, [...NOT_LOOKED_AT, 'temporal broken'].sort()]);
    expect(found.temporal?.message).toBe('127.0.0.1:1 does not answer.');
    expect(found.artifacts?.level).toBe('ok');
    expect(found['disk:home']).toBeDefined();
  });

  it('that takes calls and does not answer is, too', async () => {
    harness.server.freeze();
    try {
      const { code, bad } = await doctor({ HOLDFAST_TEMPORAL_DEADLINE: '1' });
      expect([code, bad]).toEqual([2, [...NOT_LOOKED_AT, 'temporal broken'].sort()]);
    } finally {
      harness.server.thaw();
    }
  });

  it('with TEMPORAL_ settings that name no file is broken', async () => {
    const { code, found } = await doctor({ TEMPORAL_CONFIG_FILE: harness.file(), TEMPORAL_PROFILE: 'nobody' });
    expect([code, found.temporal?.level, found.artifacts?.level]).toEqual([2, 'broken', 'ok']);
  });

  it('is of a version that is known, or old', () => {
    expect(['1.32.0', '2.0.0', '1.31.2', '1.30.9', '0.31.0', ''].map((one) => versions(one).level)).toEqual([
      ...['ok', 'ok', 'ok'],
      ...['warning', 'warning', 'warning'],
    ]);
  });
});

describe('the namespace', () => {
  const register = (namespace: string, days: number) =>
    harness.temporal.workflowService.registerNamespace({
      namespace,
      workflowExecutionRetentionPeriod: msToTs(days * 86_400_000),
    });
  /** A namespace that was just registered is not known everywhere at once. */
  const known = (namespace: string) =>
    until(`${namespace} is known`, () =>
      harness.temporal.connection.operatorService.listSearchAttributes({ namespace }).catch(() => undefined),
    );

  it('that there is not is broken until it is set up: exit code 2', async () => {
    const env = { TEMPORAL_NAMESPACE: 'fresh' };
    const before = await doctor(env);
    expect(before.code).toBe(2);
    expect(before.found.namespace?.message).toBe('There is no namespace fresh.');
    const setUp = await cli(harness, ['setup'], { env, shipped: true });
    expect(setUp).toMatchObject({ code: 0, stderr: '' });
    expect(setUp.stdout).toMatch(
      /^Made the namespace fresh; ended tasks are kept for 30 days\.\nRegistered: TaskState/,
    );
    await until('it is as it should be', async () => {
      const { found } = await doctor(env);
      const checks = [found.namespace, found['search-attributes'], found.retention];
      return checks.every((check) => check?.level === 'ok');
    });
    expect((await cli(harness, ['setup'], { env, shipped: true })).stdout).toBe(
      'The namespace fresh was set up already.\n',
    );
  });

  it('lacks search attributes, or keeps ended tasks for too short a time', async () => {
    await register('bare', 2);
    await known('bare');
    const { code, found } = await doctor({ TEMPORAL_NAMESPACE: 'bare' });
    expect(code).toBe(2);
    expect(found['search-attributes']).toMatchObject({
      level: 'broken',
      message: expect.stringMatching(/^Missing: TaskState, /),
      todo: 'holdfast setup',
    });
    expect(found.retention).toMatchObject({ level: 'warning', message: expect.stringContaining('kept for 2 days') });
    const setUp = await cli(harness, ['setup', '--json'], { env: { TEMPORAL_NAMESPACE: 'bare' }, shipped: true });
    expect(JSON.parse(setUp.stdout)).toMatchObject({ namespace: 'bare', created: false, raisedFrom: 2 * 86_400 });
  });

  it('has a search attribute of another type, which the set-up refuses too', async () => {
    await register('odd', 30);
    await known('odd');
    const { operatorService } = harness.temporal.connection;
    await operatorService.addSearchAttributes({ namespace: 'odd', searchAttributes: { TaskTags: 2 } });
    const env = { TEMPORAL_NAMESPACE: 'odd' };
    await until('doctor says so', async () => {
      const { found } = await doctor(env);
      return found['search-attributes']?.message.includes('another type than Holdfast needs: TaskTags');
    });
    const { code, stderr } = await cli(harness, ['setup'], { env, shipped: true });
    expect([code, stderr]).toEqual([2, expect.stringContaining('TaskTags')]);
  });

  it('keeps ended tasks for as long as the longest window', () => {
    const categories = { reports: { window: 3 * 86_400 } };
    const level = (days: number) => retention(days * 86_400, { HOLDFAST_RETENTION_DAYS: 5, categories }).level;
    expect([2.9, 3, 4.9, 5, 6].map(level)).toEqual(['broken', 'warning', 'warning', 'ok', 'ok']);
  });
});

describe('what needs no Temporal', () => {
  it('says whether what is kept is encrypted, and which secrets still lie in plain text', async () => {
    const HOLDFAST_ARTIFACTS = path.join(harness.folder, 'store-of-secrets');
    const keys = { HOLDFAST_ARTIFACTS, HOLDFAST_ENCRYPTION_KEYS: `a:${Buffer.alloc(32, 1).toString('base64')}` };
    expect((await doctor({ HOLDFAST_ARTIFACTS })).found.encryption).toMatchObject({
      level: 'ok',
      message: expect.stringMatching(/^Off:.*HOLDFAST_ENCRYPTION_KEYS/),
    });
    expect((await doctor(keys)).found.encryption).toMatchObject({ level: 'ok', message: 'On, with key a.' });
    await new LocalArtifactStore(HOLDFAST_ARTIFACTS).entries.add('webhook-master-secret', 'secret', 'plain');
    expect((await doctor(keys)).found.encryption).toMatchObject({
      level: 'warning',
      message: expect.stringContaining('secrets of webhook subscriptions'),
      todo: expect.stringContaining('artifacts move'),
    });
  });

  // Nothing answers there, and that is soon found.
  const away = { TEMPORAL_ADDRESS: '127.0.0.1:1', HOLDFAST_TEMPORAL_DEADLINE: '0.5' };

  it('a mail server that answers is ok', async () => {
    const receiver = await MailServer.start();
    const { found } = await doctor({ ...away, HOLDFAST_SMTP_URL: receiver.url });
    expect(found.smtp).toMatchObject({ level: 'ok', message: expect.stringContaining('answers') });
    expect(receiver.received).toEqual([]);
    await receiver.close();
  });

  it('one that does not is broken, and its password stays secret', async () => {
    const address = `127.0.0.1:${await freePort()}`;
    const { found } = await doctor({ ...away, HOLDFAST_SMTP_URL: `smtp://user:s3cret@${address}` });
    expect(found.smtp).toMatchObject({ level: 'broken', message: expect.stringContaining(`${address}: `) });
    expect(JSON.stringify(found)).not.toContain('s3cret');
  });

  it('addresses of alerts without a mail server are broken', async () => {
    const { found } = await doctor({ ...away, HOLDFAST_ALERT_EMAIL: 'ops@example.com' });
    expect(found.smtp).toMatchObject({ level: 'broken', todo: 'Set HOLDFAST_SMTP_URL.' });
  });

  it('an artifact store that cannot be written is broken', async () => {
    const file = harness.file();
    await writeFile(file, '');
    const { found } = await doctor({ ...away, HOLDFAST_ARTIFACTS: path.join(file, 'store') });
    expect(found.artifacts).toMatchObject({ level: 'broken', message: expect.stringContaining('ENOTDIR') });
    expect(found['disk:home']?.message).toContain('free');
  });

  it('a wrong setting is broken', async () => {
    const { code, found } = await doctor({ ...away, HOLDFAST_PORTT: '1' });
    expect(code).toBe(2);
    expect(found).toEqual({
      settings: expect.objectContaining({ level: 'broken', message: expect.stringContaining('HOLDFAST_PORT?') }),
    });
  });
});

it.each([
  [99 * MIB, GIB, 'broken'],
  [100 * MIB, GIB, 'warning'],
  [1023 * MIB, 10 * GIB, 'warning'],
  [GIB, 10 * GIB, 'ok'],
  [4 * GIB, 100 * GIB, 'warning'],
  [5 * GIB, 100 * GIB, 'ok'],
])('%d bytes free of %d are %s', (free, total, level) => {
  expect(diskLevel(free, total)).toBe(level);
});

it('reports what the latest poll says of the clock', () => {
  const now = Date.now();
  const level = (seconds: number) => clockFinding(now, now - seconds * 1000).level;
  expect([-3600, -3, -1, 0, 70, 80, 3600].map(level)).toEqual([
    ...['warning', 'warning'],
    ...['ok', 'ok', 'ok'],
    ...['warning', 'warning'],
  ]);
  expect(clockFinding(now, now + 90_000).message).toContain('1 min 30 s or more behind');
  expect(clockFinding(now, now - 90_000).message).toContain('no worker has polled for 1 min 30 s');
});

it('reports how a queue is served', () => {
  const queue = (workers: number, backlog: number) => ({
    queue: 'email',
    workers: Array.from({ length: workers }, () => ({ identity: 'x' })),
    backlog,
  });
  expect(served(queue(2, 3), 3)).toMatchObject({ level: 'ok', message: '2 workers. About 3 pieces of work wait.' });
  expect(served(queue(0, 0), 1)).toMatchObject({ level: 'warning', message: 'No worker. 1 open task will need one.' });
  expect(served(queue(0, 1), 1)).toMatchObject({
    level: 'broken',
    message: 'No worker, and about 1 piece of work waits.',
  });
});

/** Every file of a folder that may not be there. */
async function filesOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => path.join(parentPath, name));
}
