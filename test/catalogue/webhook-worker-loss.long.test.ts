import { setTimeout as sleep } from 'node:timers/promises';
import { createContracts } from '../../src/catalogue';
import { TaskClient } from '../../src/client/task-client';
import { TelemetryStore } from '../../src/client/webhooks/telemetry-store';
import { Harness } from '../support/harness';
import { startRole } from '../support/processes/role-process';
import type { RunningProcess } from '../support/processes/running-process';
import { WebhookReceiver } from '../support/servers/webhook-receiver';
import { until } from '../support/until';

/** 50 by hand (`KILLS=50`); each takes about two seconds. */
const KILLS = Number(process.env.KILLS ?? 3);

let harness: Harness;
let tasks: TaskClient;
let receiver: WebhookReceiver;
let worker: RunningProcess;

beforeAll(async () => {
  harness = await Harness.start();
  const { temporal: client, artifacts } = harness;
  tasks = new TaskClient({ client, contracts: createContracts(), artifacts, deadline: 10 });
  // It takes its time both before and after it has read the request.
  receiver = await WebhookReceiver.start(async (response) => {
    await sleep(Math.random() * 400);
    response.end();
  });
});
afterAll(async () => {
  await worker.stop('SIGKILL');
  await receiver.close();
  await harness.close();
});

const startWorker = () =>
  startRole('worker', {
    ...harness.env,
    HOLDFAST_HOME: harness.folder,
    HOLDFAST_ARTIFACTS: harness.artifacts.folder,
    HOLDFAST_QUEUES: 'default',
    HOLDFAST_CONCURRENCY: '4',
    HOLDFAST_WEBHOOK_ALLOW: '127.0.0.1',
  });

it(
  'of a worker that is killed at any moment: every task ends, and a second request can be told by its ID',
  async () => {
    const policy = { heartbeatTimeout: 2, lostAttempts: 100 };
    const both = await Promise.all(
      Array.from({ length: KILLS * 3 }, (_, index) => {
        const body = JSON.stringify({ user_id: index, slug: 'lesson' });
        const hook = { source: 'learnpack', id: `msg_${index}`, event: 'batch', body };
        return Promise.all([
          tasks.submit({ type: 'webhook.deliver', input: { to: { url: receiver.url() }, payload: index }, policy }),
          // Of one priority, so that workers die with either.
          tasks.submit({ type: 'webhook.process', input: hook, policy, priority: 3 }),
        ]);
      }),
    );
    const [submitted, hooks] = [both.map(([delivery]) => delivery), both.map(([, hook]) => hook)];
    for (let kill = 0; kill < KILLS; kill++) {
      worker = await startWorker();
      const seen = receiver.log.length;
      await until('a request comes', () => receiver.log.length > seen, 1.5).catch(() => undefined);
      await sleep(Math.random() * 400);
      await worker.stop('SIGKILL');
    }
    worker = await startWorker();
    const ended = await Promise.all(submitted.map(({ wait }) => wait(100)));
    const processed = await Promise.all(hooks.map(({ wait }) => wait(100)));
    expect(worker.ended ? worker.log : '').toBe('');

    expect(ended.map(({ state }) => state)).toEqual(submitted.map(() => 'completed'));
    const store = new TelemetryStore(harness.artifacts.entries);
    const stored = await Promise.all(hooks.map((_, user) => store.find(String(user), 'lesson')));
    expect(stored.map((one) => one?.task)).toEqual(processed.map(({ id }) => id));
    expect(processed.map(({ state }) => state)).toEqual(hooks.map(() => 'completed'));
    // A receiver that honours the ID has each payload once.
    const effects = new Map(receiver.log.map(({ headers, body }) => [headers['idempotency-key'], body]));
    expect([...effects.values()].map(Number).sort((a, b) => a - b)).toEqual(submitted.map((_, index) => index));
    // Nobody is called again without a reason: there is one more request for each attempt that was lost at most.
    const lost = ended.flatMap(({ failures = [] }) => failures).length;
    expect(receiver.log.length).toBeLessThanOrEqual(submitted.length + lost);
    if (process.env.KILLS) {
      const lostToo = processed.flatMap(({ failures = [] }) => failures).length;
      console.info(`${KILLS} kills, ${receiver.log.length} requests, lost: ${lost} deliveries, ${lostToo} actions`);
    }
  },
  120_000 + KILLS * 10_000,
);
