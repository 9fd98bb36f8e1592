import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { defineTask } from '../../src/app/define-task';
import { HoldfastClient, RequestRefused, StillOpen, TaskFailed, type TaskSnapshot } from '../../src/http-client';
import { TestApi } from '../support/api';
import { Harness } from '../support/harness';

const probe = defineTask({
  type: 'test.probe',
  input: z.looseObject({}),
  output: z.unknown(),
  run: async () => undefined,
});

describe('the client over HTTP, with the API', () => {
  let harness: Harness;
  let api: TestApi;
  let client: HoldfastClient;
  beforeAll(async () => {
    harness = await Harness.start();
    api = await TestApi.start(harness);
    client = new HoldfastClient({ url: api.url });
    await harness.startWorkers();
  });
  afterAll(async () => {
    await api.close();
    await harness.close();
  });

  it('submits, waits for the result, and finds it again by its key', async () => {
    const run = await client.submit(probe, {}, { key: 'a "quoted" key', tags: ['mine'] });
    expect(run.duplicate).toBe(false);
    await run.result();
    expect((await client.submit(probe, {}, { key: 'a "quoted" key', tags: ['mine'] })).duplicate).toBe(true);
    expect((await client.find(probe, 'a "quoted" key'))?.id).toBe(run.id);
    expect(await client.find(probe, 'a key of nobody')).toBeUndefined();
  });

  it('reports each change until the end', async () => {
    const run = await client.submit(probe, {});
    const states: string[] = [];
    for await (const { state } of run.watch()) states.push(state);
    expect(states.at(-1)).toBe('completed');
  });

  it('throws what the API refuses, with its code', async () => {
    const refused = client.submit({ type: 'no.such', input: z.any(), output: z.any() }, {});
    await expect(refused).rejects.toMatchObject({ name: 'RequestRefused', code: 'unknown-task-type' });
    await expect(client.read('test.probe:none')).rejects.toBeInstanceOf(RequestRefused);
  });

  it('throws for a cancelled task, and for one that is still open', async () => {
    const run = await client.submit(probe, {}, { delay: '10m' });
    const { createdAt, scheduledFor } = (await run.read()) as TaskSnapshot & {
      createdAt: string;
      scheduledFor: string;
    };
    expect(Math.abs(Date.parse(scheduledFor) - Date.parse(createdAt) - 600_000)).toBeLessThan(60_000);
    await expect(run.result({ within: 0.2 })).rejects.toBeInstanceOf(StillOpen);
    await expect(run.result({ within: '200ms' })).rejects.toBeInstanceOf(StillOpen);
    // It would wait for ever.
    await expect(run.result({ within: 'soon' as never })).rejects.toThrow(
      'within is "soon": expected seconds, or a text such as \'30s\'',
    );
    await expect(client.submit(probe, {}, { delay: Number.NaN })).rejects.toThrow('delay is null: expected seconds');
    await client.send(run.id, 'cancel', { by: 'me' });
    await expect(run.result()).rejects.toBeInstanceOf(TaskFailed);
  });
});

describe('the client over HTTP, with an API that comes and goes', () => {
  let server: Server;
  let seen: { key: string | undefined }[];
  let answers: ((request: IncomingMessage) => number | 'cut')[];
  /** What each answer has beside the ID. */
  let bodies: object[];
  beforeEach(async () => {
    seen = [];
    answers = [];
    bodies = [];
    server = createServer((request, response) => {
      seen.push({ key: request.headers['idempotency-key'] as string | undefined });
      const answer = answers.shift()?.(request) ?? 202;
      if (answer === 'cut') request.socket.destroy();
      else
        response
          .writeHead(answer, { 'content-type': 'application/json' })
          .end(JSON.stringify({ id: 'a:1', ...bodies.shift() }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(() => new Promise((resolve) => server.close(resolve)));
  const client = (tries?: number) =>
    new HoldfastClient({
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      ...(tries !== undefined && { tries }),
    });

  it('makes a lost submission again with the same key', async () => {
    answers = [() => 'cut', () => 503, () => 202];
    expect((await client().submit(probe, {})).id).toBe('a:1');
    expect(seen).toHaveLength(3);
    expect(new Set(seen.map(({ key }) => key)).size).toBe(1);
    expect(seen[0]?.key).toMatch(/^".+"$/);
  });

  it('takes what an API of the next release adds: fields and states', async () => {
    bodies = [
      { state: 'queued', news: { since: 1 } },
      { state: 'resting', news: [] },
      { state: 'completed', result: { pages: 3 }, news: 'x' },
    ];
    const run = await client().submit(probe, {});
    expect(await run.result()).toEqual({ pages: 3 });
    expect(seen).toHaveLength(3);
  });

  it('gives up after its tries', async () => {
    answers = [() => 503, () => 503];
    await expect(client(2).submit(probe, {})).rejects.toMatchObject({ status: 503 });
    expect(seen).toHaveLength(2);
  });

  it('does not repeat what was refused', async () => {
    answers = [() => 422];
    await expect(client().submit(probe, {})).rejects.toMatchObject({ status: 422 });
    expect(seen).toHaveLength(1);
  });
});
