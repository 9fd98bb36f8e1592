import Ajv2020, { type ValidateFunction } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { type Answered, TestApi } from '../support/api';
import { Harness } from '../support/harness';
import { type Schema, valuesOf } from './generated';

/** Requests that are made of each operation. */
const RUNS = 12;
const DOCUMENT = 'urn:holdfast:contract';

interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  required?: boolean;
  schema: Schema;
}
interface Operation {
  method: string;
  route: string;
  operationId: string;
  parameters?: Parameter[];
  requestBody?: { required?: boolean; content: Record<string, { schema?: Schema }> };
  responses: Record<string, { content?: Record<string, unknown>; links?: Record<string, Link> }>;
}
interface Link {
  operationId: string;
  parameters: Record<string, string>;
}
interface Request {
  path: Record<string, string>;
  query: Record<string, unknown>;
  header: Record<string, string>;
  body?: unknown;
}

let harness: Harness;
let api: TestApi;
// biome-ignore lint/suspicious/noExplicitAny: a test walks through the whole document.
let document: any;
let operations: Operation[];
const ajv = addFormats(new Ajv2020({ strict: false, allErrors: false, logger: false }));
/** What earlier answers named, so that some requests are about what is there. */
const known: string[] = ['nothing'];

beforeAll(async () => {
  harness = await Harness.start();
  api = await TestApi.start(harness);
  document = (await api.get('/openapi.json')).body;
  ajv.addSchema({ $id: DOCUMENT, ...document });
  operations = Object.entries<Record<string, object>>(document.paths).flatMap(([route, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ ...(operation as Operation), route, method })),
  );
});
afterAll(async () => {
  await api.close();
  await harness.close();
});

const pointer = (...parts: string[]) =>
  parts.map((part) => `/${encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))}`).join('');
const resolve = (ref: string): Schema =>
  ref
    .split('/')
    .slice(1)
    .reduce((part, name) => part[name.replaceAll('~1', '/').replaceAll('~0', '~')], document);
const validators = new Map<string, ValidateFunction>();
function validator(at: string): ValidateFunction {
  const made = validators.get(at) ?? ajv.compile({ $ref: `${DOCUMENT}#${at}` });
  validators.set(at, made);
  return made;
}

function bodySchema({ requestBody }: Operation): Schema | undefined {
  return requestBody?.content['application/json']?.schema;
}

/** Requests for an operation: some as the document has them, some with a body of anything. */
function requestsFor(operation: Operation): fc.Arbitrary<Request> {
  const place = (where: Parameter['in']) => {
    const here = (operation.parameters ?? []).filter((one) => one.in === where);
    const values = here.map(({ name, schema }) => [name, whole(name, schema, where)] as const);
    const requiredKeys = here.filter(({ required }) => required || where === 'path').map(({ name }) => name);
    return fc.record(Object.fromEntries(values), { requiredKeys: requiredKeys as never[] });
  };
  const schema = bodySchema(operation);
  return fc.record(
    {
      path: place('path') as fc.Arbitrary<Record<string, string>>,
      query: place('query'),
      header: place('header') as fc.Arbitrary<Record<string, string>>,
      ...(schema && {
        body: fc.oneof(
          { arbitrary: valuesOf(schema, resolve), weight: 4 },
          { arbitrary: fc.jsonValue({ maxDepth: 2 }), weight: 1 },
        ),
      }),
    },
    { requiredKeys: ['path', 'query', 'header'] },
  ) as fc.Arbitrary<Request>;
}

function whole(name: string, schema: Schema, where: Parameter['in']): fc.Arbitrary<unknown> {
  if (name === 'Prefer' || name === 'follow') return fc.constant(name === 'Prefer' ? 'respond-async' : 'false');
  const values = valuesOf(schema, resolve);
  if (where === 'query') return values;
  const texts = values.map(String);
  if (where === 'header') return texts.map((text) => text.replaceAll(/[^\x20-\x7e]/g, '').trim() || 'x');
  return fc.oneof(
    texts.map((text) => (/^\.*$/.test(text) ? 'x' : text)),
    fc.nat(1000).map((index) => known[index % known.length] ?? ''),
  );
}

async function ask(
  operation: Operation,
  { path, query, header, body }: Request,
): Promise<{ at: string; answer: Answered }> {
  const route = operation.route.replaceAll(/\{(\w+)\}/g, (_all, name: string) => encodeURIComponent(path[name] ?? ''));
  const pairs = Object.entries(query).flatMap(([name, value]) => [value].flat().map((one) => [name, String(one)]));
  const at = `${route}${pairs.length > 0 ? `?${new URLSearchParams(pairs as [string, string][])}` : ''}`;
  const answer = await api.call(operation.method.toUpperCase(), at, {
    headers: { Accept: 'application/json', ...header },
    ...(body !== undefined && { json: body }),
  });
  return { at: `${operation.method.toUpperCase()} ${at} ${JSON.stringify(body)}`, answer };
}

/** The answer is one that the document has: its status, its media type, its shape. */
function expectDocumented(
  { route, method, responses }: Operation,
  at: string,
  { status, headers, body }: Answered,
): void {
  const fault = (what: string) =>
    new Error(`${at.slice(0, 500)}: ${status} ${what}: ${JSON.stringify(body).slice(0, 500)}`);
  if (status >= 500 && status !== 503) throw fault('is a fault of the server');
  const documented = responses[status];
  if (!documented) throw fault('is not documented');
  const type = headers.get('Content-Type')?.split(';')[0] ?? '';
  if (!documented.content) return;
  const media = [type, '*/*'].find((one) => documented.content?.[one]);
  if (media === undefined) throw fault(`has the media type ${type}`);
  if (!/json$/.test(type)) return;
  const validate = validator(
    `/paths${pointer(route, method, 'responses', String(status), 'content', media, 'schema')}`,
  );
  if (!validate(body)) throw fault(`does not have its shape: ${JSON.stringify(validate.errors)}`);
}

/** What the document does not allow is refused. */
function expectRefused(operation: Operation, at: string, { body }: Request, { status }: Answered): void {
  const schema = bodySchema(operation);
  if (!schema || body === undefined) return;
  const validate = validator(
    `/paths${pointer(operation.route, operation.method, 'requestBody', 'content', 'application/json', 'schema')}`,
  );
  if (!validate(body) && status < 400)
    throw new Error(`${at.slice(0, 500)}: ${status}, against the document: ${JSON.stringify(validate.errors)}`);
}

async function follow({ responses }: Operation, { status, body }: Answered): Promise<void> {
  for (const { operationId, parameters } of Object.values(responses[status]?.links ?? {})) {
    const linked = operations.find((one) => one.operationId === operationId);
    // Streams go on as long as the task does.
    if (!linked || /\/events$/.test(linked.route)) continue;
    const path = Object.fromEntries(
      Object.entries(parameters).map(([name, from]) => [name, String(body[from.replace('$response.body#/', '')])]),
    );
    const reason = linked.method === 'post' ? { reason: 'followed' } : undefined;
    const { at, answer } = await ask(linked, { path, query: {}, header: {}, body: reason });
    expectDocumented(linked, at, answer);
    if (answer.status === 404 && /No task|no task/.test(String(answer.body.detail))) throw new Error(`${at}: lost`);
  }
}

it('every operation answers generated requests as the document says, and so do the links from there', async () => {
  for (const operation of operations) {
    // A stream by nature; bodies of any kind are the business of other tests.
    if (/\/(events|live)$/.test(operation.route) && operation.method === 'get') continue;
    let followed = 0;
    await fc.assert(
      fc.asyncProperty(requestsFor(operation), async (request) => {
        const { at, answer } = await ask(operation, request);
        expectDocumented(operation, at, answer);
        expectRefused(operation, at, request, answer);
        if (answer.status < 300 && typeof answer.body?.id === 'string' && known.length < 200)
          known.push(answer.body.id);
        if (answer.status < 300 && followed++ < 1) await follow(operation, answer);
      }),
      { numRuns: RUNS, endOnFailure: true },
    );
  }
}, 180_000);

it('has no pattern that cannot be used to make a text', () => {
  const patterns = [...JSON.stringify(document).matchAll(/"pattern":("(?:[^"\\]|\\.)*")/g)].map(
    ([, text]) => JSON.parse(text ?? '') as string,
  );
  expect(patterns.length).toBeGreaterThan(10);
  for (const pattern of new Set(patterns)) {
    const [sample = ''] = fc.sample(fc.stringMatching(new RegExp(pattern, 'u')), 1);
    expect([pattern, new RegExp(pattern, 'u').test(sample)]).toEqual([pattern, true]);
  }
});
