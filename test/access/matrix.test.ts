import { Keys } from '../../src/access/keys';
import { type Answered, TestApi } from '../support/api';
import { Harness } from '../support/harness';
import { until } from '../support/until';

/**
 * Every operation of the OpenAPI document, asked by every kind of key. What an operation needs is written down here by
 * hand, apart from the code: one that is missing here, or there, fails the test.
 */
type Scope = 'read' | 'submit' | 'operate' | 'admin';
type Kind = 'shared' | 'installation' | 'own' | 'named';

const OPEN = ['live', 'ready', 'readEnvironment', 'receiveWebhook', 'startSession', 'readSession', 'endSession'].concat(
  ['startSignIn', 'finishSignIn'],
);

const EXPECTED: Record<string, [Scope, Kind]> = {
  submitTask: ['submit', 'own'],
  submitTasks: ['submit', 'own'],
  startBatch: ['submit', 'own'],
  uploadFile: ['submit', 'own'],
  publishEvent: ['submit', 'own'],
  listTasks: ['read', 'own'],
  listBatches: ['read', 'own'],
  listBulkActions: ['read', 'own'],
  listDeadLetters: ['read', 'own'],
  listSchedules: ['read', 'own'],
  listSubscriptions: ['read', 'own'],
  exportDeadLetters: ['operate', 'own'],
  startBulkAction: ['operate', 'own'],
  createSchedule: ['operate', 'own'],
  createSubscription: ['operate', 'own'],
  readTask: ['read', 'named'],
  readTimeline: ['read', 'named'],
  followTask: ['read', 'named'],
  listArtifacts: ['read', 'named'],
  readArtifact: ['read', 'named'],
  readLog: ['operate', 'named'],
  readDeadLetter: ['operate', 'named'],
  cancelTask: ['operate', 'named'],
  pauseTask: ['operate', 'named'],
  resumeTask: ['operate', 'named'],
  retryTask: ['operate', 'named'],
  resolveTask: ['operate', 'named'],
  failTask: ['operate', 'named'],
  abandonTask: ['operate', 'named'],
  readBatch: ['read', 'named'],
  readBatchReport: ['read', 'named'],
  cancelBatch: ['operate', 'named'],
  readBulkAction: ['read', 'named'],
  readBulkReport: ['read', 'named'],
  cancelBulkAction: ['operate', 'named'],
  readSchedule: ['read', 'named'],
  changeSchedule: ['operate', 'named'],
  deleteSchedule: ['operate', 'named'],
  pauseSchedule: ['operate', 'named'],
  resumeSchedule: ['operate', 'named'],
  triggerSchedule: ['operate', 'named'],
  backfillSchedule: ['operate', 'named'],
  readSubscription: ['read', 'named'],
  rotateSubscriptionSecret: ['operate', 'named'],
  disableSubscription: ['operate', 'named'],
  enableSubscription: ['operate', 'named'],
  readFile: ['read', 'named'],
  listTaskTypes: ['read', 'shared'],
  readOpenApi: ['read', 'shared'],
  readAttention: ['read', 'installation'],
  readSeries: ['read', 'installation'],
  readTypeFigures: ['read', 'installation'],
  listFailureGroups: ['read', 'installation'],
  listQueues: ['read', 'installation'],
  listWorkers: ['read', 'installation'],
  followAll: ['read', 'installation'],
  listViews: ['read', 'installation'],
  saveView: ['operate', 'installation'],
  deleteView: ['operate', 'installation'],
  testSubscription: ['operate', 'named'],
  readAlerts: ['read', 'installation'],
  listBreakers: ['read', 'installation'],
  readBreaker: ['read', 'installation'],
  openBreaker: ['operate', 'installation'],
  closeBreaker: ['operate', 'installation'],
  resetBreaker: ['operate', 'installation'],
  readMonitor: ['read', 'installation'],
  readStats: ['read', 'installation'],
  readDeadLetterStats: ['read', 'installation'],
  readVersion: ['read', 'installation'],
  readMetrics: ['read', 'installation'],
  readTelemetry: ['read', 'installation'],
  checkSchedules: ['operate', 'installation'],
  createKey: ['admin', 'own'],
  listKeys: ['admin', 'own'],
  readKey: ['admin', 'named'],
  rotateKey: ['admin', 'named'],
  revokeKey: ['admin', 'named'],
  readAudit: ['admin', 'own'],
  decodePayloads: ['operate', 'installation'],
  encodePayloads: ['operate', 'installation'],
  listSessions: ['admin', 'own'],
  revokeSession: ['admin', 'named'],
};

const INCLUDES: Record<Scope, Scope[]> = {
  read: ['read'],
  submit: ['submit'],
  operate: ['operate', 'read'],
  admin: ['admin', 'operate', 'submit', 'read'],
};

interface Operation {
  id: string;
  method: string;
  path: string;
  access: 'open' | { scope: Scope; over: string };
  security: Record<string, string[]>[];
}

let harness: Harness;
let api: TestApi;
let operations: Operation[];
const secrets = new Map<string, string>();
/** What acme has, by the part of the address that names it. */
const acme: Record<string, string> = {};

const auth = (who: string) => ({ Authorization: `Bearer ${secrets.get(who)}` });
const SCOPES = Object.keys(INCLUDES) as Scope[];

beforeAll(async () => {
  harness = await Harness.start();
  await harness.startWorkers();
  const keys = new Keys(harness.artifacts.entries);
  for (const scope of SCOPES) {
    for (const tenant of [undefined, 'acme', 'globex']) {
      const order = { name: `${tenant ?? 'all'} ${scope}`, scopes: [scope], ...(tenant && { tenant }) };
      secrets.set(`${tenant ?? 'all'} ${scope}`, (await keys.create(order, 'test')).secret);
    }
  }
  api = await TestApi.start(harness, { limits: { keyRate: 10_000 } });
  const { body } = await api.get('/openapi.json', auth('all read'));
  operations = Object.entries(body.paths as Record<string, Record<string, never>>).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, doc]: [string, Record<string, never>]) => ({
      id: doc.operationId as unknown as string,
      method: method.toUpperCase(),
      path,
      access: doc['x-holdfast-access'] as unknown as Operation['access'],
      security: doc.security as unknown as Operation['security'],
    })),
  );
  await makeThings();
});
afterAll(async () => {
  await api.close();
  await harness.close();
});

async function made(path: string, json: unknown, who = 'acme admin'): Promise<Answered['body']> {
  const { status, body } = await api.post(path, json, auth(who));
  if (status >= 300) throw new Error(`${path} answered ${status}: ${JSON.stringify(body)}`);
  return body;
}

async function makeThings(): Promise<void> {
  const work = { type: 'test.probe', input: {} };
  acme.tasks = (await made('/v1/tasks', { ...work, delay: 3600 })).id;
  acme.batches = (await made('/v1/batches', { id: 'nightly', tasks: [{ ...work, delay: 3600 }] })).id;
  acme['bulk-actions'] = (await made('/v1/bulk-actions', { action: 'pause', ids: [acme.tasks], reason: 'matrix' })).id;
  acme.schedules = (await made('/v1/schedules', { id: 'matrix', every: 86_400, paused: true, ...work })).id;
  acme['webhook-subscriptions'] = (
    await made('/v1/webhook-subscriptions', { url: 'https://example.com/hook', events: ['*'] })
  ).id;
  acme.keys = (await made('/v1/keys', { name: 'victim', scopes: ['read'] })).id;
  await made('/v1/session', { key: secrets.get('acme admin') });
  acme.sessions = (await api.get('/v1/sessions', auth('acme admin'))).body.sessions[0].id;
  acme['dead-letters'] = acme.tasks as string;
  const upload = await api.call('POST', '/v1/files', { raw: 'of acme', headers: auth('acme admin') });
  acme.files = upload.body.hash;
}

/** The address of an operation, about what acme has. */
function addressOf({ path }: Operation): string {
  const room = path.split('/')[2] ?? '';
  return path.replace(/\{(id|hash)\}/, encodeURIComponent(acme[room] ?? 'nothing')).replaceAll(/\{\w+\}/g, 'nothing');
}

/** No operation gets as far as doing something: what is asked of a writer has a body that makes no sense. */
async function ask(operation: Operation, who: string): Promise<number> {
  const { method } = operation;
  const headers = {
    ...(who === 'nobody' ? {} : auth(who)),
    ...(method === 'GET' ? {} : { 'Content-Type': 'application/json' }),
  };
  const url = `${api.url}${addressOf(operation)}`;
  const stop = new AbortController();
  const answer = await fetch(url, {
    method,
    headers,
    signal: stop.signal,
    ...(method !== 'GET' && method !== 'DELETE' && { body: '{"no such member": true}' }),
  });
  // A stream would go on.
  stop.abort();
  return answer.status;
}

/** What was let in may be refused for what it asks; what was not, is refused for who asks. */
const LET_IN = (status: number) => status !== 401 && status !== 403 && status !== 404;

it('every operation has a rule, here and in the code, and they are the same', () => {
  const documented = operations.map(({ id }) => id).sort();
  expect(documented).toEqual([...OPEN, ...Object.keys(EXPECTED)].sort());
  for (const { id, access, security } of operations) {
    if (OPEN.includes(id)) expect([id, access, security]).toEqual([id, 'open', []]);
    else {
      const [scope] = EXPECTED[id] ?? [];
      expect([id, access, security]).toEqual([
        id,
        expect.objectContaining({ scope }),
        [{ key: [scope] }, { session: [scope] }],
      ]);
    }
  }
});

it('without a key nothing but the open ones answers', async () => {
  const guarded = operations.filter(({ id }) => !OPEN.includes(id));
  const statuses = new Set<number>();
  for (const operation of guarded) statuses.add(await ask(operation, 'nobody'));
  // The last ones: too many strangers.
  expect([...statuses].filter((status) => status !== 429)).toEqual([401]);
});

describe.each(SCOPES)('a key with the scope %s', (scope) => {
  const wrong = async (who: string, right: (status: number, kind: Kind, granted: boolean) => boolean) => {
    const found: string[] = [];
    for (const operation of operations) {
      const [needed, kind] = EXPECTED[operation.id] ?? [];
      // A deletion would take away what the next one asks for.
      if (needed === undefined || kind === undefined || operation.id === 'deleteSchedule') continue;
      const granted = INCLUDES[scope].includes(needed);
      const status = await ask(operation, who);
      if (!right(status, kind, granted)) found.push(`${operation.method} ${operation.path} as ${who}: ${status}`);
    }
    return found;
  };

  it('of the installation is let in where its scope says, and nowhere else', async () => {
    expect(
      await wrong(`all ${scope}`, (status, _kind, granted) =>
        granted ? status !== 401 && status !== 403 : status === 403,
      ),
    ).toEqual([]);
  });

  it('of the tenant is let in to what is its own, and to nothing about every tenant', async () => {
    const right = (status: number, kind: Kind, granted: boolean) => {
      if (!granted || kind === 'installation') return status === 403;
      return kind === 'named' ? status !== 401 && status !== 403 : LET_IN(status);
    };
    expect(await wrong(`acme ${scope}`, right)).toEqual([]);
  });

  it('of another tenant finds nothing of it', async () => {
    const right = (status: number, kind: Kind, granted: boolean) => {
      if (!granted || kind === 'installation') return status === 403;
      // Members that make no sense are refused before a key is looked for.
      return kind === 'named' ? status === 404 || status === 422 : LET_IN(status);
    };
    expect(await wrong(`globex ${scope}`, right)).toEqual([]);
  });
});

it('what a tenant has it can read, and another cannot: by name, in lists, in counts and exports', async () => {
  const named = operations.filter(
    ({ id, method }) =>
      method === 'GET' && EXPECTED[id]?.[1] === 'named' && !['readArtifact', 'readDeadLetter'].includes(id),
  );
  expect(named.length).toBeGreaterThan(10);
  for (const operation of named) {
    const asked = [operation.id, await ask(operation, 'acme admin'), await ask(operation, 'globex admin')];
    expect(asked).toEqual([operation.id, 200, 404]);
  }
  await until('the lists show it', async () =>
    (
      await Promise.all(
        ['/v1/tasks', '/v1/batches', '/v1/bulk-actions', '/v1/schedules'].map((path) =>
          api.get(path, auth('acme admin')),
        ),
      )
    ).every(({ body }) => Object.values(body as object).some((value) => Array.isArray(value) && value.length > 0)),
  );
  const lists = [
    '/v1/tasks',
    '/v1/batches',
    '/v1/bulk-actions',
    '/v1/schedules',
    '/v1/webhook-subscriptions',
    '/v1/dead-letters',
    '/v1/dead-letters.csv',
  ];
  for (const path of lists) {
    const text = JSON.stringify((await api.get(path, auth('globex admin'))).body);
    for (const id of Object.values(acme)) expect([path, text.includes(id)]).toEqual([path, false]);
  }
});
