import sharp from 'sharp';
import { createContracts } from '../../src/catalogue';
import { TaskClient } from '../../src/client/task-client';
import { Harness } from '../support/harness';
import { ReplyHolder } from '../support/reply-holder';
import { startRole } from '../support/role-process';
import type { RunningProcess } from '../support/running-process';
import { freePort } from '../support/temporal-server';
import { until } from '../support/until';

/** API and worker as two processes of the built product, as a cluster runs them. */
let harness: Harness;
let tasks: TaskClient;
let url: string;
let api: RunningProcess;
const env: Record<string, string> = {};

beforeAll(async () => {
  harness = await Harness.start({ onDisk: true });
  const { artifacts, temporal: client } = harness;
  tasks = new TaskClient({ client, contracts: createContracts({ commands: {} }), artifacts, deadline: 10 });
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  Object.assign(env, {
    TEMPORAL_ADDRESS: harness.server.address,
    HOLDFAST_PORT: String(port),
    HOLDFAST_HOME: harness.folder,
    HOLDFAST_ARTIFACTS: artifacts.folder,
  });
});
afterEach(async () => {
  await api.stop('SIGKILL');
});
afterAll(() => harness.close());

async function startApi(more: Record<string, string> = {}): Promise<void> {
  api = await startRole('api', { ...env, ...more });
  await until('the API is ready', () => fetch(`${url}/health/ready`).then(({ ok }) => ok));
}

const startWorker = () => startRole('worker', env);

async function submission(shade: string) {
  const png = await sharp({ create: { width: 8, height: 8, channels: 3, background: shade } })
    .png()
    .toBuffer();
  return { type: 'image.convert', input: { image: { base64: png.toString('base64') }, format: 'webp' } };
}

function post(body: object, key: string, prefer = ''): Promise<Response> {
  return fetch(`${url}/v1/tasks`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'Idempotency-Key': key, ...(prefer && { Prefer: prefer }) },
    body: JSON.stringify(body),
  });
}

const read = async (id: string) =>
  (await (await fetch(`${url}/v1/tasks/${id}`)).json()) as { state: string; result?: unknown };

describe('API and worker as separate processes', () => {
  it('S4-2, S1-3c: the API answers completed as soon as anybody does, also after either restarts', async () => {
    await startApi();
    const worker = await startWorker();
    const answer = await post(await submission('#123456'), 'separate', 'wait=60');
    expect(answer.status).toBe(200);
    const { id, state } = (await answer.json()) as { id: string; state: string };
    expect(state).toBe('completed');
    expect((await tasks.read(id)).state).toBe('completed');
    expect((await read(id)).state).toBe('completed');
    await worker.stop('SIGKILL');
    expect((await read(id)).state).toBe('completed');
    await api.stop('SIGKILL');
    await startApi();
    expect((await read(id)).result).toEqual((await tasks.read(id)).result);
  });

  it('S4-18: the version endpoint shows the versions of both', async () => {
    await startApi();
    const worker = await startWorker();
    const version = await until('the worker is seen', async () => {
      const seen = (await (await fetch(`${url}/version`)).json()) as { api: string; workers: { version: string }[] };
      return seen.workers.length > 0 ? seen : undefined;
    });
    expect(version.workers.every((one) => one.version === version.api)).toBe(true);
    await worker.stop('SIGKILL');
  });
});

describe('kill -9 of the API', () => {
  it('between start and answer leaves a task that a repeat of the POST finds', async () => {
    const relay = await ReplyHolder.start(harness.server.port);
    await startApi({ TEMPORAL_ADDRESS: relay.address });
    const body = await submission('#654321');
    // What the API asks once is known after this, so that the start is the next thing it asks.
    expect((await post(await submission('#111111'), 'warm-up')).status).toBe(202);
    relay.hold();
    const unanswered = post(body, 'cut-off').then(
      () => 'answered',
      () => 'cut off',
    );
    const started = await until('the task has started', () => tasks.find('image.convert', 'cut-off'));
    await api.stop('SIGKILL');
    expect(await unanswered).toBe('cut off');
    await relay.close();

    await startApi();
    const repeat = await post(body, 'cut-off');
    expect(repeat.status).toBe(200);
    expect(repeat.headers.get('Idempotency-Replayed')).toBe('true');
    expect(await repeat.json()).toMatchObject({ id: started.id, runId: started.runId });
  });

  it('at any moment of 20 submissions loses none that was answered, and doubles none', async () => {
    await startApi();
    const body = await submission('#abcdef');
    const answered: string[] = [];
    const sending = Promise.all(
      Array.from({ length: 20 }, async (_, index) => {
        const response = await post(body, `burst-${index}`).catch(() => undefined);
        if (response?.status === 202) answered.push(`burst-${index}`);
      }),
    );
    await until('the first is answered', () => answered.length > 0);
    await api.stop('SIGKILL');
    await sending;
    for (const key of answered) expect(await tasks.find('image.convert', key)).toBeDefined();
    const before = await Promise.all(
      Array.from({ length: 20 }, (_, index) => tasks.find('image.convert', `burst-${index}`)),
    );
    await startApi();
    for (const [index, known] of before.entries()) {
      const repeat = await post(body, `burst-${index}`);
      expect(repeat.status).toBe(known ? 200 : 202);
      if (known) expect(await repeat.json()).toMatchObject({ id: known.id, runId: known.runId });
    }
  });
});

describe('a role', () => {
  it('that finds no Temporal says so in one line and ends with an exit code', async () => {
    const port = await freePort();
    await startApi();
    const started = startRole('worker', { ...env, TEMPORAL_ADDRESS: `127.0.0.1:${port}` });
    await expect(started).rejects.toThrow(`Temporal does not answer at 127.0.0.1:${port}`);
  });

  it('with a wrong setting says so in one line', async () => {
    await startApi();
    await expect(startRole('worker', { ...env, HOLDFAST_QUEUE: 'x' })).rejects.toThrow(
      'HOLDFAST_QUEUE is not a setting. Did you mean HOLDFAST_QUEUES?',
    );
  });
});
