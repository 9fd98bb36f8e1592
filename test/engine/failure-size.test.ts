import type { Handler } from '../../src/activities/attempt/handler';
import { TaskFailure } from '../../src/tasks/failures';
import { Harness } from '../support/harness';
import { probeHandlers } from '../support/probe-tasks';

/** What the server puts in the place of a failure that is larger than it keeps. */
const CUT = 'exceeds size limit';
const LONG = 20_000;

/** A chain of errors with deep stacks, each with a message of its own. */
function chain(length: number): Error {
  const deep = (depth: number): Error =>
    depth > 0 ? deep(depth - 1) : new Error(`link ${length}: ${'the reason is the next one. '.repeat(40)}`);
  const error = deep(30);
  return length > 0 ? Object.assign(error, { cause: chain(length - 1) }) : error;
}

/** Failures that are large, each in its own way, by the begin of their message. */
const LARGE: Record<string, (begin: string) => unknown> = {
  'a long message': (begin) => new Error(begin.padEnd(LONG, ' and so on')),
  'a message of many bytes': (begin) => new Error(begin + '日本語の長いメッセージ🧨'.repeat(LONG / 10)),
  'a message that JSON makes longer': (begin) => new Error(begin + '\u0001"\\\n'.repeat(LONG / 4)),
  'what a command wrote': (begin) =>
    new TaskFailure('TRANSIENT_NETWORK', `${begin}: exit code 1: ${'npm ERR! at line 10 of a log\n'.repeat(100)}`),
  'a long chain of causes': (begin) => Object.assign(new Error(begin), { cause: chain(12) }),
  'a deep stack': (begin) => {
    const error = new Error(begin);
    error.stack = `Error: ${begin}\n${'    at somewhere (/a/rather/long/path/of/a/file/in/a/deep/folder.ts:10:20)\n'.repeat(500)}`;
    return error;
  },
  'a name of many bytes': (begin) => Object.assign(new Error(begin), { name: '名'.repeat(LONG) }),
  'what is no error': (begin) => begin.padEnd(LONG, ' and so on'),
};

let harness: Harness;

const failing: Handler = async (input) => {
  const { value } = input as { value: { what: string; begin: string } };
  throw LARGE[value.what]?.(value.begin);
};

beforeAll(async () => {
  harness = await Harness.start();
  const handlers = { ...probeHandlers, 'test.probe': failing, 'test.inline': failing };
  await harness.startWorkers({ handlers });
});
afterAll(() => harness.close());

const begin = 'ECONNRESET: the connection broke';
const FAR = { firstDelay: 3600, cap: 3600 };
/** More than are kept, and soon over; whatever is thrown is tried again. */
const MANY = { attempts: 21, firstDelay: 0.1, cap: 0.1 };

describe.each(Object.keys(LARGE))('a failure with %s', (what) => {
  it.each(['test.probe', 'test.inline'])('shows the message that was kept, of a %s between attempts', async (type) => {
    const { task } = await harness.tasks.submit({ type, input: { value: { what, begin } }, policy: FAR });
    const waiting = await harness.reaches(task.id, 'retrying');
    expect(waiting.failures?.at(-1)?.message).toContain(begin);
    const { raw } = await harness.temporal.workflow.getHandle(task.id).describe();
    expect(raw.pendingActivities?.[0]?.lastFailure?.message ?? begin).toContain(begin);
    const report = await harness.tasks.why(task.id);
    expect(report.why.message).toContain(begin);
    expect(JSON.stringify(report)).not.toContain(CUT);
    await harness.tasks.act(task.id, 'cancel');
    expect((await harness.tasks.wait(task.id, 60)).failures?.at(-1)?.message).toContain(begin);
  });
});

it('failures of every kind end their tasks with the message and the last twenty failures', async () => {
  const submitted = Object.keys(LARGE).map(async (what) => {
    const input = { value: { what, begin } };
    const { task } = await harness.tasks.submit({ type: 'test.probe', input, policy: MANY });
    return { what, id: task.id };
  });
  for (const { what, id } of await Promise.all(submitted)) {
    const ended = await harness.tasks.wait(id, 120);
    expect({ what, ...ended }).toMatchObject({ what, state: 'failed', attempts: MANY.attempts });
    expect(ended.failure?.message).toContain(begin);
    expect(ended.failures).toHaveLength(20);
    for (const { message } of ended.failures ?? []) {
      expect(message).toContain(begin);
      expect(Buffer.byteLength(message)).toBeLessThanOrEqual(1000);
    }
    expect(JSON.stringify(await harness.tasks.timeline(id))).not.toContain(CUT);
  }
});
