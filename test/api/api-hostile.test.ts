import { createHash } from 'node:crypto';
import { connect } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LocalArtifactStore } from '../../src/artifacts/local/local-store';
import { TaskClient } from '../../src/client/task-client';
import { API_CONTRACTS, TestApi } from '../support/api';
import type { Harness } from '../support/harness';
import { rawRequest, sendRaw } from '../support/raw-http';
import { expectHandled, useApi } from './hostile/unharmed';

let harness: Harness;
let api: TestApi;

useApi((ours, started) => {
  harness = ours;
  api = started;
});

interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
}
type Paths = Record<string, Record<string, { parameters?: Parameter[] }>>;

async function operations(): Promise<{ method: string; route: string; parameters: Parameter[] }[]> {
  const { paths } = (await api.get('/openapi.json')).body as { paths: Paths };
  return Object.entries(paths).flatMap(([route, methods]) =>
    Object.entries(methods).map(([method, { parameters = [] }]) => ({
      method: method.toUpperCase(),
      route,
      parameters,
    })),
  );
}

const filled = (route: string, value = 'nothing') => route.replaceAll(/\{\w+\}/g, value);

describe('every route', () => {
  const BAD = [
    '%01',
    '%00',
    '%0A',
    '%1B%5D52',
    '%C2%85',
    '%ff',
    '%ED%A0%80',
    '1e2',
    '-1',
    `${'x'.repeat(9000)}`,
    "'",
    '%22',
    '%5C',
  ];

  it('refuses or answers any value of any query parameter, and goes on', async () => {
    for (const { method, route, parameters } of await operations()) {
      if (method !== 'GET') continue;
      for (const { name } of parameters.filter((one) => one.in === 'query')) {
        for (const value of BAD) {
          const at = `${filled(route)}?${name}=${value}`;
          const answer = await api.get(at);
          expectHandled(`GET ${at.slice(0, 200)}`, answer);
          if (/%(01|00|0A|1B|C2%85|ff|ED)/.test(value)) expect([at, answer.status >= 400]).toEqual([at, true]);
        }
      }
    }
    expect((await api.get('/health/live')).status).toBe(200);
  });

  it('refuses or answers any name in its path, with any body', async () => {
    const bodies = [
      undefined,
      null,
      [],
      {},
      { by: '\u0001' },
      { at: '9999-12-31T23:59:59-23:59' },
      { reason: 'x'.repeat(3000) },
    ];
    for (const { method, route } of await operations()) {
      for (const value of ['%01', '%F0%9F%92%A3', 'x'.repeat(2000), '..%2F..', '%20']) {
        const at = filled(route, value);
        if (!route.includes('{') || /\/(events|log)$/.test(route)) continue;
        for (const json of method === 'GET' || method === 'DELETE' ? [undefined] : bodies) {
          expectHandled(`${method} ${at.slice(0, 100)} ${JSON.stringify(json)}`, await api.call(method, at, { json }));
        }
      }
    }
  });
});

describe('cursors', () => {
  const forged = (offset: unknown, token = '') => {
    const query = "TaskCategory IS NOT NULL AND ExecutionStatus != 'ContinuedAsNew'";
    // As they were before they were signed.
    const check = createHash('sha256')
      .update(JSON.stringify([token, offset, query]))
      .digest('base64url')
      .slice(0, 16);
    return Buffer.from(JSON.stringify([token, offset, check])).toString('base64url');
  };
  const LISTS = ['/v1/tasks', '/v1/dead-letters', '/v1/bulk-actions', '/v1/batches', '/v1/schedules'];

  it.each(LISTS)('of %s that nobody gave out are refused at once', async (list) => {
    const cursors = [-1, 1e308, 0.5, 0, 2 ** 53, '0', null].map((offset) => forged(offset));
    cursors.push(forged(0, 'AAAA'), 'bnVsbA', 'W10', Buffer.from('[1e999,-0,{}]').toString('base64url'));
    for (const cursor of cursors) {
      const { status, body } = await api.get(`${list}?cursor=${cursor}`);
      expect([cursor, status, body.code]).toEqual([cursor, 400, 'malformed-request']);
    }
  });

  it('are good in every process of one store, and in none of another', async () => {
    for (let index = 0; index < 3; index++) await api.submit('test.probe', { value: index }, { tags: ['turned'] });
    const first = await page(api);
    const twin = await TestApi.start(harness);
    const stranger = await TestApi.start(harness, {
      tasks: new TaskClient({
        client: harness.temporal,
        contracts: API_CONTRACTS,
        artifacts: new LocalArtifactStore(path.join(harness.folder, 'elsewhere')),
        deadline: 10,
      }),
    });
    const next = `/v1/tasks?tag=turned&limit=1&cursor=${first}`;
    expect((await twin.get(next)).status).toBe(200);
    expect((await stranger.get(next)).status).toBe(400);
    const middle = first.length >> 1;
    const bent = first.slice(0, middle) + (first[middle] === 'A' ? 'B' : 'A') + first.slice(middle + 1);
    expect((await api.get(`/v1/tasks?tag=turned&limit=1&cursor=${bent}`)).status).toBe(400);
    await Promise.all([twin.close(), stranger.close()]);
  });

  async function page(of: TestApi): Promise<string> {
    for (let tries = 0; tries < 100; tries++) {
      const { body } = await of.get('/v1/tasks?tag=turned&limit=1');
      if (body.cursor) return body.cursor as string;
      await sleep(100);
    }
    throw new Error('the list has no second page');
  }
});

describe('a request with very many faults', () => {
  const many = (count: number, text: string) => Array(count).fill(text).join();
  const body = (more: string) => `{"type":"test.probe","input":{},${more}}`;
  const fields = (count: number) => Array.from({ length: count }, (_, index) => `"f${index}":0`).join();

  const alike = (count: number) =>
    Array.from({ length: count }, (_, index) => {
      const bits = index.toString(2).padStart(15, '0');
      return `"${bits.replaceAll('0', 'Aa').replaceAll('1', 'BB')}":0`;
    }).join();
  const ownNames = (count: number) => Array.from({ length: count }, (_, index) => `{"f${index}":0}`).join();

  it.each<[string, string, string, number]>([
    ['numbers as tags', '/v1/tasks', body(`"tags":[${many(90_000, '0')}]`), 422],
    ['unknown fields', '/v1/tasks', body(fields(9_000)), 422],
    ['more names of fields than are taken', '/v1/tasks', body(fields(90_000)), 413],
    ['names that a simple hash takes for one', '/v1/tasks', body(alike(30_000)), 413],
    ['such names in objects of their own', '/v1/tasks', body(`"tags":[${ownNames(30_000)}]`), 413],
    ['unknown fields with long names', '/v1/tasks', body(`"${'n'.repeat(1_000_000)}":0`), 422],
    ['more values than are taken', '/v1/tasks', body(`"tags":[${many(2_000_000, '0')}]`), 413],
    ['bulk items', '/v1/tasks/bulk', `{"tasks":[${many(1000, `{${fields(80)}}`)}]}`, 200],
    ['members of a batch', '/v1/batches', `{"tasks":[${many(9000, '{"x":[]}')}]}`, 422],
    ['states of a filter', '/v1/bulk-actions', `{"action":"retry","filter":{"state":[${many(90_000, '"x"')}]}}`, 422],
    [
      'events of a subscription',
      '/v1/webhook-subscriptions',
      `{"url":"https://example.com","events":[${many(90_000, '7')}]}`,
      422,
    ],
    ['targets', '/v1/tasks', body(`"notify":[${many(90_000, '{}')}]`), 422],
    ['redrives', '/v1/tasks', body(`"policy":{"redrives":{"transient":[${many(90_000, '"x"')}]}}`), 422],
  ])('gets a short answer soon: %s', async (_name, at, raw, status) => {
    const begun = performance.now();
    const answer = await api.call('POST', at, { raw, headers: { 'Content-Type': 'application/json' } });
    expect({ status: answer.status, code: answer.body.code }).toMatchObject({ status });
    expect(answer.body.errors?.length ?? 0).toBeLessThanOrEqual(100);
    expect(JSON.stringify(answer.body).length).toBeLessThan(2_000_000);
    expect(performance.now() - begun).toBeLessThan(5000);
  });

  it('keeps others waiting for a moment at most, when it is valid and as large as can be', async () => {
    const raw = `{"event":"a.b","data":[${many(90_000, '[]')}]}`;
    let longest = 0;
    let over = false;
    const watch = (async () => {
      while (!over) {
        const begun = performance.now();
        await api.get('/health/live');
        longest = Math.max(longest, performance.now() - begun);
      }
    })();
    const answer = await api.call('POST', '/v1/events', {
      raw,
      headers: { 'Content-Type': 'application/json' },
    });
    over = true;
    await watch;
    expectHandled('the event', answer);
    expect(longest).toBeLessThan(2000);
  });
});

describe('a request that says two things', () => {
  const HOST = () => `Host: ${new URL(api.url).host}`;

  it.each<[string, () => string, number]>([
    ['a second Host', () => rawRequest('GET /v1/task-types', [HOST(), 'Host: evil.example']), 400],
    ['the same Host twice', () => rawRequest('GET /v1/task-types', [HOST(), HOST()]), 400],
    ['the absolute form of a foreign host', () => rawRequest('GET http://evil.example/v1/task-types', [HOST()]), 400],
    ['an absolute form with a user', () => rawRequest('GET http://localhost@evil.example/', ['Host: localhost']), 400],
    [
      'a foreign host in both places',
      () => rawRequest('GET http://evil.example/v1/task-types', ['Host: evil.example']),
      403,
    ],
    ['its own absolute form', () => rawRequest(`GET ${api.url}/v1/task-types`, [HOST()]), 200],
  ])('is refused: %s', async (_name, text, status) => {
    expect((await sendRaw(api.url, text())).status).toBe(status);
  });

  it('is refused before it sends a body that is too large, and asked to continue otherwise', async () => {
    const json = ['Content-Type: application/json', 'Expect: 100-continue'];
    const announced = (line: string, bytes: number, more: string[]) =>
      `${line} HTTP/1.1\r\n${[HOST(), ...more, `Content-Length: ${bytes}`, 'Connection: close'].join('\r\n')}\r\n\r\n`;
    const large = await sendRaw(api.url, announced('POST /v1/tasks', 9 * 1024 * 1024, json));
    expect(large.status).toBe(413);
    expect((await sendRaw(api.url, announced('POST /v1/files', 900 * 1024 * 1024, json))).status).toBe(413);
    expect(
      (await sendRaw(api.url, announced('POST /v1/tasks', 10, ['Content-Type: text/css', 'Expect: 100-continue'])))
        .status,
    ).toBe(415);
    const taken = await fetchContinue(
      api.url,
      announced('POST /v1/tasks', 34, json),
      '{"type":"test.probe","input":{ } }',
    );
    expect(taken).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 20[02]/);
  });

  it.each<[string, string, string, unknown, Record<string, string>, number]>([
    ['half a quoted key', 'POST', '/v1/tasks', { type: 'test.probe', input: {} }, { 'Idempotency-Key': 'a"' }, 400],
    ['a number in another notation', 'GET', '/v1/tasks?limit=1e2', undefined, {}, 400],
    ['a hexadecimal number', 'GET', '/v1/tasks?limit=0x10', undefined, {}, 400],
    ['an empty number', 'GET', '/v1/tasks?limit=', undefined, {}, 400],
    ['a blank number', 'GET', '/v1/schedules/check?days=%201', undefined, {}, 400],
    ['hours in another notation', 'GET', '/v1/dead-letters/stats?hours=1e1', undefined, {}, 400],
    ['bytes that are no UTF-8', 'GET', '/v1/tasks?tenant=%ff', undefined, {}, 400],
    ['a name that is no UTF-8', 'GET', '/v1/tasks?%ff=a', undefined, {}, 400],
    ['a table of nothing', 'GET', '/v1/dead-letters.csv?tag=%01', undefined, {}, 400],
  ])('is refused: %s', async (_name, method, at, json, headers, status) => {
    expect((await api.call(method, at, { json, headers })).status).toBe(status);
  });

  it.each([
    'https:user:password@example.com/',
    'https://user:password@example.com',
    'https:\\\\user:p@example.com',
    'https://@example.com/',
    'https://example.com\\@evil.example',
    'ht\ntps://u:p@example.com',
    'https:/u:p@example.com',
  ])('is refused: the address %j of a receiver', async (url) => {
    const order = { type: 'test.probe', input: {}, notify: [{ url }] };
    const { status, body } = await api.post('/v1/tasks', order);
    expect([status, body.errors?.[0].pointer]).toEqual([422, expect.stringMatching(/^\/notify\/0/)]);
    expect((await api.post('/v1/webhook-subscriptions', { url, events: ['*'] })).status).toBe(422);
  });
});

/** Sends the head, waits for the go-ahead, and then sends the body; all that came back. */
function fetchContinue(url: string, head: string, body: string): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = connect(Number(port), hostname, () => socket.write(head));
    socket.on('data', (piece) => {
      if (text === '') socket.write(body);
      text += piece.toString();
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(text));
  });
}
