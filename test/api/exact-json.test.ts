import { Webhook } from 'standardwebhooks';
import { createContracts } from '../../src/catalogue';
import { TaskClient } from '../../src/client/task-client';
import { jsonFault, numberFault } from '../../src/tasks/json-text';
import { TestApi } from '../support/api';
import { Harness } from '../support/harness';
import { cli } from '../support/processes/cli';

describe('a number', () => {
  it.each([
    '0',
    '-0',
    '-0.0',
    '0e5',
    '1e0',
    '9007199254740991',
    '-9007199254740991',
    '0.1',
    '0.10',
    '100.000000000000000000000',
    // The nearest double of 0.1, as other languages write it.
    '0.10000000000000001',
    '0.1000000000000000055511151231257827021181583404541015625',
    '1234567890.12345',
    '1.7976931348623157e308',
    '5e-324',
    '1e300',
    '1E+21',
    '2.5e-7',
  ])('%s arrives as it is', (text) => expect(numberFault(text)).toBeUndefined());

  it.each([
    ['9007199254740992', 'beyond 9007199254740991'],
    ['9007199254740993', 'beyond 9007199254740991'],
    ['-9007199254740993', 'beyond 9007199254740991'],
    ['12345678901234567890', 'beyond 9007199254740991'],
    ['1152921504606846976', 'beyond 9007199254740991'],
    ['9007199254740993.0', 'more digits'],
    ['9007199254740993e0', 'more digits'],
    ['1152921504606846976.0', 'more digits'],
    ['900719925474099.3e1', 'more digits'],
    ['0.1000000000000000055', 'more digits'],
    ['0.12345678901234567890', 'more digits'],
    ['1234567890123.4567', 'more digits'],
    ['3.14159265358979323846', 'more digits'],
    ['1e400', 'too large'],
    ['-1e400', 'too large'],
    ['1e-400', 'too small'],
    ['4e-324', 'more digits'],
  ])('%s would be altered: %s', (text, says) => expect(numberFault(text)).toContain(says));
});

it('a number of two million digits is looked at in no time', () => {
  const begun = performance.now();
  expect(numberFault(`0.1${'0'.repeat(2_000_000)}1`)).toContain('more digits');
  // A pattern that looks again from each zero takes half an hour.
  expect(performance.now() - begun).toBeLessThan(20_000);
});

describe('a JSON text', () => {
  it.each([
    ['{"a":[{"b/c~d":9007199254740993}]}', '/a/0/b~1c~0d'],
    ['[1,[2,9007199254740993]]', '/1/1'],
    ['9007199254740993', ''],
    ['{"a":1,"b":{"c":1,"c":1}}', '/b/c'],
    ['{"a":1,"\\u0061":2}', '/a'],
    ['{"a":["\\ud800"]}', '/a/0'],
    ['{"a":{"\\udc00":1}}', '/a'],
  ])('%s is at fault at %s', (text, pointer) => expect(jsonFault(text)?.pointer).toBe(pointer));

  it.each([
    '{"a":"9007199254740993","9007199254740993":1,"b":[{"a":1},{"a":2}]}',
    '{"a":{"a":{"a":1}},"b":"1e400"}',
    '"\\ud83d\\ude00"',
    'null',
  ])('%s arrives as it is', (text) => expect(jsonFault(text)).toBeUndefined());
});

const SECRET = `whsec_${Buffer.from('a'.repeat(32)).toString('base64')}`;
const JSON_TYPE = { 'Content-Type': 'application/json' };
const BIG = '9007199254740993';
const member = `{"type":"test.probe","input":{"value":[0,${BIG}]}}`;

describe('every door that takes JSON refuses what it would alter, and says where', () => {
  let harness: Harness;
  let api: TestApi;
  let hooks: TestApi;

  beforeAll(async () => {
    harness = await Harness.start();
    api = await TestApi.start(harness);
    const contracts = createContracts();
    const tasks = new TaskClient({ client: harness.temporal, contracts, artifacts: harness.artifacts, deadline: 10 });
    hooks = await TestApi.start(harness, { tasks, contracts, hookSources: { learnpack: { secrets: [SECRET] } } });
  });
  afterAll(async () => {
    await api.close();
    await hooks.close();
    await harness.close();
  });

  it.each([
    ['of the shortest long number', '{"type":"test.probe","input":{"value":0.1234567890123456789}}', '/input/value'],
    ['of the shortest exponent', '{"type":"test.probe","input":{"value":[1,9e999]}}', '/input/value/1'],
    ['of a negative number', `{"type":"test.probe","input":{"value":-${BIG}}}`, '/input/value'],
    ['of half a character in capitals', '{"type":"test.probe","input":{"value":"\\uDBFF"}}', '/input/value'],
    ['of half a character behind a backslash', '{"type":"test.probe","input":{"value":"\\\\\\ud800"}}', '/input/value'],
    ['of a name written in two ways', '{"type":"test.probe","input":{"a":1,"value":2,"\\u0061":3}}', '/input/a'],
    [
      'behind many values',
      `{"type":"test.probe","input":{"value":[${'0,'.repeat(50_000)}${BIG}]}}`,
      '/input/value/50000',
    ],
  ])('a body %s', async (_of, raw, pointer) => {
    const answer = await api.call('POST', '/v1/tasks', { raw, headers: JSON_TYPE });
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ pointer }] } });
  });

  it.each([
    ['brackets in a text behind an escaped quote', `"\\"${'['.repeat(40)}"`, 202],
    ['lists nested too deep behind a text with an escaped quote', `["\\"",${'['.repeat(40)}${']'.repeat(40)}]`, 400],
    ['too many values behind a text with an escaped quote', `["\\"",${'0,'.repeat(100_000)}0]`, 413],
  ])('a number with an exponent does not hide what follows: %s', async (_of, value, status) => {
    const raw = `{"type":"test.probe","delay":1e3,"input":{"value":${value}}}`;
    expect((await api.call('POST', '/v1/tasks', { raw, headers: JSON_TYPE })).status).toBe(status);
  });

  it.each([
    ['a task', '/v1/tasks', member, '/input/value/1'],
    ['many tasks', '/v1/tasks/bulk', `{"tasks":[${member}]}`, '/tasks/0/input/value/1'],
    ['a batch', '/v1/batches', `{"tasks":[${member}]}`, '/tasks/0/input/value/1'],
    ['an operator', '/v1/tasks/test.probe:1/retry', `{"input":{"value":${BIG}}}`, '/input/value'],
    ['a bulk action', '/v1/bulk-actions', `{"action":"retry","ids":["a"],"input":${BIG},"reason":"r"}`, '/input'],
    ['a schedule', '/v1/schedules', `{"id":"s","type":"test.probe","input":{"value":${BIG}}}`, '/input/value'],
    ['a field twice', '/v1/tasks', '{"type":"test.probe","input":{"value":1,"value":2}}', '/input/value'],
  ])('%s', async (_, path, raw, pointer) => {
    const { status, body } = await api.call('POST', path, { raw, headers: JSON_TYPE });
    expect([status, body.code, body.errors[0].pointer]).toEqual([400, 'malformed-request', pointer]);
  });

  it('a file of members', async () => {
    const { body: file } = await api.call('POST', '/v1/files', {
      raw: `{"type":"test.probe","input":{}}\n${member}\n`,
    });
    const { status, body } = await api.post('/v1/batches', { members: file.hash });
    expect([status, body.errors[0].pointer]).toEqual([422, expect.stringMatching(/\/1\/input\/value\/1$/)]);
    expect(body.detail).toContain('line 2');
  });

  it('a webhook', async () => {
    const raw = `{"event":"batch","user_id":${BIG},"slug":"a","steps":[]}`;
    const at = new Date();
    const headers = {
      'webhook-id': 'msg_1',
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': new Webhook(SECRET).sign('msg_1', at, raw),
      ...JSON_TYPE,
    };
    const { status, body } = await hooks.call('POST', '/v1/hooks/learnpack', { raw, headers });
    expect([status, body.errors[0].pointer]).toEqual([400, '/user_id']);
  });

  it('the command line', async () => {
    const input = `{"value":${BIG}}`;
    const { code, stderr } = await cli(harness, ['submit', 'test.probe', '--input', input]);
    expect([code, stderr]).toEqual([2, expect.stringContaining('/value: the whole number is beyond')]);
  });
});
