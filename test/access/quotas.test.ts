import { statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { Keys } from '../../src/access/keys';
import { placeOf } from '../../src/api/access/rates';
import { type Answered, TestApi } from '../support/api';
import { Harness } from '../support/harness';
import { until } from '../support/until';

/** Small enough to be reached by two or three calls. */
const LIMITS = { keyRate: 10_000, keyBytes: 10, newSchedules: 1, subscriptions: 1, keys: 2, streams: 2, openTasks: 2 };
const LATER = { type: 'test.probe', input: {}, delay: 86_400 };

let harness: Harness;
let api: TestApi;
let keys: Keys;

beforeAll(async () => {
  harness = await Harness.start();
  keys = new Keys(harness.artifacts.entries);
  api = await TestApi.start(harness, { limits: LIMITS });
});
afterAll(async () => {
  await api.close();
  await harness.close();
});

type Headers = Record<string, string>;
type Noted = { actor?: { name: string }; action: string };
type Call = (headers: Headers) => Promise<Answered>;

async function keyOf(tenant: string, scopes = ['admin']): Promise<Headers> {
  const { secret } = await keys.create({ name: `of ${tenant}`, scopes, tenant }, 'test');
  return { Authorization: `Bearer ${secret}` };
}

const post =
  (path: string, body: object): Call =>
  (headers) =>
    api.post(path, body, headers);
const upload =
  (content: string): Call =>
  (headers) =>
    api.call('POST', '/v1/files', { raw: content, headers });
const hook = { url: 'https://example.com/', events: ['order.*'] };
let made = 0;
const schedule: Call = (headers) => {
  made++;
  return api.post(
    '/v1/schedules',
    { id: `quota-${made}`, every: 86_400, paused: true, ...LATER, delay: undefined },
    headers,
  );
};

const BY_TIME: [name: string, allowed: Call, refused: Call][] = [
  ['bytes of files', upload('12345678'), upload('abcdefgh')],
  ['bytes of files, of which the length is not said', upload('1234567890'), upload('x')],
  ['new schedules', schedule, schedule],
];

it.each(BY_TIME)('one key has so many %s an hour; others have as many', async (name, allowed, refused) => {
  const own = name.replaceAll(/\W+/g, '-');
  const headers = await keyOf(own);
  expect((await allowed(headers)).status).toBe(201);
  const answer = await refused(headers);
  expect(answer).toMatchObject({ status: 429, body: { code: 'too-many-requests' } });
  const seconds = Number(answer.headers.get('Retry-After'));
  expect(seconds).toBeGreaterThan(3000);
  expect(seconds).toBeLessThanOrEqual(3600);
  expect(answer.headers.get('RateLimit-Reset')).toBe(String(seconds));
  expect(Number(answer.headers.get('RateLimit-Limit'))).toBeGreaterThan(0);
  expect((await refused(await keyOf(`${own}-other`))).status).toBe(201);
});

const BY_COUNT: [name: string, allowed: Call, refused: Call][] = [
  ['enabled subscriptions', post('/v1/webhook-subscriptions', hook), post('/v1/webhook-subscriptions', hook)],
  // The first one is the key that asks.
  ['keys', post('/v1/keys', { name: 'a', scopes: ['read'] }), post('/v1/keys', { name: 'b', scopes: ['read'] })],
];

it.each(BY_COUNT)('one tenant has so many %s; others have as many', async (name, allowed, refused) => {
  const own = name.replaceAll(/\W+/g, '-');
  const headers = await keyOf(own);
  expect((await allowed(headers)).status).toBe(201);
  expect(await refused(headers)).toMatchObject({ status: 409, body: { code: 'state-conflict' } });
  expect((await refused(await keyOf(`${own}-other`))).status).toBe(201);
});

it('disabled subscriptions count too: they do not pile up', async () => {
  const headers = await keyOf('piles');
  const statuses: number[] = [];
  for (let turn = 0; turn < 4; turn++) {
    const { status, body } = await api.post('/v1/webhook-subscriptions', hook, headers);
    statuses.push(status);
    if (status === 201) await api.post(`/v1/webhook-subscriptions/${body.id}/disable`, { reason: 'next' }, headers);
  }
  expect(statuses).toEqual([201, 201, 201, 409]);
});

it('what one call would add must fit in whole: bulk submissions, batches, the deliveries of an event', async () => {
  const headers = await keyOf('full');
  const tasks = [LATER, LATER, LATER];
  for (const call of [post('/v1/tasks/bulk', { tasks }), post('/v1/batches', { tasks })]) {
    const answer = await call(headers);
    expect(answer.status).toBe(429);
    expect(answer.headers.get('Retry-After')).toBe('30');
  }
  expect((await api.post('/v1/tasks/bulk', { tasks: [LATER, LATER] }, headers)).status).toBe(200);
});

it('so must the members that a file names, and an event for those who listen', async () => {
  const few = await TestApi.start(harness, { limits: { keyRate: 10_000, openTasks: 1 } });
  const headers = await keyOf('fans');
  const raw = [1, 2].map(() => JSON.stringify({ type: 'test.probe', input: {} })).join('\n');
  const file = await few.call('POST', '/v1/files', { raw, headers });
  expect((await few.post('/v1/batches', { members: file.body.hash }, headers)).status).toBe(429);
  for (const url of ['https://example.com/a', 'https://example.com/b']) {
    expect((await few.post('/v1/webhook-subscriptions', { ...hook, url }, headers)).status).toBe(201);
  }
  expect((await few.post('/v1/events', { event: 'order.paid', data: 1 }, headers)).status).toBe(429);
  await few.close();
});

it('the keys of one tenant share its bytes of a day: files and submissions, of which refused ones do not count', async () => {
  const few = await TestApi.start(harness, { limits: { keyRate: 10_000, tenantBytes: 1000 } });
  const [first, second] = [await keyOf('bulky'), await keyOf('bulky')];
  const file = (bytes: number, headers: Headers) =>
    few.call('POST', '/v1/files', { raw: String(Math.random()).padEnd(bytes), headers });
  const submit = (headers: Headers, more = {}) =>
    few.post('/v1/tasks', { ...LATER, tags: ['x'.repeat(90)], ...more }, headers);
  expect((await file(600, first)).status).toBe(201);
  for (let turn = 0; turn < 5; turn++) expect((await submit(second, { unknown: true })).status).toBe(422);
  expect((await submit(second)).status).toBe(202);
  expect((await submit(first)).status).toBe(202);
  for (const refused of [
    await file(600, second),
    await submit(first, { tags: [...'abc'].map((one) => one.repeat(90)) }),
  ]) {
    expect(refused).toMatchObject({ status: 429, body: { code: 'too-many-requests' } });
    expect(refused.body.detail).toContain('One tenant has at most 1000 bytes of files and submissions');
    expect(Number(refused.headers.get('Retry-After'))).toBeGreaterThan(80_000);
  }
  expect((await few.get('/v1/tasks', first)).status).toBe(200);
  expect((await file(600, await keyOf('slight'))).status).toBe(201);
  await few.close();
});

it('uploads at once do not get beyond it together, and one that breaks off counts no more', async () => {
  const few = await TestApi.start(harness, { limits: { keyRate: 10_000, tenantBytes: 1000 } });
  const headers = await keyOf('crowd');
  const upload = (raw: string | ReadableStream) => few.call('POST', '/v1/files', { raw, headers });
  const folder = path.join(harness.artifacts.folder, 'tmp');
  const part = 'x'.repeat(900);
  let breakOff: (error: Error) => void = () => undefined;
  const slow = new ReadableStream({
    start(controller) {
      controller.enqueue(Buffer.from(part));
      breakOff = (error) => controller.error(error);
    },
  });
  const broken = upload(slow).catch(() => undefined);
  await until('its beginning is there', async () =>
    (await readdir(folder)).some((name) => statSync(path.join(folder, name), { throwIfNoEntry: false })?.size === 900),
  );
  expect((await upload('y'.repeat(200))).status).toBe(429);
  breakOff(new Error('gone'));
  await broken;
  await until('there is room again', async () => (await upload(part)).status === 201);
  expect((await upload('y'.repeat(200))).status).toBe(429);
  await few.close();
});

it('rotated keys that still hold count too: they do not multiply', async () => {
  const ids: string[] = [];
  const admin = await keyOf('many');
  for (const { id } of (await api.get('/v1/keys', admin)).body.keys) ids.push(id);
  ids.push((await api.post('/v1/keys', { name: 'second', scopes: ['read'] }, admin)).body.id);
  for (const id of ids) expect((await api.post(`/v1/keys/${id}/rotate`, {}, admin)).status).toBe(201);
  const [next] = (await api.get('/v1/keys', admin)).body.keys.slice(2);
  const refused = await api.post(`/v1/keys/${next.id}/rotate`, {}, admin);
  expect(refused).toMatchObject({ status: 409, body: { detail: expect.stringContaining('4 keys that hold') } });
});

it('a stranger fills no audit log, and one key starts no sessions without end', async () => {
  const few = await TestApi.start(harness, { limits: { keyRate: 10_000, strangerRate: 5, newSessions: 2 } });
  const { secret } = await keys.create({ name: 'auditor', scopes: ['admin'] }, 'test');
  for (let turn = 0; turn < 10; turn++) {
    await few.post('/v1/hooks/none', {});
    await few.post('/v1/session', {});
    await few.call('DELETE', '/v1/session');
  }
  const headers = { Authorization: `Bearer ${secret}` };
  const signIns = [];
  for (let turn = 0; turn < 3; turn++) signIns.push((await few.post('/v1/session', { key: secret })).status);
  expect(signIns).toEqual([201, 201, 429]);
  const records = async (): Promise<Noted[]> => (await few.get('/v1/audit?limit=1000', headers)).body.records;
  const signedIn = ({ actor, action }: Noted) => actor?.name === 'auditor' && action === 'startSession';
  await until('the sign-ins are noted', async () => (await records()).filter(signedIn).length === 2);
  const strange = (await records()).filter(
    ({ actor, action }) => !actor && /^(receiveWebhook|startSession|endSession)$/.test(action),
  );
  expect(strange).toHaveLength(5);
  await few.close();
});

it.each([
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '::ffff:192.0.2.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['2001:0DB8:0001:0002::1', '2001:db8:1:2'],
  ['2001:db8::1', '2001:db8:0:0'],
  ['::1', '0:0:0:0'],
  ['fe80::1%eth0', 'fe80:0:0:0'],
  [undefined, 'unknown'],
])('strangers of one network of IPv6 are one: %s', (address, place) => {
  expect(placeOf(address)).toBe(place);
});

it('one key holds half of the event streams at most', async () => {
  const headers = await keyOf('streams');
  const { body } = await api.post('/v1/tasks', LATER, headers);
  const stop = new AbortController();
  const open = await fetch(`${api.url}${api.task(body.id)}/events`, { headers, signal: stop.signal });
  expect(open.status).toBe(200);
  const refused = await api.get(`${api.task(body.id)}/events`, headers);
  expect(refused.status).toBe(429);
  expect(refused.headers.get('Retry-After')).toBe('1');
  stop.abort();
  await until('its place is free', async () => {
    const again = new AbortController();
    const { status } = await fetch(`${api.url}${api.task(body.id)}/events`, { headers, signal: again.signal });
    again.abort();
    return status === 200;
  });
});

it('every answer to a key says how much is left, and the one too many when to come back', async () => {
  const few = await TestApi.start(harness, { limits: { keyRate: 1 } });
  const headers = await keyOf('hasty');
  let answer = await few.get('/v1/tasks', headers);
  expect(answer.headers.get('RateLimit-Limit')).toBe('10');
  for (let asked = 1; asked <= 10; asked++) answer = await few.get('/v1/task-types', headers);
  expect(answer.status).toBe(429);
  expect(Number(answer.headers.get('Retry-After'))).toBeGreaterThan(0);
  expect(answer.headers.get('RateLimit-Remaining')).toBe('0');
  expect((await few.get('/v1/task-types', await keyOf('calm'))).status).toBe(200);
  await few.close();
});

it.each([
  ['runAt', { runAt: new Date(Date.now() + 60 * 86_400_000).toISOString() }],
  ['delay', { delay: 60 * 86_400 }],
  ['queue', { policy: { queue: 'other' } }],
  ['attempts', { policy: { attempts: 21 } }],
  ['redrives', { policy: { redrives: { transient: [31 * 86_400] } } }],
])('who may only submit keeps nothing busy for long: %s', async (_name, more) => {
  const { delay: _soon, ...work } = LATER;
  const answer = await api.post('/v1/tasks', { ...work, ...more }, await keyOf('small', ['submit']));
  expect(answer).toMatchObject({ status: 403, body: { code: 'forbidden' } });
});
