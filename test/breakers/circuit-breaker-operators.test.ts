import { BREAKER_SIGNALS } from '../../src/protocol/breaker';
import { TestApi } from '../support/api';
import { until } from '../support/until';
import { BreakerBench, outcomes } from './breaker-bench';
import type { BreakerCaller } from './breaker-callers';

let bench: BreakerBench;
let caller: BreakerCaller;
let api: TestApi;

beforeAll(async () => {
  bench = await BreakerBench.start();
  caller = await bench.startCaller();
  api = await TestApi.start(bench.harness);
});
beforeEach(() => {
  bench.receiver.status = 200;
  bench.receiver.requests.length = 0;
});
afterAll(async () => {
  await api.close();
  await bench.close();
});

const tasks = () => bench.harness.tasks;
const breakerUrl = (name: string, action = '') => `/v1/breakers/${encodeURIComponent(name)}${action && `/${action}`}`;

/** The stock CLI, as an operator types it. */
function temporal(...args: string[]) {
  return bench.harness.temporalCli(...args);
}

async function answers(name: string, outcome: string): Promise<void> {
  await until(`a call ${outcome}`, async () => outcomes(await bench.call(caller, name))[0] === outcome);
}

describe('operators, by the API,', () => {
  it('open a breaker that no worker has used, for as long as they like; close lets calls through', async () => {
    const name = 'smtp:mail.example.com:25';
    const opened = await api.post(breakerUrl(name, 'open'), { by: 'ada', reason: 'moves to a new host' });
    expect({ status: opened.status, name: opened.body.name }).toEqual({ status: 202, name });
    const open = await bench.reaches(name, 'open');
    expect(open).toMatchObject({ operator: { action: 'open', by: 'ada', reason: 'moves to a new host' }, opened: 1 });
    expect(open.openUntil).toBeUndefined();

    const [refused] = await bench.call(caller, name);
    expect(refused).toMatchObject({
      outcome: 'stepped back',
      message: expect.stringContaining('an operator closes it'),
    });
    expect(Date.parse(refused?.until ?? '')).toBeGreaterThan(Date.now() + 30_000);
    expect(bench.receiver.requests).toHaveLength(0);

    expect((await api.post(breakerUrl(name, 'close'))).status).toBe(202);
    await answers(name, 'succeeded');
    expect((await api.get(breakerUrl(name))).body).toMatchObject({
      state: 'closed',
      operator: { action: 'close', by: 'api' },
      opened: 1,
    });
  });

  it('open one for a time, after which one call may try', async () => {
    const name = 'program:convert';
    await api.post(breakerUrl(name, 'open'), { seconds: 1 });
    await bench.reaches(name, 'open');
    await bench.reaches(name, 'half-open');
    expect(outcomes(await bench.call(caller, name))).toEqual(['succeeded']);
    await bench.reaches(name, 'closed');
  });

  it('reset one, and what it counted is forgotten', async () => {
    const name = 'http:reset.example.com';
    bench.receiver.status = 503;
    await bench.call(caller, name, { times: 5, limits: { openSeconds: 60 } });
    expect(await bench.reaches(name, 'open')).toMatchObject({ opened: 1, lastFailure: { code: 'EXTERNAL_API_DOWN' } });
    await api.post(breakerUrl(name, 'reset'), { by: 'ada' });
    const { lastFailure, opened } = await bench.reaches(name, 'closed');
    expect({ lastFailure, opened }).toEqual({ lastFailure: undefined, opened: 0 });
    // The process that tripped it counts anew, too.
    bench.receiver.status = 200;
    await answers(name, 'succeeded');
  });

  it('list all that workers use, healthy ones too', async () => {
    const names = ['http:listed-b.example.com', 'http:listed-a.example.com'];
    for (const name of names) await bench.call(caller, name);
    const listed = await until('both are listed', async () => {
      const { body } = await api.get('/v1/breakers');
      const all = (body.breakers as { name: string; state: string }[]).filter(({ name }) => names.includes(name));
      return all.length === 2 ? all : undefined;
    });
    expect(listed).toMatchObject(names.toSorted().map((name) => ({ name, state: 'closed', failures: 0 })));
    expect((await tasks().breakers()).map(({ name }) => name)).toEqual(expect.arrayContaining(names));
  });

  it('learn what does not exist and what is wrong', async () => {
    expect(await api.get(breakerUrl('http:nobody'))).toMatchObject({ status: 404, body: { code: 'not-found' } });
    expect(await api.post(breakerUrl('http:nobody', 'close'))).toMatchObject({ status: 404 });
    expect(await api.get(breakerUrl('no name'))).toMatchObject({
      status: 404,
      body: { detail: expect.stringContaining('smtp:mail.example.com') },
    });
    expect(await api.post(breakerUrl('http:x', 'open'), { seconds: -1 })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/seconds' }] },
    });
    expect(await api.post(breakerUrl('http:x', 'close'), { seconds: 1 })).toMatchObject({ status: 422 });
    await expect(tasks().breaker('nonsense', 'open')).rejects.toMatchObject({ code: 'invalid-request' });
  });
});

describe('the stock CLI', () => {
  it('opens, closes and resets by signal, and shows the breaker', async () => {
    const name = 'http:cli.example.com';
    const id = `circuit-breaker:${name}`;
    await bench.call(caller, name);
    const signal = (action: string, input?: string) =>
      temporal('workflow', 'signal', '--workflow-id', id, '--name', action, ...(input ? ['--input', input] : []));
    await signal('open', '{"by": "ada", "reason": "maintenance", "seconds": 600}');
    expect(await bench.reaches(name, 'open')).toMatchObject({ operator: { by: 'ada', reason: 'maintenance' } });
    await answers(name, 'stepped back');
    const stdout = await temporal('workflow', 'describe', '--workflow-id', id, '--output', 'json');
    expect(stdout).toContain('circuitBreaker');
    await signal('close');
    await bench.reaches(name, 'closed');
    await answers(name, 'succeeded');
    await signal('open', '"for lunch"');
    expect(await bench.reaches(name, 'open')).toMatchObject({ operator: { action: 'open', reason: 'for lunch' } });
    await signal('reset');
    expect(await bench.reaches(name, 'closed')).toMatchObject({ opened: 0 });
  });

  it('may terminate a breaker: workers make a new one and go on', async () => {
    const name = 'http:terminated.example.com';
    await tasks().breaker(name, 'open');
    await bench.reaches(name, 'open');
    await answers(name, 'stepped back');
    await temporal('workflow', 'terminate', '--workflow-id', `circuit-breaker:${name}`, '--reason', 'try it');
    await answers(name, 'succeeded');
    await bench.reaches(name, 'closed');
  });
});

describe('a breaker', () => {
  const garbage = [
    undefined,
    null,
    5,
    [1, 2],
    'text',
    { seconds: 'many' },
    { seconds: -1, failure: 5 },
    { seconds: 1e300, token: {}, by: 7 },
    { failure: { at: {}, message: 'x'.repeat(10_000) }, token: 'nobody', since: 'never' },
  ];

  it('takes any garbage for a signal, and works on', async () => {
    const name = 'http:garbage.example.com';
    await bench.call(caller, name);
    const handle = bench.harness.temporal.workflow.getHandle(`circuit-breaker:${name}`);
    for (const signal of [...BREAKER_SIGNALS, 'no-such-signal']) {
      if (signal === 'open') continue;
      await Promise.all(garbage.map((argument) => handle.signal(signal, argument)));
    }
    await temporal(
      ...['workflow', 'signal', '--workflow-id', handle.workflowId, '--name', 'close'],
      ...['--input', '"x"', '--input-meta', 'encoding=no/such-thing'],
    );
    await handle.signal('open', { seconds: 'x' });
    await handle.signal('open', { seconds: 2, reason: 'y'.repeat(100_000) });
    const open = await bench.reaches(name, 'open');
    expect(open.operator?.reason?.length).toBeLessThan(1000);
    await bench.reaches(name, 'half-open');
    expect(outcomes(await bench.call(caller, name))).toEqual(['succeeded']);
    await bench.reaches(name, 'closed');
  });

  it('continues as new and stays what it was, also for those who follow it', async () => {
    const name = 'http:long-lived.example.com';
    bench.receiver.status = 503;
    await bench.call(caller, name, { times: 5, limits: { openSeconds: 600 } });
    const open = await bench.reaches(name, 'open');
    const handle = bench.harness.temporal.workflow.getHandle(`circuit-breaker:${name}`);
    const { runId } = await handle.describe();
    for (let sent = 0; sent < 300; sent += 50) {
      await Promise.all(Array.from({ length: 50 }, () => handle.signal('probe', { token: 'x' })));
    }
    await until('there is a new run', async () => (await handle.describe()).runId !== runId);
    expect(await tasks().breaker(name)).toEqual(open);
    expect(outcomes(await bench.call(caller, name))).toEqual(['stepped back']);
    bench.receiver.status = 200;
    await tasks().breaker(name, 'close', { by: 'ada' });
    await answers(name, 'succeeded');
  });

  it('that somebody started under a wrong ID fails at once, and says why', async () => {
    const options = { workflowId: 'a-breaker', taskQueue: 'holdfast-control' };
    const handle = await bench.harness.temporal.workflow.start('circuitBreaker', options);
    await expect(handle.result()).rejects.toMatchObject({
      cause: { message: expect.stringContaining('circuit-breaker:<kind>:<place>') },
    });
  });

  it('that somebody started with garbage for a memo begins closed', async () => {
    const name = 'http:by-hand.example.com';
    await bench.harness.temporal.workflow.start('circuitBreaker', {
      workflowId: `circuit-breaker:${name}`,
      taskQueue: 'holdfast-control',
      memo: { breaker: { state: 'open', since: 5, lease: 'x' } },
    });
    await tasks().breaker(name, 'open', { seconds: 600 });
    expect(await bench.reaches(name, 'open')).toMatchObject({ opened: 1, failures: 0 });
  });
});
