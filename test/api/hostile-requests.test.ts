import { type Answered, TestApi } from '../support/api';
import { Harness } from '../support/harness';
import { type RawAnswer, sendRaw } from '../support/raw-http';
import { API_REQUESTS, type HostileRequest } from './hostile/api-requests';
import { RAW_CASES, type RawCase } from './hostile/raw-requests';

/** What the process may have grown by once all of them are answered, in bytes. */
const GROWTH = 400 * 1024 * 1024;
/** Most of them at once. */
const TOGETHER = 16;

let harness: Harness;
let api: TestApi;
let before: number;
const unhandled: unknown[] = [];
const note = (reason: unknown): void => void unhandled.push(reason);
const rawAnswers = new Map<RawCase, RawAnswer>();
const answers = new Map<HostileRequest, Answered>();

beforeAll(async () => {
  process.on('unhandledRejection', note);
  harness = await Harness.start();
  api = await TestApi.start(harness);
  before = process.memoryUsage().rss;
  const own = new URL(api.url).host;
  await together(RAW_CASES, async (one) => {
    rawAnswers.set(one, await sendRaw(api.url, one[1].replaceAll('HOST', own)));
  });
  await together(API_REQUESTS, async (one) => {
    const { at, asked } = one;
    const [method = '', path = ''] = at.split(/ (.*)/s);
    answers.set(one, await api.call(method, path, asked));
  });
});
afterAll(async () => {
  process.off('unhandledRejection', note);
  await api.close();
  await harness.close();
});

async function together<T>(all: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  const left = all.values();
  const next = async () => {
    for (const one of left) await work(one);
  };
  await Promise.all(Array.from({ length: TOGETHER }, next));
}

it.each(RAW_CASES.map((one) => ({ name: one[0], one })))(
  'bytes are answered, and the connection is closed: $name',
  ({ one }) => {
    const { status = 0, headers } = rawAnswers.get(one) ?? {};
    const [name, , statuses] = one;
    // No answer is one, too: the connection was closed.
    expect([name, statuses]).toEqual([name, expect.arrayContaining([status || 0])]);
    expect(headers).not.toMatch(/x-powered-by|\bat .*\.[jt]s:/i);
  },
);

it.each(API_REQUESTS)('a request is refused: $name', (one) => {
  const { name, statuses, place } = one;
  const { status, body } = answers.get(one) ?? {};
  expect([name, statuses]).toEqual([name, expect.arrayContaining([status])]);
  if (status === 200) expect(body.tasks).toEqual([]);
  else expect(body).toMatchObject({ code: expect.any(String), status, requestId: expect.any(String) });
  if (place) {
    const pointers = (body.errors as { pointer: string }[]).map(({ pointer }) => pointer);
    expect(pointers).toContainEqual(expect.stringContaining(place));
  }
  expect(JSON.stringify(body).length).toBeLessThan(100_000);
});

it('after all of them the process answers, started nothing, and is not much larger', async () => {
  expect((await api.get('/health/live')).status).toBe(200);
  expect((await api.get('/v1/stats')).body.tasks.total).toEqual({ open: 0, completed: 0, failed: 0, cancelled: 0 });
  expect((await api.get('/v1/webhook-subscriptions')).body.subscriptions).toEqual([]);
  expect((await api.get('/v1/schedules')).body.schedules).toEqual([]);
  expect(process.memoryUsage().rss - before).toBeLessThan(GROWTH);
  expect(unhandled).toEqual([]);
});
