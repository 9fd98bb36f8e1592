import { type Asked, TestApi } from '../support/api';
import { Harness } from '../support/harness';

let harness: Harness;
let api: TestApi;

beforeAll(async () => {
  harness = await Harness.start();
  api = await TestApi.start(harness, { limits: { jsonBytes: 100_000 } });
});
afterAll(async () => {
  await api.close();
  await harness.close();
});

/** A wrong request, and what its answer must say: status, code, part of the text, place of the fault. */
interface Case {
  name: string;
  at: string;
  asked: Asked;
  status: number;
  code: string;
  says: string;
  place?: { pointer?: string; parameter?: string; header?: string };
}

const SUBMIT = 'POST /v1/tasks';
const JSON_TYPE = { 'Content-Type': 'application/json' };
const valued = (value: string) => `{"type":"test.probe","input":{"value":${value}}}`;

function unreadable(
  name: string,
  raw: string | Uint8Array,
  says: string,
  headers: Record<string, string> = JSON_TYPE,
): Case {
  return { name, at: SUBMIT, asked: { raw, headers }, status: 400, code: 'malformed-request', says };
}

function unsupported(name: string, headers: Record<string, string>, says: string, at = SUBMIT): Case {
  return { name, at, asked: { raw: '{}', headers }, status: 415, code: 'unsupported-media-type', says };
}

function invalid(name: string, fields: object, pointer: string, says: string, code = 'invalid-request'): Case {
  const json = { type: 'test.probe', input: {}, ...fields };
  return { name, at: SUBMIT, asked: { json }, status: 422, code, says, place: { pointer } };
}

function invalidBody(name: string, at: string, json: unknown, pointer: string, says: string): Case {
  return { name, at, asked: { json }, status: 422, code: 'invalid-request', says, place: { pointer } };
}

function wrongHeader(name: string, header: string, value: string, says: string): Case {
  const asked = { json: { type: 'test.probe', input: {} }, headers: { [header]: value } };
  return { name, at: SUBMIT, asked, status: 400, code: 'malformed-request', says, place: { header } };
}

function wrongQuery(name: string, query: string, parameter: string, says: string, path = 'GET /v1/tasks'): Case {
  const at = `${path}?${query}`;
  return { name, at, asked: {}, status: 400, code: 'malformed-request', says, place: { parameter } };
}

function nowhere(name: string, at: string, code: string, says: string, status = 404): Case {
  return { name, at, asked: {}, status, code, says };
}

const tooLarge = { raw: valued(`"${'x'.repeat(200_000)}"`), headers: JSON_TYPE };
const manyTags = Array.from({ length: 21 }, (_, index) => `t${index}`);
const longTags = Array.from({ length: 20 }, (_, index) => `${index}${'x'.repeat(120)}`);
const someTime = '2030-01-31T08:00:00';
const task = 'POST /v1/tasks/test.probe:1';
const form = { 'Content-Type': 'application/x-www-form-urlencoded' };
const multipart = { 'Content-Type': 'multipart/form-data; boundary=x' };

const CASES: Case[] = [
  unreadable('no body', '', 'needs a JSON body'),
  unreadable('text that is no JSON', '{"type":', 'not valid JSON'),
  unreadable('bytes that are no UTF-8', Buffer.from([0x22, 0xff, 0x22]), 'UTF-8'),
  unreadable('half a surrogate pair', valued('"\\ud800"'), 'surrogate'),
  unreadable('a number beyond all numbers', valued('1e999'), 'number is too large'),
  unreadable('__proto__', valued('{"__proto__":{"admin":true}}'), '__proto__'),
  unreadable('constructor.prototype', valued('{"constructor":{"prototype":{}}}'), 'constructor'),
  unreadable('nesting without end', valued(`${'['.repeat(40_000)}${']'.repeat(40_000)}`), 'deeper than 32'),
  { name: 'a body over the limit', at: SUBMIT, asked: tooLarge, status: 413, code: 'too-large', says: 'too large' },
  unsupported('a form', form, 'application/json instead of application/x-www-form-urlencoded'),
  unsupported('JSON that does not say so', { 'Content-Type': 'text/plain' }, 'Content-Type: application/json'),
  unsupported('another charset', { 'Content-Type': 'application/json; charset=utf-16' }, 'UTF-8, not as utf-16'),
  unsupported('a compressed body', { ...JSON_TYPE, 'Content-Encoding': 'gzip' }, 'Content-Encoding'),
  unsupported('a file in a form', multipart, '--data-binary', 'POST /v1/files'),
  unsupported('a file sent as a form', form, '--data-binary', 'POST /v1/files'),
  unsupported('a compressed file', { 'Content-Encoding': 'br' }, 'Content-Encoding', 'POST /v1/files'),

  invalidBody('a list instead of a submission', SUBMIT, [], '', 'expected object'),
  invalid('no type', { type: undefined }, '/type', 'expected string'),
  invalid('a type that is not there', { type: 'no.such' }, '/type', 'Known: test.probe', 'unknown-task-type'),
  invalid('an unknown field', { prioritty: 1 }, '/prioritty', 'is not known here'),
  invalid('no input', { input: undefined }, '/input', 'is needed'),
  invalid('an input that is no object', { input: 7 }, '/input', 'expected object'),
  invalid('an input of the wrong type', { input: { failures: 'many' } }, '/input/failures', 'expected number'),
  invalid('an unknown field of the input', { input: { 'a/b~c': 1 } }, '/input/a~1b~0c', 'is not known here'),
  invalid('a priority out of range', { priority: 6 }, '/priority', '<=5'),
  invalid('a tenant with spaces', { tenant: 'a b' }, '/tenant', 'a-z, 0-9'),
  invalid('a tenant that is too long', { tenant: 'x'.repeat(64) }, '/tenant', '63'),
  invalid('too many tags', { tags: manyTags }, '/tags', 'At most 20'),
  invalid('an empty tag', { tags: ['ok', ''] }, '/tags/1', 'letters, digits'),
  invalid('tags that are too long together', { tags: longTags }, '/tags', 'bytes'),
  invalid('a time without a zone', { runAt: someTime }, '/runAt', 'with its zone'),
  invalid('a day that is not', { runAt: '2030-02-30T08:00:00Z' }, '/runAt', 'must be a time'),
  invalid('a negative delay', { delay: -1 }, '/delay', '>=0'),
  invalid('both a delay and a time', { delay: 1, runAt: `${someTime}Z` }, '/delay', 'either runAt or delay'),
  invalid('an unknown field of the policy', { policy: { retries: 3 } }, '/policy/retries', 'is not known here'),
  invalid('a queue with odd letters', { policy: { queue: 'A B' } }, '/policy/queue', 'pattern'),
  invalid(
    'a window beyond retention',
    { policy: { window: 31 * 86_400 } },
    '/policy/window',
    'at most',
    'window-too-long',
  ),
  invalidBody('no tasks in bulk', `${SUBMIT}/bulk`, { tasks: [] }, '/tasks', '>=1'),
  invalidBody('too many tasks in bulk', `${SUBMIT}/bulk`, { tasks: Array(1001).fill(0) }, '/tasks', '<=1000'),
  wrongHeader('a key with a tab', 'Idempotency-Key', 'a\tb', 'printable ASCII'),
  wrongHeader('a key that is too long', 'Idempotency-Key', 'k'.repeat(256), '1 to 255'),
  wrongHeader('a quoted key without its end', 'Idempotency-Key', '"abc', 'double quotes'),
  wrongHeader('a wait that is no number', 'Prefer', 'wait=long', 'wait=10'),

  nowhere('an address that is not there', 'GET /v1/taskz', 'no-such-route', 'nothing at GET /v1/taskz'),
  nowhere('an address in another case', 'GET /V1/tasks', 'no-such-route', '/docs'),
  nowhere('a broken percent-encoding', 'GET /v1/tasks/%zz', 'malformed-request', '%zz', 400),
  nowhere('an ID of control characters', 'GET /v1/tasks/a%00%0Ab', 'task-not-found', 'no task'),
  nowhere('an ID beyond all length', `GET /v1/tasks/${'x'.repeat(5000)}`, 'task-not-found', 'no task'),
  nowhere('a method that does not work', 'DELETE /v1/tasks/a.b:1', 'method-not-allowed', 'allowed: GET, HEAD', 405),
  nowhere('reading what is for submitting', 'GET /v1/tasks/bulk', 'method-not-allowed', 'allowed: POST', 405),
  nowhere('a message that is not there', `${task}/kill`, 'no-such-route', 'nothing at'),
  nowhere('a filter with control characters', 'GET /v1/tasks?tag=a%00b', 'malformed-request', 'control', 400),
  nowhere('a cursor of nobody', 'GET /v1/tasks?cursor=WyJhYmMiLDBd', 'malformed-request', 'start again', 400),
  wrongQuery('a state that is not one', 'state=done', 'state', 'completed'),
  wrongQuery('a page that is too long', 'limit=201', 'limit', '<=200'),
  wrongQuery('a page of no number', 'limit=ten', 'limit', 'number'),
  wrongQuery('an unknown parameter', 'sate=failed', 'sate', 'is not known here'),
  wrongQuery('a parameter given twice', 'type=a.b&type=c.d', 'type', 'expected string'),
  wrongQuery('a time that is none', 'createdAfter=yesterday', 'createdAfter', 'must be a time'),
  wrongQuery('a look-up without a type', 'key=a', 'type', 'needs the type'),
  wrongQuery('a look-up of an unknown type', 'key=a&type=no.such', 'type', 'Known: test.probe'),
  wrongQuery('a look-up with filters', 'key=a&type=test.probe&tag=b', 'tag', 'no meaning with key'),
  wrongQuery('lines beyond the limit', 'lines=1000000', 'lines', '<=10000', 'GET /v1/tasks/test.probe:1/log'),
  wrongQuery('a file name with slashes', 'name=..%2Fa', 'name', 'without slashes', 'POST /v1/files'),
  wrongQuery('a parameter where none is taken', 'fresh=true', 'fresh', 'is not known here', 'GET /v1/stats'),

  invalidBody('failing without a reason', `${task}/fail`, {}, '/reason', 'expected string'),
  invalidBody('abandoning for an empty reason', `${task}/abandon`, { reason: ' ' }, '/reason', 'must not be empty'),
  invalidBody('resolving without a result', `${task}/resolve`, {}, '/result', 'is needed'),
  invalidBody('an unknown field of a message', `${task}/cancel`, { why: 'so' }, '/why', 'is not known here'),
  { ...unreadable('failing without a body', '', 'needs a JSON body'), at: `${task}/fail` },
];

describe('a wrong request', () => {
  it.each(CASES)('$name: $status', async ({ at, asked, status, code, says, place }) => {
    const [method = '', path = ''] = at.split(' ');
    const answer = await api.call(method, path, asked);
    expect({ status: answer.status, code: answer.body.code }).toEqual({ status, code });
    expect(answer.headers.get('Content-Type')).toBe('application/problem+json; charset=utf-8');
    expect(answer.body).toMatchObject({
      type: `urn:holdfast:problem:${code}`,
      status,
      title: expect.any(String),
      instance: expect.stringMatching(/^\//),
      requestId: answer.headers.get('X-Request-Id'),
    });
    const faults: { detail: string }[] = answer.body.errors ?? [];
    expect([answer.body.detail, ...faults.map(({ detail }) => detail)].join('\n')).toContain(says);
    if (place) expect(faults).toContainEqual(expect.objectContaining(place));
    expect(JSON.stringify(answer.body)).not.toMatch(/node_modules|\.ts:|\bat \w+ \(/);
    if (status === 405) expect(answer.body.detail).toContain(`allowed: ${answer.headers.get('Allow')}.`);
  });

  it('starts nothing', async () => {
    const { total } = (await api.get('/v1/stats')).body.tasks;
    expect(total).toEqual({ open: 0, completed: 0, failed: 0, cancelled: 0 });
  });
});
