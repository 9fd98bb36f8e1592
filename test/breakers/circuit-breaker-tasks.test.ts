import { z } from 'zod';
import type { Handler } from '../../src/activities/attempt/handler';
import { ownBreaker } from '../../src/activities/breaker/dependency';
import { hostDependency } from '../../src/catalogue/shared/host-dependency';
import type { TaskClient } from '../../src/client/task-client';
import { BREAKER_NAME } from '../../src/protocol/breaker';
import { defineContract } from '../../src/tasks/contract';
import { TaskFailure } from '../../src/tasks/failures';
import { Harness } from '../support/harness';
import { tasksOf } from '../support/tasks-of';
import { until } from '../support/until';
import { Receiver } from './breaker-callers';

const common = {
  summary: 'Calls something outside, under its circuit breaker.',
  input: z.strictObject({ dependency: z.string(), perTenant: z.boolean().optional() }),
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

const handler: Handler<typeof guarded> = async ({ dependency, perTenant = false }, context) => {
  const { status } = await context.guard(dependency, () => answered(), { perTenant });
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
  tasks = tasksOf(harness, contracts);
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
  await until('it is open', async () => (await tasks.breaker(dependency)).state !== 'closed');
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

  it('reports how its try ended although its worker shuts down right after it', async () => {
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

describe('what a tenant names', () => {
  const dependency = 'http:tenants.example.com';
  const submitFor = async (tenant?: string) => {
    const input = { dependency, perTenant: true };
    return (await tasks.submit({ type: 'test.guarded', input, ...(tenant && { tenant }) })).task.id;
  };
  const completed = (id: string) => until('it is done', async () => (await tasks.read(id)).state === 'completed');

  it('has a breaker for each of them: the failing calls of one hold up nobody else', async () => {
    receiver.status = 503;
    const held = await submitFor('acme');
    expect((await waitsForBreaker(held)).why?.message).toContain(`${dependency}@acme`);
    receiver.status = 200;
    for (const id of [await submitFor('globex'), await submitFor()]) {
      await completed(id);
      expect((await tasks.read(id)).attempts).toBe(1);
    }
    await completed(held);
    const names = (await tasks.breakers()).map(({ name }) => name).filter((name) => name.startsWith(dependency));
    expect(names).toEqual(expect.arrayContaining([`${dependency}@acme`]));
  });
});

it.each([
  ['host:example.com', 'acme', 'host:example.com@acme'],
  ['host:example.com:8080', 'a.b_c-1', 'host:example.com:8080@a.b_c-1'],
  ['host:example.com', 'Older tenant', /^host:example\.com@-[0-9a-f]{32}$/],
  ['host:example.com', 'x@acme', /^host:example\.com@-[0-9a-f]{32}$/],
  [`host:${'x'.repeat(150)}`, 'y'.repeat(63), /^host:x{100}@-[0-9a-f]{32}$/],
])('the own breaker of %s for %s', (name, tenant, own) => {
  expect(ownBreaker(name, tenant)).toEqual(typeof own === 'string' ? own : expect.stringMatching(own));
  expect(BREAKER_NAME.test(ownBreaker(name, tenant))).toBe(true);
});

it.each(['http://example.com', 'https://[::1]:8443/x', `http://${'a.'.repeat(120)}example`, 'http://_dmarc.example'])(
  'the breaker of any host has a name that holds: %s',
  (url) => {
    expect(hostDependency(new URL(url))).toMatch(BREAKER_NAME);
  },
);
