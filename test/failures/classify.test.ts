import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { ApplicationFailure } from '@temporalio/common';
import fc from 'fast-check';
import sharp from 'sharp';
import { z } from 'zod';
import { classify } from '../../src/activities/classify';
import { HoldfastError } from '../../src/errors';
import { FAILURE_CODES, type FailureCodeName, isFailureCode, TaskFailure } from '../../src/tasks/failures';

let closedPort: number;

beforeAll(async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  closedPort = (server.address() as { port: number }).port;
  await once(server.close(), 'close');
});

/** What the work throws. */
async function thrownBy(work: () => unknown): Promise<unknown> {
  try {
    await work();
  } catch (error) {
    return error;
  }
  throw new Error('It should have thrown.');
}

const run = promisify(execFile);
const node = (script: string, options: object = {}) => run(process.execPath, ['-e', script], options);
const closed = (host: string) => () => fetch(`http://${host}:${closedPort}/`);
const recurse = (): number => recurse() + 1;

describe('what really goes wrong', () => {
  it.each<[string, () => unknown, FailureCodeName]>([
    ['a request to a closed port', closed('127.0.0.1'), 'TRANSIENT_NETWORK'],
    ['a request to a name with several addresses', closed('localhost'), 'TRANSIENT_NETWORK'],
    ['a request to an address that is none', () => fetch('http://'), 'PERMANENT_VALIDATION'],
    ['every one of several ways', () => Promise.any([closed('127.0.0.1')()]), 'TRANSIENT_NETWORK'],
    ['a missing file', () => readFile('/no/such/file'), 'CONFIG_MISSING_SETTING'],
    ['a folder read as a file', () => readFile('/'), 'CONFIG_INVALID_SETTING'],
    ['a missing program', () => once(spawn('/no/such/program'), 'spawn'), 'CONFIG_MISSING_SERVICE'],
    ['a missing program, run synchronously', () => execFileSync('/no/such/program'), 'CONFIG_MISSING_SERVICE'],
    ['a program that exits with 1', () => node('process.exit(1)'), 'UNKNOWN'],
    ['a shell that does not find its program', () => run('sh', ['-c', 'exit 127']), 'CONFIG_MISSING_SERVICE'],
    ['a program that is killed', () => node('process.kill(process.pid, "SIGKILL")'), 'SYSTEM_OUT_OF_MEMORY'],
    ['a program that crashes', () => node('process.kill(process.pid, "SIGSEGV")'), 'PERMANENT_LOGIC'],
    ['one that crashes synchronously', () => execFileSync('sh', ['-c', 'kill -SEGV $$']), 'PERMANENT_LOGIC'],
    ['a program over its time', () => node('setTimeout(() => {}, 60_000)', { timeout: 50 }), 'EXTERNAL_TIMEOUT'],
    ['a program that says too much', () => node('console.log("x".repeat(99))', { maxBuffer: 9 }), 'PERMANENT_LOGIC'],
    [
      'a time-out',
      () => Promise.reject(new DOMException('The operation timed out', 'TimeoutError')),
      'EXTERNAL_TIMEOUT',
    ],
    ['an abort', () => AbortSignal.abort().throwIfAborted(), 'EXTERNAL_TIMEOUT'],
    ['more memory than there can be', () => new ArrayBuffer(Number.MAX_SAFE_INTEGER), 'SYSTEM_OUT_OF_MEMORY'],
    ['a text longer than there can be', () => 'x'.repeat(2 ** 30), 'SYSTEM_OUT_OF_MEMORY'],
    ['an endless recursion', recurse, 'PERMANENT_LOGIC'],
    ['a property of nothing', () => (undefined as unknown as { a: string }).a, 'PERMANENT_LOGIC'],
    ['an answer that is no JSON', () => JSON.parse('<html>'), 'PERMANENT_LOGIC'],
    ['a file that is no image', () => sharp(Buffer.from('no image')).metadata(), 'PERMANENT_VALIDATION'],
    ['an empty image', () => sharp(Buffer.alloc(0)).metadata(), 'PERMANENT_VALIDATION'],
    ['an archive that is none', () => gunzipSync('no archive'), 'PERMANENT_VALIDATION'],
    ['an input against its schema', () => z.string().parse(1), 'PERMANENT_VALIDATION'],
  ])('%s', async (_name, work, code) => {
    expect(classify(await thrownBy(work))).toMatchObject({ code, class: FAILURE_CODES[code].class });
  });

  it('says why a fetch failed', async () => {
    const { message, error } = classify(await thrownBy(closed('127.0.0.1')));
    expect(message).toBe(`fetch failed: connect ECONNREFUSED 127.0.0.1:${closedPort}`);
    expect(error).toBe('TypeError');
  });

  it('names the place and the fault of an input against its schema', () => {
    const { error } = z.object({ size: z.object({ width: z.number() }) }).safeParse({ size: { width: 'wide' } });
    expect(classify(error).message).toMatch(/^size\.width: /);
  });
});

describe('a thrown thing', () => {
  const system = (code: string, more: object = {}) => Object.assign(new Error(code.toLowerCase()), { code, ...more });

  it.each<[string, unknown, FailureCodeName]>([
    ['too many open files', system('EMFILE'), 'TRANSIENT_RESOURCE'],
    ['no memory', system('ENOMEM'), 'SYSTEM_OUT_OF_MEMORY'],
    ['a full disk', system('ENOSPC'), 'SYSTEM_DISK_FULL'],
    ['a missing permission', system('EACCES'), 'PERMANENT_PERMISSION'],
    ['a system error that nobody listed', system('EXDEV'), 'UNKNOWN'],
    ['a file that the store does not have', new HoldfastError('not-found', 'gone'), 'PERMANENT_NOT_FOUND'],
    ['Temporal being away', new HoldfastError('unavailable', 'away'), 'TRANSIENT_NETWORK'],
    ["Temporal's failure with a code", ApplicationFailure.create({ type: 'EXTERNAL_API_DOWN' }), 'EXTERNAL_API_DOWN'],
    ["Temporal's hopeless failure", ApplicationFailure.nonRetryable('no', 'Own'), 'PERMANENT_LOGIC'],
    ['any other error', new Error('hm'), 'UNKNOWN'],
    ['a text that says something', 'deadlock detected', 'TRANSIENT_DATABASE'],
    ['a text', 'just a text', 'UNKNOWN'],
    ['nothing at all', undefined, 'UNKNOWN'],
    ['null', null, 'UNKNOWN'],
    ['a number', 42, 'UNKNOWN'],
    ['an object', { some: 'thing' }, 'UNKNOWN'],
    ['an object with a status', { status: 429 }, 'TRANSIENT_RATE_LIMIT'],
  ])('that is %s', (_name, thrown, code) => {
    expect(classify(thrown)).toMatchObject({ code, class: FAILURE_CODES[code].class });
  });

  it.each<[string, unknown, string, string]>([
    ['undefined', undefined, 'The handler threw no error but undefined', 'undefined'],
    ['null', null, 'The handler threw no error but null', 'null'],
    ['an object', { some: 'thing' }, 'The handler threw no error but Object {"some":"thing"}', 'Object'],
    ['a text', 'words', 'words', 'string'],
    ['an error without words', new RangeError(), 'RangeError', 'RangeError'],
    ['an abort', new DOMException('stop', 'AbortError'), 'stop', 'AbortError'],
  ])('that is %s is told', (_name, thrown, message, error) => {
    expect(classify(thrown)).toMatchObject({ message, error });
  });

  it.each(Object.keys(FAILURE_CODES) as FailureCodeName[])('that says it is %s is believed', (code) => {
    const expected = { code, message: 'rate limit exceeded', retryAfter: 7, confidence: 1, error: 'TaskFailure' };
    expect(classify(new TaskFailure(code, 'rate limit exceeded', 7))).toMatchObject(expected);
  });

  it('that wraps a precise failure is as precise', () => {
    const cause = new Error('lower', { cause: new TaskFailure('EXTERNAL_API_DOWN', 'maintenance until noon', 60) });
    expect(classify(new TypeError('upper', { cause }))).toMatchObject({
      code: 'EXTERNAL_API_DOWN',
      message: 'upper: maintenance until noon',
      retryAfter: 60,
      error: 'TypeError',
    });
  });

  it('counts by its message when that is surer than its class, and by its class when not', () => {
    expect(classify(new TypeError('rate limit exceeded'))).toMatchObject({
      code: 'TRANSIENT_RATE_LIMIT',
      confidence: 0.95,
    });
    expect(classify(new TypeError('the operation timed out'))).toMatchObject({
      code: 'PERMANENT_LOGIC',
      confidence: 0.8,
    });
  });

  it('counts by the class that it inherits from, less with each generation', () => {
    class Child extends TypeError {}
    class Grandchild extends Child {}
    expect(classify(new Child('x'))).toMatchObject({ code: 'PERMANENT_LOGIC', error: 'Child' });
    expect(classify(new Child('x')).confidence).toBeCloseTo(0.64);
    expect(classify(new Grandchild('x')).confidence).toBeCloseTo(0.512);
    expect(classify(new Grandchild('permission denied'))).toMatchObject({ code: 'PERMANENT_PERMISSION' });
  });

  it.each(['processed 503 rows', 'the order 429 is not what it was', 'page 404', 'a reply in 500 ms'])(
    'is not known by a number that is no status: %s',
    (message) => {
      expect(classify(new Error(message)).code).toBe('UNKNOWN');
    },
  );

  it('contains no secret', () => {
    const error = new Error('login failed: password=hunter2', { cause: new Error('connection refused, token: abc') });
    expect(JSON.stringify(classify(error))).not.toMatch(/hunter2|abc/);
    expect(JSON.stringify(classify({ apiKey: 'abc' }))).not.toMatch(/abc/);
  });

  it('of any kind becomes a failure', () => {
    const hostile = new Proxy(new Error('x'), {
      get: () => {
        throw new Error('get');
      },
      getPrototypeOf: () => {
        throw new Error('prototype');
      },
    });
    const revoked = Proxy.revocable({}, {});
    revoked.revoke();
    const circular = new Error('round');
    circular.cause = circular;
    const getter = Object.defineProperty(new Error('x'), 'message', {
      get: () => {
        throw new Error('message');
      },
    });
    const special = [
      hostile,
      revoked.proxy,
      circular,
      getter,
      new Error('m'.repeat(5_000_000)),
      Symbol('s'),
      () => 1,
      1n,
    ];
    for (const thrown of special) expectTotal(thrown);
    const keys = [
      'code',
      'status',
      'response',
      'headers',
      'cause',
      'errors',
      'message',
      'name',
      'issues',
      'stack',
      'signal',
    ];
    const object = fc.dictionary(fc.constantFrom(...keys), fc.anything());
    const error = fc.tuple(fc.anything(), object).map(([cause, fields]) => {
      const made = new Error('x', { cause });
      for (const [key, value] of Object.entries(fields)) Object.defineProperty(made, key, { value });
      return made;
    });
    fc.assert(fc.property(fc.oneof(fc.anything({ withNullPrototype: true }), object, error), expectTotal), {
      numRuns: 1000,
    });
  });
});

function expectTotal(thrown: unknown): void {
  const { code, message, confidence, error } = classify(thrown);
  expect(isFailureCode(code)).toBe(true);
  expect(message.length).toBeLessThan(30_000);
  expect(confidence).toBeGreaterThanOrEqual(0);
  expect(confidence).toBeLessThanOrEqual(1);
  expect(typeof error).toBe('string');
}

describe('TaskFailure', () => {
  it('refuses a code that does not exist when it is compiled', () => {
    // @ts-expect-error: no such code.
    expect(new TaskFailure('TRANSIENT_WEATHER', 'rain').code).toBe('UNKNOWN');
  });

  it.each<[unknown, unknown, unknown]>([
    ['TRANSIENT_WEATHER', 'rain', -1],
    [undefined, undefined, Number.NaN],
    [Symbol('x'), Symbol('y'), '30'],
    [Object.create(null), Object.create(null), {}],
  ])('takes anything from callers without types: %p', (code, message, retryAfter) => {
    const failure = new TaskFailure(code as FailureCodeName, message as string, retryAfter as number, null as never);
    expect(failure.code).toBe('UNKNOWN');
    expect(failure.message).toMatch(/unknown failure code/);
    expect(failure.retryAfter).toBeUndefined();
    expect(classify(failure)).toMatchObject({ code: 'UNKNOWN', message: failure.message });
  });
});
