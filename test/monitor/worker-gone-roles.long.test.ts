import { Harness } from '../support/harness';
import { startRole } from '../support/processes/role-process';
import type { RunningProcess } from '../support/processes/running-process';
import { WebhookReceiver } from '../support/servers/webhook-receiver';
import { freePort } from '../support/temporal-server';
import { until } from '../support/until';

const LIMIT = 20;
const INTERVAL = 10;

interface Answer {
  id: string;
  state: string;
  createdAt: string;
  endedAt?: string;
  failure?: { code: string; message: string };
}

let harness: Harness;
let receiver: WebhookReceiver;
const roles: RunningProcess[] = [];

beforeAll(async () => {
  harness = await Harness.start();
  // It never answers, so that the attempt runs for as long as its worker lives.
  receiver = await WebhookReceiver.start(() => undefined);
});
afterAll(async () => {
  for (const role of roles) await role.stop('SIGKILL');
  await receiver.close();
  await harness.close();
});

it('API, worker and monitor as processes of their own: a task whose worker is killed for good fails by its limit', async () => {
  const port = String(await freePort());
  const settings = {
    TEMPORAL_ADDRESS: harness.server.address,
    HOLDFAST_PORT: port,
    HOLDFAST_HOME: harness.folder,
    HOLDFAST_ARTIFACTS: harness.artifacts.folder,
    HOLDFAST_QUEUES: 'default',
    HOLDFAST_WEBHOOK_ALLOW: '127.0.0.1',
    TASK_MAX_PROCESSING_TIME: String(LIMIT),
    TASK_MONITOR_INTERVAL: String(INTERVAL),
  };
  const start = async (role: 'api' | 'worker' | 'monitor') => {
    const started = await startRole(role, settings);
    roles.push(started);
    return started;
  };
  const [, worker] = await Promise.all([start('api'), start('worker'), start('monitor')]);
  const url = `http://127.0.0.1:${port}/v1/tasks`;
  const ask = async (address: string, init?: RequestInit) => (await (await fetch(address, init)).json()) as Answer;

  const body = { type: 'webhook.deliver', input: { to: { url: receiver.url() }, payload: 1 } };
  // The type's own limit of an attempt is longer, and would raise the task's.
  const policy = { maxProcessingTime: LIMIT };
  const headers = { 'Content-Type': 'application/json' };
  const { id } = await ask(url, { method: 'POST', headers, body: JSON.stringify({ ...body, policy }) });
  await until('the request is under way', () => receiver.log.length > 0);
  await worker?.stop('SIGKILL');

  const ended = await until(
    'the task has failed',
    async () => {
      const task = await ask(`${url}/${encodeURIComponent(id)}`);
      return task.state === 'failed' ? task : undefined;
    },
    300,
  );
  expect(ended.failure).toMatchObject({ code: 'TASK_TIMED_OUT', message: `Task timed out after ${LIMIT} seconds` });
  const lived = (Date.parse(ended.endedAt ?? '') - Date.parse(ended.createdAt)) / 1000;
  console.info(`ended after ${lived.toFixed(1)} s (limit ${LIMIT} s, a pass every ${INTERVAL} s)`);
  expect(lived).toBeGreaterThanOrEqual(LIMIT);
  expect(receiver.log).toHaveLength(1);
}, 480_000);
