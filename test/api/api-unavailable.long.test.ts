import { Client, type ConnectionLike } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { TaskClient } from '../../src/client/task-client';
import { connectClient } from '../../src/client/temporal/connect';
import { type Answered, API_CONTRACTS, TestApi } from '../support/api';
import { Harness, readLedger } from '../support/harness';
import { until } from '../support/until';
import { listen } from './events';

/** Real processes and servers: on a machine that does much else, each step takes a multiple of its time. */
jest.setTimeout(360_000);

/**
 * The API promises an answer within five seconds, whatever has become of Temporal. A busy machine gets twice the time:
 * a call without a deadline takes a minute.
 */
const PROMISE_MS = 10_000;

let harness: Harness;

beforeAll(async () => {
  harness = await Harness.start({ onDisk: true });
});
afterAll(() => harness.close());

const submission = { type: 'test.probe', input: {} };

/** The two ways in which roles connect, with the real deadline: four seconds for a call. */
const CONNECTIONS: [string, () => Promise<ConnectionLike>][] = [
  ['of the API alone', async () => connectClient(harness.server.port).connection],
  ['that API and worker share', () => NativeConnection.connect({ address: harness.server.address })],
];

describe.each(CONNECTIONS)('with Temporal away, on the connection %s', (name, connect) => {
  let api: TestApi;
  let connection: ConnectionLike;
  let known: string;
  let answers: Map<string, Promise<Answered & { took: number }>>;
  const before = { 'Idempotency-Key': `before, ${name}` };

  const calls: Record<string, () => Promise<Answered>> = {
    'POST /v1/tasks': () => api.post('/v1/tasks', submission, { 'Idempotency-Key': `away, ${name}` }),
    'POST /v1/tasks, waiting': () => api.post('/v1/tasks', submission, { Prefer: 'wait=60' }),
    'POST /v1/tasks/bulk': () => api.post('/v1/tasks/bulk', { tasks: Array(1000).fill(submission) }),
    'GET /v1/tasks': () => api.get('/v1/tasks?state=queued'),
    'GET /v1/tasks?key=': () => api.get('/v1/tasks?type=test.probe&key=before'),
    'GET /v1/tasks/{id}': () => api.get(api.task(known)),
    'GET /v1/tasks/{id}/timeline': () => api.get(`${api.task(known)}/timeline`),
    'GET /v1/tasks/{id}/events': () => api.get(`${api.task(known)}/events`),
    'GET /v1/tasks/{id}/log': () => api.get(`${api.task(known)}/log?follow=true`),
    'GET /v1/tasks/{id}/artifacts': () => api.get(`${api.task(known)}/artifacts`),
    'POST /v1/tasks/{id}/cancel': () => api.post(`${api.task(known)}/cancel`),
    'GET /v1/stats': () => api.get('/v1/stats'),
    'GET /health/ready': () => api.get('/health/ready'),
    'GET /version': () => api.get('/version'),
  };

  beforeAll(async () => {
    connection = await connect();
    const { artifacts } = harness;
    const tasks = new TaskClient({ client: new Client({ connection }), contracts: API_CONTRACTS, artifacts });
    api = await TestApi.start(harness, { tasks, deadline: 4 });
    known = (await api.submit('test.probe', {}, {}, before)).id;
    await harness.server.stop('SIGKILL');
    answers = new Map(Object.entries(calls).map(([call, ask]) => [call, timed(ask)]));
  });
  afterAll(async () => {
    await api.close();
    await connection.close();
  });

  it.each(Object.keys(calls))('%s answers 503 with Retry-After, within seconds', async (call) => {
    const answer = await answers.get(call);
    expect({ status: answer?.status, code: answer?.body.code, again: answer?.headers.get('Retry-After') }).toEqual({
      status: 503,
      code: 'unavailable',
      again: '2',
    });
    expect(answer?.took).toBeLessThan(PROMISE_MS);
  });

  it('keeps what needs no Temporal going', async () => {
    expect((await api.get('/health/live')).status).toBe(200);
    expect((await api.get('/v1/task-types')).status).toBe(200);
    const { body } = await api.call('POST', '/v1/files', { raw: 'kept' });
    expect((await api.get(`/v1/files/${body.hash}`)).body).toBe('kept');
  });

  it('is well again by itself once Temporal is back, with every task that was accepted', async () => {
    await harness.server.run();
    await until('the API is ready', async () => (await api.get('/health/ready')).status === 200);
    expect(await api.post('/v1/tasks', submission, before)).toMatchObject({ status: 200, body: { id: known } });
    const { status } = await api.post('/v1/tasks', submission, { 'Idempotency-Key': `away, ${name}` });
    expect(status).toBeLessThan(300);
  });

  it('answers within seconds also while Temporal hangs', async () => {
    harness.server.freeze();
    try {
      const hanging = await Promise.all(Object.values(calls).map(timed));
      expect(hanging.map(({ status }) => status)).toEqual(hanging.map(() => 503));
      expect(Math.max(...hanging.map(({ took }) => took))).toBeLessThan(PROMISE_MS);
    } finally {
      harness.server.thaw();
    }
    await until('the API is ready', async () => (await api.get('/health/ready')).status === 200);
  });

  it('has answered a waiting submission as accepted when it was', async () => {
    const key = `accepted, ${name}`;
    const waiting = api.post('/v1/tasks', submission, { Prefer: 'wait=3', 'Idempotency-Key': key });
    const id = await until('the task has started', async () => {
      const { status, body } = await api.get(`/v1/tasks?type=test.probe&key=${encodeURIComponent(key)}`);
      return status === 200 ? String(body.id) : undefined;
    });
    await harness.server.stop('SIGKILL');
    expect(await waiting).toMatchObject({ status: 202, body: { id } });
    await harness.server.run();
  });

  it('keeps an event stream open, and sends the end when Temporal is back', async () => {
    const ledger = harness.file();
    const queue = `late-${CONNECTIONS.findIndex(([one]) => one === name)}`;
    const { id } = await until('a task is accepted', async () =>
      api.submit('test.probe', { ledger }, { policy: { queue } }).catch(() => undefined),
    );
    let told = 0;
    const stream = listen(`${api.url}${api.task(id)}/events`, {}, (events) => {
      told = events.length;
      return false;
    });
    await until('the stream is open', () => told > 0);
    await harness.server.stop('SIGKILL');
    await until('the API has noticed', async () => (await api.get('/health/ready')).status === 503);
    await harness.server.run();
    await harness.startWorkers({ queues: [queue] });
    const { events } = await stream;
    expect(events.at(-1)?.data).toMatchObject({ id, state: 'completed' });
    expect(readLedger(ledger)).toMatchObject({ done: 1 });
  });
});

async function timed(ask: () => Promise<Answered>): Promise<Answered & { took: number }> {
  const begun = performance.now();
  const answer = await ask();
  return { ...answer, took: performance.now() - begun };
}
