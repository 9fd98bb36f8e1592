import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { createContracts } from '../../src/catalogue';
import type { MonitorStatus } from '../../src/client/monitor/monitor';
import { TaskClient } from '../../src/client/task-client';
import { ReplyHolder } from '../support/faults/reply-holder';
import { Harness } from '../support/harness';
import { cli } from '../support/processes/cli';
import { startRole } from '../support/processes/role-process';
import type { RunningProcess } from '../support/processes/running-process';
import { freePort } from '../support/temporal-server';
import { until } from '../support/until';

/** Real processes and servers: on a machine that does much else, each step takes a multiple of its time. */
jest.setTimeout(360_000);

/** API and worker as two processes of the built product, as a cluster runs them. */
let harness: Harness;
let tasks: TaskClient;
let url: string;
let api: RunningProcess;
const env: Record<string, string> = {};

beforeAll(async () => {
  harness = await Harness.start({ onDisk: true });
  const { artifacts, temporal: client } = harness;
  tasks = new TaskClient({ client, contracts: createContracts(), artifacts, deadline: 10 });
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  Object.assign(env, {
    ...harness.env,
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
  it('the API answers completed as soon as anybody does, also after either restarts', async () => {
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

  it('a picture is taken with 202, processing for whoever asks, and completed for all at once, with its files', async () => {
    await startApi();
    const [worker, monitor] = await Promise.all([
      startWorker(),
      startRole('monitor', { ...env, TASK_MONITOR_INTERVAL: '1', TASK_MAX_PROCESSING_TIME: '1' }),
    ]);
    const get = async (path: string) => (await fetch(`${url}${path}`)).json();
    const processing = async () => (await cli(harness, ['list', '--status', 'processing'], { shipped: true })).stdout;
    const pass = (after?: string) =>
      until('the monitor has made a pass', async () => {
        const { lastPass } = (await get('/v1/monitor')) as MonitorStatus;
        return lastPass?.report && lastPass.report.startedAt > (after ?? '') ? lastPass.report : undefined;
      });
    try {
      const pixels = Buffer.from(Array.from({ length: 900 * 900 * 3 }, (_, index) => (index * 7919) % 251));
      const png = await sharp(pixels, { raw: { width: 900, height: 900, channels: 3 } })
        .png()
        .toBuffer();
      const input = {
        image: { base64: png.toString('base64') },
        dither: { algorithm: 'floyd-steinberg', palette: 'web-216' },
      };
      const policy = { heartbeatTimeout: 60, maxProcessingTime: 300 };
      const accepted = await post({ type: 'image.convert', input, policy }, 'picture');
      expect(accepted.status).toBe(202);
      const { id } = (await accepted.json()) as { id: string };
      expect(accepted.headers.get('location')).toBe(`/v1/tasks/${encodeURIComponent(id)}`);
      await until('it is processing', async () => {
        const { state } = await read(id);
        expect(['queued', 'running']).toContain(state);
        return state === 'running';
      });
      // The worker stands still, so that there is time for everybody to look.
      process.kill(worker.pid, 'SIGSTOP');
      const before = await read(id);
      const seen = { list: await processing(), monitor: await pass(new Date().toISOString()), api: await read(id) };
      process.kill(worker.pid, 'SIGCONT');
      expect(before.state).toBe('running');
      expect(seen.api.state).toBe('running');
      expect(seen.list).toContain(id);
      expect(seen.monitor.counts).toMatchObject({ expired: 0, terminated: 0 });

      const completed = await until('it is completed', async () => {
        const { status } = await harness.temporal.workflow.getHandle(id).describe();
        const task = await read(id);
        // The very next read after its completion says so.
        if (status.name === 'COMPLETED') expect(task.state).toBe('completed');
        return task.state === 'completed' ? task : undefined;
      });
      const info = await cli(harness, ['info', id], { shipped: true });
      expect(info.stdout).toMatch(/Status: completed/);
      expect(info.stdout).toMatch(/Progress: 100%/);
      expect(await processing()).not.toContain(id);
      const again = await pass(new Date().toISOString());
      expect(again).toMatchObject({ counts: { expired: 0, terminated: 0 }, errors: [] });
      expect(await read(id)).toEqual(completed);

      const { artifacts } = (await get(`/v1/tasks/${encodeURIComponent(id)}/artifacts`)) as {
        artifacts: { url: string; file: { hash: string; bytes: number } }[];
      };
      expect(artifacts).toHaveLength(1);
      for (const { url: link, file } of artifacts) {
        const { hash, bytes } = file;
        const answer = await fetch(`${url}${link}`);
        expect(answer.status).toBe(200);
        const content = Buffer.from(await answer.arrayBuffer());
        expect([`sha256:${createHash('sha256').update(content).digest('hex')}`, content.length]).toEqual([hash, bytes]);
        expect(await sharp(content).metadata()).toMatchObject({ format: 'png', width: 900, height: 900 });
      }
    } finally {
      await Promise.all([worker, monitor].map((role) => role.stop('SIGKILL')));
    }
  });

  it('the version endpoint shows the versions of both', async () => {
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
