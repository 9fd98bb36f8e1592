import { z } from 'zod';
import type { Handler } from '../../src/activities/attempt/handler';
import { TaskClient } from '../../src/client/task-client';
import { defineContract } from '../../src/tasks/contract';
import { TaskFailure } from '../../src/tasks/failures';
import { Receiver } from '../support/breaker-callers';
import { Harness } from '../support/harness';
import { until } from '../support/until';

const common = {
  summary: 'Calls something outside, under its circuit breaker.',
  input: z.strictObject({ dependency: z.string() }),
  output: z.object({ attempt: z.int() }),
  example: { dependency: 'http:api.example.com' },
  category: 'default',
  policy: { attempts: 6, firstDelay: 0.2, cap: 0.2 },
} as const;
const guarded = defineContract({ ...common, type: 'test.guarded' });
const once = defineContract({ ...common, type: 'test.guarded-once', idempotent: false });
const inline = defineContract({
  ...common,
  type: 'test.guarded-inline',
  policy: { ...common.policy, timeout: 5 },
  inline: true,
});
const contracts = [guarded, once, inline];

let harness: Harness;
let receiver: Receiver;
let tasks: TaskClient;

const handler: Handler<typeof guarded> = async ({ dependency }, context) => {
  const { status } = await context.guard(dependency, () => answered());
  return { attempt: status === 200 ? context.attempt : -1 };
};

const handlers = Object.fromEntries(contracts.map(({ type }) => [type, handler as unknown as Handler]));

async function answered(): Promise<Response> {
  const response = await fetch(receiver.url);
  if (!response.ok) throw new TaskFailure('EXTERNAL_API_DOWN', `answered ${response.status}`);
  return response;
}

beforeAll(async () => {
  harness = await Harness.start();
  receiver = await Receiver.start();
  const { temporal: client, artifacts } = harness;
  tasks = new TaskClient({ client, contracts, artifacts, deadline: 10 });
  await harness.startWorkers({
    contracts,
    handlers,
    breakers: { 'http:named.example.com': { failures: 3, openSeconds: 2 }, http: { openSeconds: 2 } },
  });
});
beforeEach(() => {
  receiver.status = 200;
  receiver.requests.length = 0;
});
afterAll(async () => {
  await receiver.close();
  await harness.close();
});

async function submit(dependency: string, type = 'test.guarded'): Promise<string> {
  return (await tasks.submit({ type, input: { dependency } })).task.id;
}

async function waitsForBreaker(id: string) {
  return until(`${id} waits for the breaker`, async () => {
    const task = await tasks.read(id);
    return task.why?.cause === 'breaker-open' ? task : undefined;
  });
}

async function opened(dependency: string, seconds: number): Promise<void> {
  await tasks.breaker(dependency, 'open', { seconds });
  await until('it is open', async () => (await tasks.breaker(dependency)).state === 'open');
}

describe('a task that meets an open circuit breaker', () => {
  it('waits and says so, uses up no attempt, and goes on by itself; the limits are those of the settings', async () => {
    receiver.status = 503;
    const id = await submit('http:named.example.com');
    const waiting = await waitsForBreaker(id);
    expect(waiting).toMatchObject({ state: 'retrying', attempts: 3 });
    expect(waiting.why?.message).toContain('http:named.example.com');
    expect(waiting.failures?.map(({ code }) => code)).toEqual(Array(3).fill('EXTERNAL_API_DOWN'));
    expect(receiver.requests).toHaveLength(3);
    receiver.status = 200;
    expect(await tasks.wait(id, 60)).toMatchObject({ state: 'completed', attempts: 4, result: { attempt: 4 } });
    expect(receiver.requests).toHaveLength(4);
  });

  it('does so with all others: one tries, and then each calls once', async () => {
    const dependency = 'http:many.example.com';
    await opened(dependency, 3);
    const ids = await Promise.all(Array.from({ length: 15 }, () => submit(dependency)));
    for (const id of ids) await waitsForBreaker(id);
    expect(receiver.requests).toHaveLength(0);
    for (const id of ids) expect(await tasks.wait(id, 60)).toMatchObject({ state: 'completed', attempts: 1 });
    expect(receiver.requests).toHaveLength(ids.length);
  });

  it.each(['test.guarded-once', 'test.guarded-inline'])('is safe there too as %s', async (type) => {
    const dependency = `http:${type}.example.com`;
    await opened(dependency, 2);
    const id = await submit(dependency, type);
    await waitsForBreaker(id);
    expect(receiver.requests).toHaveLength(0);
    expect(await tasks.wait(id, 60)).toMatchObject({ state: 'completed', attempts: 1, result: { attempt: 1 } });
    expect(receiver.requests).toHaveLength(1);
  });

  it('tells how its try ended although its worker shuts down right after it', async () => {
    const dependency = 'http:leaving.example.com';
    const stop = await harness.startWorkers({ contracts, handlers, queues: ['leaving'] });
    await opened(dependency, 0.5);
    await until('one may try', async () => (await tasks.breaker(dependency)).state === 'half-open');
    const { task } = await tasks.submit({ type: 'test.guarded', input: { dependency }, policy: { queue: 'leaving' } });
    expect(await tasks.wait(task.id, 60)).toMatchObject({ state: 'completed' });
    await stop();
    await until('it is closed', async () => (await tasks.breaker(dependency)).state === 'closed', 10);
  });

  it('fails for good when its handler gives the dependency no name', async () => {
    const id = await submit('no name');
    expect(await tasks.wait(id, 60)).toMatchObject({
      failure: { code: 'PERMANENT_LOGIC', message: expect.stringContaining('kind:place') },
    });
  });
});
