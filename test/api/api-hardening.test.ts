import { TestApi } from '../support/api';
import { Harness } from '../support/harness';
import { rawRequest, sendRaw } from '../support/raw-http';

let harness: Harness;
let api: TestApi;

beforeAll(async () => {
  harness = await Harness.start();
  api = await TestApi.start(harness);
});
afterAll(async () => {
  await api.close();
  await harness.close();
});

const HOST = 'Host: localhost';
const JSON_TYPE = 'Content-Type: application/json';

describe('what no HTTP client would send', () => {
  const twoKeys = [HOST, JSON_TYPE, 'Idempotency-Key: a', 'Idempotency-Key: b'];

  it.each([
    ['bytes that are not HTTP', 'hello\r\n\r\n', 400, 'malformed-request'],
    ['headers without end', rawRequest('GET /', [HOST, `X-Long: ${'x'.repeat(20_000)}`]), 431, 'headers-too-large'],
    ['a request without Host', rawRequest('GET /health/live'), 403, 'forbidden'],
    ['the Host of another site', rawRequest('GET /health/live', ['Host: rebound.example']), 403, 'forbidden'],
    ['two keys', rawRequest('POST /v1/tasks', twoKeys, '{"type":"test.probe","input":{}}'), 400, 'malformed-request'],
  ])('is answered as a problem: %s', async (_name, text, status, code) => {
    const answer = await sendRaw(api.url, text);
    expect({ status: answer.status, code: answer.body.code }).toEqual({ status, code });
    expect(answer.headers).toContain('application/problem+json');
  });

  it('a body that trickles in is given up: 408', async () => {
    const impatient = await TestApi.start(harness, { limits: { jsonSeconds: 0.2 } });
    const begun = rawRequest('POST /v1/tasks', [HOST, JSON_TYPE, 'Content-Length: 100']);
    const answer = await sendRaw(impatient.url, `${begun}{"type":`);
    expect(answer).toMatchObject({ status: 408, body: { code: 'request-timeout' } });
    await impatient.close();
  });
});

describe('web pages of other sites', () => {
  const send = (line: string, headers: Record<string, string>) => {
    const lines = Object.entries({ Host: new URL(api.url).host, ...headers }).map(
      ([name, value]) => `${name}: ${value}`,
    );
    return sendRaw(api.url, rawRequest(line, lines));
  };

  it.each([
    ['a cross-site request', { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'cors' }],
    ['a page on another port', { 'Sec-Fetch-Site': 'same-site', 'Sec-Fetch-Mode': 'no-cors' }],
    ['another origin', { Origin: 'https://evil.example' }],
    ['an origin without a name', { Origin: 'null' }],
    ['a frame', { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': 'iframe' }],
  ])('are refused: %s', async (_name, headers) => {
    for (const line of ['GET /v1/tasks', 'POST /v1/tasks', 'OPTIONS /v1/tasks']) {
      const answer = await send(line, headers);
      expect(answer).toMatchObject({ status: 403, body: { code: 'forbidden' } });
      expect(answer.headers).not.toMatch(/Access-Control/i);
    }
  });

  it.each([
    ['a followed link', { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': 'document' }],
    ["the API's own page", { 'Sec-Fetch-Site': 'same-origin' }],
    ['a typed address', { 'Sec-Fetch-Site': 'none' }],
  ])('are not: %s', async (_name, headers) => {
    expect((await send('GET /health/live', headers)).status).toBe(200);
  });

  it('is not: the own origin', async () => {
    expect((await send('GET /health/live', { Origin: api.url })).status).toBe(200);
  });
});

describe('every answer', () => {
  it('lets a page load nothing, says nothing of what answers, and is not kept', async () => {
    const { headers } = await api.get('/v1/task-types');
    expect(headers.get('Content-Security-Policy')).toContain("default-src 'none'");
    expect(headers.get('X-Content-Type-Options')).toBe('nosniff');
    expect(headers.get('Cache-Control')).toBe('no-store');
    expect(headers.get('X-Powered-By')).toBeNull();
    expect(headers.get('Strict-Transport-Security')).toBeNull();
  });

  it('has a request ID: the own one of the caller when it is safe', async () => {
    const asked = async (id?: string) =>
      (await api.get('/health/live', id === undefined ? {} : { 'X-Request-Id': id })).headers.get('X-Request-Id');
    expect(await asked('trace-1:2.3')).toBe('trace-1:2.3');
    expect(await asked('<script>')).toMatch(/^[0-9a-f-]{36}$/);
    expect(await asked()).not.toBe(await asked());
  });

  it('to OPTIONS names the methods', async () => {
    const { status, headers } = await api.call('OPTIONS', '/v1/tasks');
    expect({ status, allow: headers.get('Allow') }).toEqual({ status: 204, allow: 'POST, GET, HEAD' });
  });
});

describe('the log of requests', () => {
  it('holds what was asked and how it went, and nothing that callers sent', async () => {
    const lines: string[] = [];
    const logger = (await import('pino')).default({}, { write: (line: string) => void lines.push(line) });
    const logged = await TestApi.start(harness, { logger });
    const secret = 'the-secret';
    await logged.post(`/v1/tasks/bulk?${secret}`, { [secret]: secret }, { Authorization: secret, Cookie: secret });
    await logged.get('/health/live', { 'X-Request-Id': 'mine' });
    await logged.close();
    expect(lines.join('')).not.toContain(secret);
    const [first, second] = lines.map((line) => JSON.parse(line)).filter(({ req }) => req);
    expect(first).toMatchObject({ req: { method: 'POST', path: '/v1/tasks/bulk' }, res: { statusCode: 400 } });
    expect(second).toMatchObject({ reqId: 'mine', res: { statusCode: 200 }, responseTime: expect.any(Number) });
  });
});

describe('a port that is taken', () => {
  it('is reported in one line', async () => {
    const port = Number(new URL(api.url).port);
    await expect(TestApi.start(harness, { port })).rejects.toThrow(
      `Cannot start: port ${port} (the API, HOLDFAST_PORT) is in use. End what listens there, or set another port.`,
    );
  });
});
