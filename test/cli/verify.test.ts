import { existsSync, readFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { z } from 'zod';
import { runVerifier } from '../../src/activities/attempt/run-verifier';
import type { Verifier } from '../../src/activities/attempt/verify';
import { storeIfLarge } from '../../src/artifacts/large-values';
import { createContracts, createHandlers } from '../../src/catalogue';
import { allowedCommandsSchema } from '../../src/catalogue/command-run/allowed-command';
import { createCommandRunContract } from '../../src/catalogue/command-run/contract';
import type { TaskClient } from '../../src/client/task-client';
import { effectKey } from '../../src/tasks/keys';
import { Harness } from '../support/harness';
import { folder, pidsIn, script } from '../support/inputs/commands';
import { imageOf, matrix } from '../support/inputs/images';
import { probeContracts } from '../support/probe-tasks';
import { fixture } from '../support/processes/fixture';
import { RunningProcess } from '../support/processes/running-process';
import { tasksOf } from '../support/tasks-of';
import { until } from '../support/until';

const LEDGER = path.join(folder, 'ledger');

/** The parent of a program that command.run starts is the worker. */
const KILL_WORKER = 'kill -9 "$PPID"; sleep 60';
const LOOK = `grep -qF "$EFFECT_KEY" ${LEDGER} 2>/dev/null || exit 1; echo "found the line of $TASK_ID"`;

const entries: z.input<typeof allowedCommandsSchema> = {
  'dies-after': {
    program: script(`echo "$EFFECT_KEY" >> ${LEDGER}; ${KILL_WORKER}`),
    verify: { program: script(LOOK) },
  },
  'dies-before': { program: script(KILL_WORKER), verify: { program: script(LOOK) } },
  'no-check': { program: script('exit 0') },
  'no-program': { program: script('exit 0'), verify: { program: `${folder}/not-there` } },
  told: {
    program: script('exit 0'),
    args: ['[^]*...'],
    verify: { program: script('for one in "$@"; do echo "[$one]"; done; cat; exit 2'), args: ['--look', 'a b'] },
  },
  hangs: {
    program: script('exit 0'),
    args: ['.*'],
    verify: { program: script('echo $$ >> "$1"; sleep 300 & echo $! >> "$1"; wait') },
  },
};
const commands = allowedCommandsSchema.parse(entries);
const contracts = createContracts({ commands });
const { handlers, verifiers, close } = createHandlers({ commands, maxPixels: 1_000_000 });

let harness: Harness;
let tasks: TaskClient;
const processes: RunningProcess[] = [];

beforeAll(async () => {
  harness = await Harness.start();
  tasks = tasksOf(harness, contracts);
});
afterAll(async () => {
  for (const worker of processes) await worker.stop('SIGKILL');
  await close();
  await harness.close();
});

/** Submits a task whose worker dies of it, and waits for that. */
async function lost(type: string, input: object, queue: string, dies = ''): Promise<string> {
  const { server, env } = harness;
  const args = [server.address, harness.artifacts.folder, queue, JSON.stringify(entries), dies];
  const worker = await RunningProcess.start(
    fixture('effect-worker', ...args),
    { ...process.env, ...env },
    'worker started',
  );
  processes.push(worker);
  const { task } = await tasks.submit({ type, input, policy: { queue, heartbeatTimeout: 2 } });
  await until('the worker has died', () => worker.ended);
  return task.id;
}

/** Asks as a worker would that finds the task lost. */
async function verify(taskId: string) {
  const task = await tasks.input(taskId);
  const contract = contracts.find(({ type }) => type === task.type);
  if (!contract) throw new Error(`no contract of ${task.type}`);
  return runVerifier(contract, verifiers[task.type], task, { artifacts: harness.artifacts });
}

function ask(input: object, options: { timeout?: number; signal?: AbortSignal } = {}) {
  const request = { taskId: 'command.run:1', generation: 'first', input };
  return runVerifier(createCommandRunContract(commands), verifiers['command.run'], request, {
    artifacts: harness.artifacts,
    ...options,
  });
}

describe('kill -9 of the worker of command.run', () => {
  it('after the effect: the check finds it done, and says what the task may end with', async () => {
    const id = await lost('command.run', { command: 'dies-after' }, 'after');
    const verification = await verify(id);
    expect(verification).toMatchObject({
      effect: 'done',
      output: { exitCode: 0, stdout: { tail: `found the line of ${id}\n` }, verified: true },
      evidence: `The check of "dies-after" exited with code 0. Its output: found the line of ${id}`,
    });
    expect(readFileSync(LEDGER, 'utf8').trim().split('\n')).toHaveLength(1);
  });

  it('before the effect: the check finds it absent', async () => {
    const id = await lost('command.run', { command: 'dies-before' }, 'before');
    expect(await verify(id)).toEqual({ effect: 'absent', evidence: 'The check of "dies-before" exited with code 1.' });
  });
});

describe('kill -9 of the worker of image.convert', () => {
  async function picture(level: number): Promise<string> {
    const file = await imageOf(matrix(8, 8, [level, 200, 30]))
      .png()
      .toBuffer();
    return (await harness.artifacts.put(file)).hash;
  }

  it('after the record: done, and another worker ends the task with that result without converting again', async () => {
    const artifact = await picture(1);
    const input = { image: { artifact }, resize: { width: 3 } };
    const id = await lost('image.convert', input, 'after-record', 'after-record');
    const verification = await verify(id);
    expect(verification).toMatchObject({ effect: 'done', output: { width: 3, format: 'png' } });
    // Without the source, nobody can convert it again.
    await rm(harness.artifacts.pathOf(artifact));
    await harness.startWorkers({ contracts: [...contracts], handlers, queues: ['after-record'] });
    const ended = await tasks.wait(id, 60);
    expect(ended.state).toBe('completed');
    expect([verification]).toEqual([expect.objectContaining({ output: ended.result })]);

    const { hash } = ended.result as { hash: string };
    await rm(harness.artifacts.pathOf(hash));
    expect(await verify(id)).toEqual({ effect: 'absent', evidence: expect.stringContaining(`names the file ${hash}`) });
    await writeFile(harness.artifacts.pathOf(hash), 'other');
    expect(await verify(id)).toEqual({
      effect: 'absent',
      evidence: expect.stringContaining('whose bytes have the hash'),
    });
  });

  it('before the record: absent', async () => {
    const input = { image: { artifact: await picture(2) } };
    const id = await lost('image.convert', input, 'before-record', 'before-record');
    expect(await verify(id)).toEqual({ effect: 'absent', evidence: expect.stringContaining('There is no record') });
  });
});

describe('the check of a command', () => {
  it('gets its own arguments and those of the call, and nothing on standard input; other codes are no verdict', async () => {
    const { effect, evidence } = await ask({ command: 'told', args: ['$(x)', ''], stdin: 'secret' });
    expect([effect, evidence]).toEqual([
      'unknown',
      'The check of "told" exited with code 2. Its output: [--look]\n[a b]\n[$(x)]\n[]',
    ]);
  });

  it.each([
    ['that names none', { command: 'no-check' }, 'has no check: HOLDFAST_COMMANDS may give it one'],
    ['whose program is missing', { command: 'no-program' }, 'is not an executable file on this worker'],
    ['that is not allowed here', { command: 'removed' }, 'is not an allowed command'],
  ])('of one %s is unknown, and says so', async (_, input, words) => {
    expect(await ask(input)).toEqual({ effect: 'unknown', evidence: expect.stringContaining(words) });
  });

  it('that hangs is killed with its children when nobody waits for it any more', async () => {
    const file = path.join(folder, 'hanging');
    const patience = new AbortController();
    const asked = ask({ command: 'hangs', args: [file] }, { signal: patience.signal });
    await until('the check hangs', () => pidsIn(file).length === 2);
    patience.abort();
    expect(await asked).toMatchObject({ effect: 'unknown' });
    const pids = pidsIn(file);
    await until('none of them lives', () => pids.every((pid) => !existsSync(`/proc/${pid}`) || isDead(pid)));
  });
});

/** The dead wait to be reaped in a container without an init. */
function isDead(pid: number): boolean {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  return stat.slice(stat.lastIndexOf(')') + 2).startsWith('Z');
}

describe('asking a verifier', () => {
  const [probe] = probeContracts;
  const request = { taskId: 'test.probe:1', generation: 'first', input: {}, checkpoint: { page: 7 } };
  const asking = (verifier: Verifier | undefined, more: object = {}, options: { timeout?: number } = {}) => {
    if (!probe) throw new Error('there are no probes');
    return runVerifier(probe, verifier, { ...request, ...more }, { artifacts: harness.artifacts, ...options });
  };

  it('hands over what the attempt had: a stored input, the effect key, the checkpoint', async () => {
    const value = 'x'.repeat(200_000);
    const input = await storeIfLarge(harness.artifacts, { value });
    let seen: unknown;
    const verifier: Verifier = async (given, context) => {
      seen = [given, context.taskId, context.type, context.effectKey(), context.effectKey('mail'), context.checkpoint];
      return { effect: 'failed', evidence: 'it bounced' };
    };
    expect(await asking(verifier, { input })).toEqual({ effect: 'failed', evidence: 'it bounced' });
    const keys = [effectKey('test.probe:1', 'first'), effectKey('test.probe:1', 'first', 'mail')];
    expect(seen).toEqual([{ value }, 'test.probe:1', 'test.probe', ...keys, { page: 7 }]);
  });

  it.each<[string, Verifier | undefined, object, RegExp]>([
    ['a type without one', undefined, {}, /^test\.probe has no way to look/],
    ['an error', () => Promise.reject(new Error('the ledger is away')), {}, /^The check failed: the ledger is away$/],
    [
      'an output that is none',
      async () => ({ effect: 'done', output: { value: 1 }, evidence: 'there' }),
      {},
      /output is not what the contract says/,
    ],
    ['an input that the contract refuses', async () => ({ effect: 'absent', evidence: '' }), { input: 7 }, /object/],
    ['no verdict', async () => ({ effect: 'maybe', evidence: '' }) as never, {}, /"maybe" is no verdict/],
  ])('answers unknown for %s', async (_, verifier, more, words) => {
    expect(await asking(verifier, more)).toEqual({ effect: 'unknown', evidence: expect.stringMatching(words) });
  });

  it('does not wait for one that does not heed its signal', async () => {
    const deaf: Verifier = () => new Promise(() => {});
    expect(await asking(deaf, {}, { timeout: 0.2 })).toMatchObject({ effect: 'unknown' });
  });

  it('keeps secrets out of the evidence, and its length bounded', async () => {
    const evidence = `password=hunter2 ${'x'.repeat(5000)}`;
    const answer = await asking(async () => ({ effect: 'absent', evidence }));
    expect(answer.evidence).not.toContain('hunter2');
    expect(answer.evidence.length).toBeLessThan(1100);
  });
});
