import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Writable } from 'node:stream';
import { z } from 'zod';
import type { Handler } from '../../src/activities/attempt/handler';
import type { TaskView } from '../../src/client/read/view';
import type { TaskClient } from '../../src/client/task-client';
import { HoldfastError } from '../../src/errors';
import { createLogger } from '../../src/logging';
import { type Contract, defineContract } from '../../src/tasks/contract';
import { FAILURE_CODES, type FailureCodeName, TaskFailure } from '../../src/tasks/failures';
import type { PolicyOverride } from '../../src/tasks/policy-override';
import { NO_REDRIVES } from '../../src/tasks/redrives';
import { Harness } from '../support/harness';
import { tasksOf } from '../support/tasks-of';

const SECRET = 'hunter2-Qx7';
const REDACTED_MESSAGE = 'login failed: https://[REDACTED]@host/';

/** What a handler may throw, and the code that it has to get. */
const THROWN: [name: string, thrown: () => unknown, code: FailureCodeName][] = [
  ...(Object.keys(FAILURE_CODES) as FailureCodeName[]).map((code): [string, () => unknown, FailureCodeName] => [
    code,
    () => new TaskFailure(code, `it is ${code}`),
    code,
  ]),
  ['TypeError', () => new TypeError('x is not a function'), 'PERMANENT_LOGIC'],
  ['ReferenceError', () => new ReferenceError('DatabaseError is not defined'), 'PERMANENT_LOGIC'],
  ['RangeError', () => new RangeError('out of range'), 'PERMANENT_LOGIC'],
  ['SyntaxError', () => new SyntaxError('unexpected'), 'PERMANENT_LOGIC'],
  ['a system error', () => Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }), 'TRANSIENT_NETWORK'],
  ['an HTTP error', () => Object.assign(new Error('down'), { status: 503 }), 'EXTERNAL_API_DOWN'],
  [
    'an SMTP error',
    () => Object.assign(new Error('no'), { responseCode: 550, command: 'RCPT' }),
    'PERMANENT_NOT_FOUND',
  ],
  ['an SQL error', () => Object.assign(new Error('no'), { code: '40P01' }), 'TRANSIENT_DATABASE'],
  ['a zod error', () => z.string().safeParse(1).error, 'PERMANENT_VALIDATION'],
  ['a HoldfastError', () => new HoldfastError('not-found', 'gone'), 'PERMANENT_NOT_FOUND'],
  [
    'an AggregateError',
    () => new AggregateError([Object.assign(new Error('a'), { code: 'ENOSPC' })]),
    'SYSTEM_DISK_FULL',
  ],
  ['a time-out', () => new DOMException('late', 'TimeoutError'), 'EXTERNAL_TIMEOUT'],
  ['a code that does not exist', () => new TaskFailure('NO_SUCH' as 'UNKNOWN', 'x'), 'UNKNOWN'],
  ['a text', () => 'a text', 'UNKNOWN'],
  ['nothing', () => undefined, 'UNKNOWN'],
  ['null', () => null, 'UNKNOWN'],
  ['an object without a class', () => Object.create(null), 'UNKNOWN'],
  [
    'a proxy that throws',
    () =>
      new Proxy(
        {},
        {
          get: () => {
            throw new Error('no');
          },
        },
      ),
    'UNKNOWN',
  ],
];

const contractOf = (name: string, policy: PolicyOverride, input: z.ZodType = z.looseObject({})) =>
  defineContract({
    type: `failing.${name}`,
    summary: 'Fails as a test tells it to.',
    category: 'default',
    input,
    output: z.unknown(),
    policy: { redrives: NO_REDRIVES, ...policy },
    example: {},
  });

const CONTRACTS: Contract[] = [
  contractOf('once', { attempts: 1 }),
  contractOf('twice', { attempts: 3, firstDelay: 0.2, jitter: 0 }),
  contractOf('always', { attempts: 10, firstDelay: 0.5, curve: 'linear', growth: 0, jitter: 0, cap: 5 }),
  contractOf('limited', { attempts: 3, firstDelay: 600 }),
  contractOf('telling', { attempts: 2, firstDelay: 0.1 }),
  contractOf('parked', { attempts: 1, redrives: { unknown: [3600] } }),
];

/** Says its password wherever a handler can. */
const tell: Handler = async (input, { log }) => {
  const { password } = input as { password: string };
  log.warn(`trying password=${password}`, { headers: { authorization: `Bearer ${password}` }, nested: [{ password }] });
  const cause = new Error(`refused {"password":"${password}"}`);
  throw Object.assign(new Error(`login failed: https://bob:${password}@host/`, { cause }), { apiKey: password });
};

const HANDLERS: Record<string, Handler> = {
  'failing.once': async (input) => {
    throw THROWN[(input as { index: number }).index]?.[1]();
  },
  'failing.twice': async (_input, { attempt }) => {
    if (attempt <= 2) throw Object.assign(new Error(`reset in attempt ${attempt}`), { code: 'ECONNRESET' });
    return { attempt };
  },
  'failing.always': async (_input, { attempt }) => {
    throw new TaskFailure('TRANSIENT_RESOURCE', `still no row in attempt ${attempt}`);
  },
  'failing.limited': async (input) => {
    const response = await fetch((input as { url: string }).url);
    if (!response.ok) throw Object.assign(new Error(`HTTP ${response.status}`), { response });
    return null;
  },
  'failing.telling': tell,
  'failing.parked': tell,
};

let harness: Harness;
let tasks: TaskClient;
const logged: string[] = [];

beforeAll(async () => {
  harness = await Harness.start();
  const destination = new Writable({
    write: (chunk, _encoding, done) => {
      logged.push(String(chunk));
      done();
    },
  });
  const logger = createLogger('debug', 'test', destination);
  await harness.startWorkers({ contracts: CONTRACTS, handlers: HANDLERS, logger });
  tasks = tasksOf(harness, CONTRACTS);
});
afterAll(() => harness.close());

async function submitted(name: string, input: object = {}): Promise<string> {
  const { task } = await tasks.submit({ type: `failing.${name}`, input });
  return task.id;
}

/** Milliseconds between the ends of failed attempts and the beginnings of the next ones, and between beginnings. */
function spacing({ failures = [] }: TaskView): number[] {
  const begun = failures.map(({ startedAt }) => Date.parse(startedAt ?? ''));
  return begun.slice(1).map((time, index) => time - (begun[index] ?? 0));
}

it('whatever a handler throws, the task fails with a code, a class and a message', async () => {
  const ids = await Promise.all(THROWN.map((_row, index) => submitted('once', { index })));
  const failed = await Promise.all(ids.map((id) => harness.reaches(id, 'failed', 'dead-lettered')));
  const outcomes = failed.map(({ failure, failures }, index) => ({
    thrown: THROWN[index]?.[0],
    code: failure?.code,
    class: failure?.class,
    attempts: failures?.length,
    told: Boolean(failure?.message),
    named: Boolean(failures?.[0]?.error),
  }));
  expect(outcomes).toEqual(
    THROWN.map(([thrown, , code]) => ({
      thrown,
      code,
      class: FAILURE_CODES[code].class,
      attempts: 1,
      told: true,
      named: true,
    })),
  );
});

it('a transient failure of the first two attempts ends completed with the third', async () => {
  const task = await harness.reaches(await submitted('twice'), 'completed', 'failed');
  expect(task).toMatchObject({ state: 'completed', attempts: 3, result: { attempt: 3 } });
  expect(task.failures).toMatchObject([
    { attempt: 1, code: 'TRANSIENT_NETWORK', error: 'Error', message: 'reset in attempt 1' },
    { attempt: 2, code: 'TRANSIENT_NETWORK', error: 'Error', message: 'reset in attempt 2' },
  ]);
});

it('ten attempts at even distances, then failed with the last message', async () => {
  const task = await harness.reaches(await submitted('always'), 'failed');
  expect(task).toMatchObject({ attempts: 10, failure: { message: 'still no row in attempt 10' } });
  const distances = spacing(task);
  expect(distances).toHaveLength(9);
  for (const distance of distances) {
    expect(distance).toBeGreaterThanOrEqual(490);
    expect(distance).toBeLessThan(3000);
  }
});

describe('an HTTP server that limits its callers', () => {
  let server: Server;
  const requests: number[] = [];

  beforeAll(async () => {
    server = createServer((_request, response) => {
      requests.push(Date.now());
      if (requests.length === 1) response.writeHead(429, { 'Retry-After': '2' });
      response.end();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterAll(async () => {
    server.closeAllConnections();
    await once(server.close(), 'close');
  });

  it('is asked again when its Retry-After says so, not when the policy would', async () => {
    const { port } = server.address() as AddressInfo;
    const task = await harness.reaches(await submitted('limited', { url: `http://127.0.0.1:${port}/` }), 'completed');
    expect(task.failures).toMatchObject([{ code: 'TRANSIENT_RATE_LIMIT', message: 'HTTP 429' }]);
    const [first = 0, second = 0] = requests;
    expect(second - first).toBeGreaterThanOrEqual(1990);
    expect(second - first).toBeLessThan(20_000);
  });
});

describe('secrets show', () => {
  it('neither in the failed task, its timeline and logs, nor in what the history says of the failure', async () => {
    const id = await submitted('telling', { password: SECRET });
    const task = await harness.reaches(id, 'failed');
    expect(task.failures).toHaveLength(2);
    const chunks = await harness.artifacts.listLog(id);
    const log = await Promise.all(chunks.map((chunk) => harness.artifacts.readLog(id, chunk)));
    const { events } = await harness.temporal.workflow.getHandle(id).fetchHistory();
    const shown = {
      view: JSON.stringify(task),
      timeline: JSON.stringify(await tasks.timeline(id)),
      log: log.join(''),
      logger: logged.filter((line) => line.includes(id)).join(''),
      history: (events ?? []).map(wordsOf).join('\n'),
    };
    for (const [where, text] of Object.entries(shown)) {
      expect({ where, leaks: text.includes(SECRET), told: text.includes(REDACTED_MESSAGE) }).toEqual({
        where,
        leaks: false,
        told: true,
      });
    }
    expect(shown.log).toContain('trying password=[REDACTED]');
    expect(shown.history).toContain('refused {\\"password\\":\\"[REDACTED]\\"}');
  });

  it('neither in the parked task nor in its memo', async () => {
    const id = await submitted('parked', { password: SECRET });
    const task = await harness.reaches(id, 'dead-lettered');
    expect(task.parking?.message).toBe(REDACTED_MESSAGE);
    const { memo } = await harness.temporal.workflow.getHandle(id).describe();
    expect(JSON.stringify([task, memo])).not.toContain(SECRET);
  });
});

/** All texts of an event, payloads decoded; but not the input, which is the task's own. */
function wordsOf(event: object): string {
  const {
    workflowExecutionStartedEventAttributes: _start,
    activityTaskScheduledEventAttributes: _call,
    ...rest
  } = {
    workflowExecutionStartedEventAttributes: null,
    activityTaskScheduledEventAttributes: null,
    ...event,
  };
  return JSON.stringify(rest, (_key, value: unknown) => (isBytes(value) ? Buffer.from(value.data).toString() : value));
}

/** What `JSON.stringify` makes of a Buffer before it asks. */
function isBytes(value: unknown): value is { data: number[] } {
  return typeof value === 'object' && value !== null && 'type' in value && value.type === 'Buffer' && 'data' in value;
}
