import { Recent } from '../../src/client/submit/recent';

/** A count that takes as long as the test says. */
class Count {
  taken = 0;
  private finish: (() => void) | undefined;

  readonly take = async () => {
    const number = ++this.taken;
    await new Promise<void>((resolve) => {
      this.finish = resolve;
    });
    return { number };
  };

  async doneAfter(milliseconds: number): Promise<void> {
    pass(milliseconds);
    this.finish?.();
    await Promise.resolve();
  }
}

const pass = (milliseconds: number) => jest.setSystemTime(Date.now() + milliseconds);

let recent: Recent<{ number: number }>;
let count: Count;

beforeEach(() => {
  jest.useFakeTimers({ now: 0 });
  recent = new Recent();
  count = new Count();
});
afterEach(() => jest.useRealTimers());

/** Reads while the count takes so many milliseconds. */
async function readWhile(milliseconds: number) {
  const reading = recent.read('x', count.take);
  await count.doneAfter(milliseconds);
  return reading;
}

describe('a count that many ask for', () => {
  it('is taken once for all who ask while it is taken, and for five seconds', async () => {
    const [first, second] = [recent.read('x', count.take), recent.read('x', count.take)];
    await count.doneAfter(100);
    expect([await first, await second]).toMatchObject([{ number: 1 }, { number: 1, ageSeconds: 0.1 }]);
    pass(4800);
    expect(await recent.read('x', count.take)).toMatchObject({ number: 1, ageSeconds: 4.9 });
    pass(200);
    expect(await readWhile(100)).toMatchObject({ number: 2, ageSeconds: 0.1 });
  });

  it('is kept for ten times as long as it took', async () => {
    await readWhile(2000);
    pass(17_900);
    expect(await recent.read('x', count.take)).toMatchObject({ number: 1, ageSeconds: 19.9 });
  });

  it('that takes long is answered from the last one, until the new one is there', async () => {
    await readWhile(2000);
    pass(19_000);
    const soon = await recent.read('x', count.take);
    expect(soon).toMatchObject({ number: 1, ageSeconds: 21 });
    expect(await recent.read('x', count.take)).toMatchObject({ number: 1 });
    expect(count.taken).toBe(2);
    await count.doneAfter(2000);
    expect(await recent.read('x', count.take)).toMatchObject({ number: 2 });
  });

  it('that is much too old is no answer', async () => {
    await readWhile(2000);
    pass(60_000);
    expect(await readWhile(2000)).toMatchObject({ number: 2 });
  });

  it('that failed is taken again for the next one who asks', async () => {
    await expect(recent.read('x', () => Promise.reject(new Error('away')))).rejects.toThrow('away');
    expect(await readWhile(1)).toMatchObject({ number: 1 });
  });
});
