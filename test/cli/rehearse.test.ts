import { existsSync, readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { Handler } from '../../src/activities/attempt/handler';
import { type RehearsalOptions, rehearse } from '../../src/activities/rehearse/rehearse';
import type { Rehearsal } from '../../src/activities/rehearse/report';
import { storeIfLarge } from '../../src/artifacts/large-values';
import { createContracts, createHandlers } from '../../src/catalogue';
import { allowedCommandsSchema } from '../../src/catalogue/command-run/allowed-command';
import type { TaskClient } from '../../src/client/task-client';
import { effectKey } from '../../src/tasks/keys';
import { Harness, readLedger } from '../support/harness';
import { folder, script } from '../support/inputs/commands';
import { imageOf, matrix } from '../support/inputs/images';
import { probeContracts, probeHandlers } from '../support/probe-tasks';
import { cli, startCli } from '../support/processes/cli';
import { tasksOf } from '../support/tasks-of';
import { until } from '../support/until';

const LEDGER = path.join(folder, 'ledger');
const entries = { backup: { program: script(`echo ran >> ${LEDGER}; exit 3`), args: ['\\w+'] } };
const commands = allowedCommandsSchema.parse(entries);
const contracts = createContracts({ commands });
const { handlers, close } = createHandlers({ commands, maxPixels: 1_000_000 });
const ENV = { HOLDFAST_COMMANDS: JSON.stringify(entries) };

let harness: Harness;
let tasks: TaskClient;

beforeAll(async () => {
  harness = await Harness.start();
  tasks = tasksOf(harness, [...contracts, ...probeContracts]);
  await harness.startWorkers({
    contracts: [...contracts, ...probeContracts],
    handlers: { ...handlers, ...probeHandlers },
  });
});
afterAll(async () => {
  await close();
  await harness.close();
});

async function failed(type: string, input: object, more: object = {}) {
  const { task } = await tasks.submit({ type, input, policy: { attempts: 1, ...more } });
  return harness.reaches(task.id, 'failed', 'dead-lettered');
}

/** Everything of a task and of the store that a rehearsal could have changed. */
async function everything(id: string) {
  const store = (await readdir(harness.artifacts.folder, { recursive: true })).sort();
  return { task: await tasks.read(id), timeline: await tasks.timeline(id), store };
}

/** Rehearses a task of the probes, with a handler of its own. */
async function rehearseProbe(handler: Handler, more: Partial<RehearsalOptions> & { policy?: object } = {}) {
  const { policy = {}, ...options } = more;
  const { task } = await tasks.submit({ type: 'test.probe', input: { value: 7 }, policy });
  await tasks.wait(task.id, 60);
  const [contract] = probeContracts;
  if (!contract) throw new Error('there are no probes');
  return rehearse(await tasks.input(task.id), { contract, handler, artifacts: harness.artifacts, ...options });
}

describe('an image.convert task that a poison input has failed', () => {
  it('fails here as it did there, succeeds with a corrected input, and nothing of it changes', async () => {
    const { hash: poison } = await harness.artifacts.put(Buffer.from('no image at all'));
    const { hash: sound } = await harness.artifacts.put(
      await imageOf(matrix(8, 8, [9, 9, 9]))
        .png()
        .toBuffer(),
    );
    const there = await failed('image.convert', { image: { artifact: poison } });
    const before = await everything(there.id);

    const as = async (args: string[], input?: string) => {
      const ended = await cli(harness, ['rehearse', there.id, '--json', ...args], {
        shipped: true,
        ...(input && { input }),
      });
      return { code: ended.code, rehearsal: JSON.parse(ended.stdout) as Rehearsal };
    };
    const same = await as([]);
    expect(same.code).toBe(1);
    expect(same.rehearsal).toMatchObject({
      taskId: there.id,
      outcome: 'failed',
      failure: {
        code: there.failure?.code,
        class: there.failure?.class,
        message: there.failure?.message,
        action: 'FIX_DATA',
      },
      log: [{ level: 'info', message: 'read the image', attempt: 2 }],
    });

    const corrected = { image: { artifact: sound }, resize: { width: 4 } };
    const other = await as(['--input', '-'], JSON.stringify(corrected));
    expect(other.code).toBe(0);
    expect(other.rehearsal).toMatchObject({
      outcome: 'succeeded',
      output: { width: 4, height: 4, format: 'png' },
      progress: 100,
      stage: 'stored',
    });
    expect(await everything(there.id)).toEqual(before);

    const refused = await as(['--input', '-'], '{"image":{}}');
    expect(refused).toMatchObject({ code: 1, rehearsal: { failure: { code: 'PERMANENT_VALIDATION' } } });
  });
});

describe('a command.run task', () => {
  it('is stopped before its program, whose own ledger proves that it did not run', async () => {
    const there = await failed('command.run', { command: 'backup', args: ['db'] });
    expect(runs()).toBe(1);
    const before = await everything(there.id);
    const { code, stdout } = await cli(harness, ['rehearse', there.id], { shipped: true, env: ENV });
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(/^Reached its first outside effect after .*: program:backup\. /),
    ]);
    expect(runs()).toBe(1);
    expect(await everything(there.id)).toEqual(before);
  });

  it('fails here when the code at hand does not allow it any more', async () => {
    const there = await failed('command.run', { command: 'backup', args: ['db'] });
    const { code, stdout } = await cli(harness, ['rehearse', there.id], { shipped: true });
    expect([code, stdout]).toEqual([
      1,
      expect.stringContaining('PERMANENT_VALIDATION (permanent): command: No command is'),
    ]);
  });
});

describe('a rehearsal', () => {
  it('has the input of the last attempt: corrections included, large ones too', async () => {
    const there = await failed('test.parked', { failures: 9 }, { redrives: { transient: [3600] } });
    const input = { failures: 9, value: 'x'.repeat(200_000) };
    await tasks.act(there.id, 'retry', { input });
    await until('it has failed again', async () => (await tasks.read(there.id)).parking?.number === 2);
    const known = await tasks.input(there.id);
    expect(known).toMatchObject({ taskId: there.id, type: 'test.parked', idempotent: true });
    let seen: unknown;
    const handler: Handler = async (given, { taskId, effectKey: key, generation }) => {
      seen = [given, key() === effectKey(taskId, generation)];
      return { value: null, attempt: 1 };
    };
    const [contract] = probeContracts;
    if (!contract) throw new Error('there are no probes');
    await rehearse(known, { contract, handler, artifacts: harness.artifacts });
    expect(seen).toEqual([input, true]);
  });

  it('of a task that is not there says so', async () => {
    const { code, stderr } = await cli(harness, ['rehearse', 'test.probe:none']);
    expect([code, stderr]).toEqual([1, 'Task test.probe:none not found\n']);
  });

  it('of an input that is no JSON says so, and does nothing', async () => {
    const { code, stderr } = await cli(harness, ['rehearse', 'test.probe:none', '--input', '-'], { input: '{' });
    expect([code, stderr]).toEqual([2, expect.stringContaining('--input: standard input is not JSON')]);
  });

  it('ends at Ctrl-C without a verdict, and leaves the task to its workers', async () => {
    const input = { ledger: harness.file(), waitFor: harness.file() };
    const runAt = new Date(Date.now() + 3600_000);
    const { task } = await tasks.submit({ type: 'test.probe', input, runAt });
    const child = startCli(harness, ['rehearse', task.id]);
    let text = '';
    child.stdout.on('data', (more) => (text += more));
    await until('the handler has begun', () => readLedger(input.ledger).begun.length > 0);
    child.kill('SIGINT');
    await until('it has ended', () => child.exitCode !== null);
    expect([child.exitCode, text]).toEqual([130, '']);
    expect(await tasks.read(task.id)).toMatchObject({ state: 'scheduled' });
  });

  it('makes no guarded call, and says so also when the handler gets over that', async () => {
    let made = false;
    const handler: Handler = async (_, { guard, log }) => {
      log.info('about to send', { to: 'ann', password: 'hunter2' });
      await guard('smtp:mail.example.com', async () => {
        made = true;
      }).catch(() => undefined);
      return { value: 'sent', attempt: 1 };
    };
    const lines: string[] = [];
    const rehearsal = await rehearseProbe(handler, { onLine: ({ message }) => lines.push(message) });
    expect(rehearsal).toMatchObject({ outcome: 'stopped-before-effect', before: 'smtp:mail.example.com' });
    expect(rehearsal.output).toBeUndefined();
    expect([made, lines, rehearsal.log[0]]).toEqual([
      false,
      ['about to send'],
      expect.objectContaining({ to: 'ann', password: '[REDACTED]' }),
    ]);
  });

  it.each<[string, Handler, object]>([
    [
      'an error of the handler',
      () => Promise.reject(Object.assign(new Error('no'), { code: 'ECONNREFUSED' })),
      { code: 'TRANSIENT_NETWORK' },
    ],
    ['an output that is none', async () => ({ words: 3 }), { code: 'PERMANENT_LOGIC', error: 'TypeError' }],
    [
      'a dependency that has no name',
      (_, { guard }) => guard('the mail server', async () => 0),
      { code: 'PERMANENT_LOGIC' },
    ],
  ])('names the failure as a worker would: %s', async (_, handler, failure) => {
    expect(await rehearseProbe(handler)).toMatchObject({ outcome: 'failed', failure });
  });

  it("ends at the policy's time limit, with the reason", async () => {
    const handler: Handler = (_, { signal }) =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('interrupted'))));
    expect(await rehearseProbe(handler, { policy: { timeout: 1 } })).toMatchObject({
      failure: { code: 'EXTERNAL_TIMEOUT', message: 'Attempt timed out after 1 seconds' },
    });
  });

  it('sees files and records of the store, and what it writes itself; all that is thrown away', async () => {
    const { artifacts } = harness;
    const { hash } = await artifacts.put(Buffer.from('real'));
    const value = await storeIfLarge(artifacts, 'small');
    await artifacts.putRecord('real/1/main', { value });
    const seen: unknown[] = [];
    const handler: Handler = async (_, { artifacts: store, checkpoint }) => {
      checkpoint({ page: 1 });
      seen.push((await store.read(hash)).toString(), await store.getRecord('real/1/main'));
      const written = await store.put(Buffer.from('written in a rehearsal'));
      seen.push((await store.read(written.hash)).toString(), await artifacts.has(written.hash));
      seen.push(await store.putRecord('real/1/main', 'second'), await store.putRecord('new/1/main', 'first'));
      await store.removeRecord('real/1/main');
      seen.push(await store.getRecord('real/1/main'), await store.getRecord('new/1/main'));
      return { value: written.hash, attempt: 1 };
    };
    const { outcome, output } = await rehearseProbe(handler);
    const { value: hashWritten } = output as { value: string };
    expect([outcome, ...seen]).toEqual([
      ...['succeeded', 'real', { value: 'small' }],
      ...['written in a rehearsal', false],
      ...[{ value: 'small' }, 'first'],
      ...[undefined, 'first'],
    ]);
    expect(await artifacts.has(hashWritten)).toBe(false);
    expect([await artifacts.getRecord('real/1/main'), await artifacts.getRecord('new/1/main')]).toEqual([
      { value: 'small' },
      undefined,
    ]);
  });
});

/** How often the program ran, as it says itself. */
function runs(): number {
  return existsSync(LEDGER) ? readFileSync(LEDGER, 'utf8').trim().split('\n').length : 0;
}
