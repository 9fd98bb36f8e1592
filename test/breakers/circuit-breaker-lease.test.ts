import { until } from '../support/until';
import { BreakerBench, outcomes } from './breaker-bench';
import type { BreakerCaller } from './breaker-callers';

let bench: BreakerBench;
let one: BreakerCaller;
let other: BreakerCaller;

beforeAll(async () => {
  bench = await BreakerBench.start();
  [one, other] = await Promise.all([bench.startCaller(), bench.startCaller()]);
});
beforeEach(() => {
  bench.receiver.requests.length = 0;
});
afterAll(() => bench.close());

/** A call that the receiver holds: it has the lease of a half-open breaker. */
async function holdLease(caller: BreakerCaller, name: string) {
  await bench.openAndWait(one, name);
  bench.receiver.requests.length = 0;
  bench.receiver.status = 'hold';
  const results = bench.call(caller, name);
  const lease = await until('the call is through, with the lease', async () => {
    const breaker = await bench.harness.tasks.breaker(name);
    return bench.receiver.requests.length > 0 ? breaker.lease : undefined;
  });
  return { results, lease };
}

describe('the lease of a half-open breaker', () => {
  it('passes on when its holder is killed', async () => {
    const name = 'http:killed.example.com';
    const victim = await bench.startCaller();
    const { results, lease } = await holdLease(victim, name);
    expect(lease.holder).toBe(`caller-${victim.process.pid}`);
    const lost = results.catch(() => 'lost');
    await victim.process.stop('SIGKILL');
    const killed = Date.now();
    expect(await lost).toBe('lost');
    bench.receiver.status = 200;
    await until('another has tried', async () => outcomes(await bench.call(one, name))[0] === 'succeeded');
    console.info(`the lease of a killed holder passed on after ${Date.now() - killed} ms`);
    expect(bench.receiver.requests).toHaveLength(2);
    await bench.reaches(name, 'closed');
  });

  it('is renewed while its call runs, so that nobody else tries', async () => {
    const name = 'http:long.example.com';
    const { results, lease } = await holdLease(one, name);
    await until('the lease is renewed', async () => {
      const now = (await bench.harness.tasks.breaker(name)).lease;
      return now && now.until > lease.until;
    });
    expect(outcomes(await bench.call(other, name))).toEqual(['stepped back']);
    bench.receiver.release(200);
    expect(outcomes(await results)).toEqual(['succeeded']);
    expect(bench.receiver.requests).toHaveLength(1);
  });

  it('is given back when the call is cancelled: the next one may try at once', async () => {
    const name = 'http:cancelled.example.com';
    await bench.openAndWait(one, name);
    bench.receiver.status = 'hold';
    expect(outcomes(await bench.call(one, name, { cancelAfter: 1500 }))).toEqual(['failed']);
    const cancelled = Date.now();
    bench.receiver.status = 200;
    await until('the other has tried', async () => outcomes(await bench.call(other, name))[0] === 'succeeded');
    expect(Date.now() - cancelled).toBeLessThan(8000);
  });
});
