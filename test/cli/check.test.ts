import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { Handler } from '../../src/activities/attempt/handler';
import type { Diagnosis } from '../../src/client/diagnosis/findings';
import { TaskClient } from '../../src/client/task-client';
import { defineContract } from '../../src/tasks/contract';
import { parkedTask } from '../support/dead-letters';
import { Harness, readLedger } from '../support/harness';
import { probeContracts, probeHandlers } from '../support/probe-tasks';
import { cli, startCli } from '../support/processes/cli';
import { startWorkerProcess } from '../support/processes/worker-process';
import { tasksOf } from '../support/tasks-of';
import { until } from '../support/until';

const RULE = '='.repeat(80);
const SEED = ['--hours=24', '--check-execution', '--limit=10'];
/** More than are read one by one. */
const UNSERVED = 1050;

/** Calls something behind a circuit breaker that an operator holds open. */
const guarded = defineContract({
  type: 'test.guarded',
  summary: 'Makes a guarded call.',
  category: 'default',
  input: z.strictObject({}),
  output: z.null(),
  example: {},
});
const callGuarded: Handler<typeof guarded> = async (_input, context) =>
  context.guard('http:down.example.com', async () => null);

let harness: Harness;
let tasks: TaskClient;

beforeAll(async () => {
  harness = await Harness.start({ ownServer: true });
  tasks = tasksOf(harness, [...probeContracts, guarded]);
});
afterAll(() => harness.close());

it('with no stuck tasks it says so', async () => {
  const { code, stdout } = await cli(harness, ['check', '--hours', '906']);
  expect(stdout.split('\n')).toEqual([
    'Starting task status check for tasks older than 906 hours...',
    'Querying Temporal for stuck tasks... This may take a moment',
    'Query complete. Processing results...',
    'Processing complete. Found 0 stuck task types.',
    '',
    'Analyzing tasks stuck for more than 906 hours:',
    RULE,
    '',
    'Recommendations:',
    RULE,
    '',
    'No significant task status issues found',
    '',
  ]);
  expect(code).toBe(0);
});

it.each([
  ['--hours', 'soon'],
  ['--hours', '-1'],
  ['--limit', '1.5'],
  ['--log-file', '/dev/null/check.log'],
])('refuses %s %s with exit code 2', async (option, value) => {
  const { code, stderr } = await cli(harness, ['check', option, value]);
  expect([code, stderr]).toEqual([2, expect.stringContaining(value)]);
});

describe('with stuck tasks', () => {
  /** Three executed ones whose worker was killed before it could say so. */
  const lost: string[] = [];
  const running: string[] = [];
  const ids: Record<'first' | 'newest' | 'paused' | 'later' | 'due' | 'parked' | 'guarded', string> = {} as never;
  let report: string[];
  let logFile: string;
  let found: Diagnosis;

  beforeAll(async () => {
    const submit = async (type: string, input: object = {}, more: object = {}) =>
      (await tasks.submit({ type, input, ...more })).task.id;
    const nobody = { policy: { queue: 'nobody' } };

    // All of one type, all of different ages; nobody works on them.
    ids.first = await submit('test.probe', {}, nobody);
    await tasks.submitAll(Array.from({ length: UNSERVED - 2 }, () => ({ type: 'test.probe', input: {}, ...nobody })));
    ids.newest = await submit('test.probe', { value: { place: 'here', password: 'hunter2' } }, nobody);
    ids.due = await submit('test.inline', {}, { ...nobody, runAt: new Date(Date.now() + 300) });

    const doomed = await startWorkerProcess(harness);
    const ledgers = [harness.file(), harness.file(), harness.file()];
    for (const [index, ledger] of ledgers.entries()) {
      // The second one's input is too large for a history.
      const value = index === 1 ? 'x'.repeat(200_000) : index;
      lost.push(await submit('test.once', { value, ledger, waitFor: harness.file() }));
    }
    await until('all have begun', () => ledgers.every((ledger) => readLedger(ledger).begun.length === 1));
    await doomed.stop('SIGKILL');

    await harness.startWorkers({
      contracts: [...probeContracts, guarded],
      handlers: { ...probeHandlers, [guarded.type]: callGuarded as unknown as Handler },
    });
    ids.parked = (await parkedTask(harness, { code: 'EXTERNAL_API_DOWN' })).id;
    for (let count = 0; count < 3; count++) running.push(await submit('test.critical', { waitFor: harness.file() }));
    ids.paused = await submit('test.by-input', { failures: 1, retryAfter: 3600 });
    ids.later = await submit('test.by-input', {}, { runAt: new Date(Date.now() + 3_600_000) });
    await tasks.breaker('http:down.example.com', 'open', { by: 'test' });
    await until('the breaker is open', async () => (await tasks.breakers())[0]?.state === 'open');
    ids.guarded = await submit('test.guarded');
    await harness.reaches(ids.paused, 'retrying');
    await tasks.act(ids.paused, 'pause');
    for (const id of running) await harness.reaches(id, 'running');
    for (const id of lost) await harness.reaches(id, 'dead-lettered');
    await until(
      'the breaker holds its task',
      async () => (await tasks.read(ids.guarded)).why?.cause === 'breaker-open',
    );
    await until('Visibility knows all', async () => {
      found = await tasks.diagnose({ hours: 0, limit: 2 });
      const [paused] = found.otherStates.filter(({ state }) => state === 'paused');
      const parked = found.types.find(({ type }) => type === 'test.once')?.causes[0]?.count;
      return found.total === UNSERVED + 9 && paused?.count === 1 && parked === 3;
    });

    logFile = path.join(harness.folder, 'a', 'b', 'c.log');
    const { stdout, code } = await cli(harness, [
      'check',
      '--hours',
      '0',
      '--limit',
      '2',
      '--utc',
      '--log-file',
      logFile,
    ]);
    expect(code).toBe(0);
    report = stdout.split('\n');
  });

  /** The lines of one task type. */
  function section(type: string): string[] {
    const from = report.indexOf(`Task: ${type}`);
    const to = report.findIndex(
      (line, index) => index > from && /^(Task: |Analyzing |Other |Recommendations:)/.test(line),
    );
    return report.slice(from, to);
  }
  const group = (type: string) => found.types.find((one) => one.type === type);

  it('tasks of all ages are one group, with the exact count and the true maximum age', async () => {
    const first = await harness.temporal.workflow.getHandle(ids.first).describe();
    expect(group('test.probe')).toMatchObject({
      count: UNSERVED,
      exact: true,
      oldest: first.startTime.toISOString(),
      causes: [{ cause: 'no-worker', what: 'nobody', count: UNSERVED, exact: true }],
    });
    expect(section('test.probe').slice(0, 6)).toEqual([
      'Task: test.probe',
      `Count: ${UNSERVED}`,
      expect.stringMatching(/^Max Hours Stuck: \d+\.\d\d$/),
      '',
      'Causes:',
      `  ${UNSERVED}: no-worker [nobody]: No worker serves queue nobody`,
    ]);
    expect(report.filter((line) => line.startsWith('Task: '))[0]).toBe('Task: test.probe');
  });

  it('exactly as many samples as asked for, the newest first, of running ones too', async () => {
    const { runId } = await tasks.read(ids.newest);
    const lines = section('test.probe');
    const begin = lines.indexOf('Sample Tasks:') + 1;
    expect(lines.slice(begin, begin + 9)).toEqual([
      `ID: ${ids.newest}`,
      'Arguments: {"value":{"place":"here","password":"[REDACTED]"}}',
      'Last Run: None',
      `Task ID: ${ids.newest}`,
      `Run ID: ${runId}`,
      'Status Message: None',
      'Attempts: 0',
      'State: queued, no-worker: No worker serves queue nobody',
      '-'.repeat(40),
    ]);
    expect(lines.filter((line) => line.startsWith('ID: '))).toHaveLength(2);

    const samples = section('test.critical').filter((line) => line.startsWith('ID: '));
    expect(samples).toEqual(
      running
        .slice(1)
        .reverse()
        .map((id) => `ID: ${id}`),
    );
    expect(section('test.critical')).toContainEqual(
      expect.stringMatching(/^Last Run: \d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/),
    );
    expect(section('test.critical')).toContain('Attempts: 1');
  });

  it('shows the arguments of a sample also where the input is stored as a file', () => {
    const stored = group('test.once')?.samples.find(({ id }) => id === lost[1]);
    expect(stored?.arguments).toMatch(/^\{.*"value":"x{700,}…$/);
    expect(stored?.arguments.length).toBe(1001);
  });

  it('a paused task is in the other statuses only, as is one that waits for its time', () => {
    const others = report.slice(report.indexOf('Other potentially stuck tasks by status:'));
    expect(others.slice(0, 8)).toEqual([
      'Other potentially stuck tasks by status:',
      RULE,
      '',
      'Status: scheduled',
      'Count: 1',
      '',
      'Status: paused',
      'Count: 1',
    ]);
    expect(group('test.by-input')).toBeUndefined();
  });

  it('finds what is open beyond its normal time, and all that is parked, unless hours are named', async () => {
    const { temporal: client, artifacts } = harness;
    const options = { client, contracts: [...probeContracts, guarded], artifacts, deadline: 10 };
    const patient = await tasks.diagnose({ limit: 7 });
    expect(patient.hours).toBeNull();
    expect(Object.fromEntries(patient.types.map(({ type, count }) => [type, count]))).toEqual({
      'test.once': 3,
      'test.parked': 1,
    });
    // A category for which a second is normal: its three tasks have run for longer.
    const categories = { critical: { maxProcessingTime: 1 } };
    const strict = await new TaskClient({ ...options, categories }).diagnose({ limit: 0 });
    expect(strict.types.find(({ type }) => type === 'test.critical')?.count).toBe(3);
    expect(strict.types.find(({ type }) => type === 'test.probe')).toBeUndefined();
    expect(patient.recommendations.map(({ command }) => command)).toContain('holdfast check --check-execution');
  });

  it('names parked tasks by what they wait for, open breakers, and tasks past their time', () => {
    const cause = (type: string) => group(type)?.causes;
    const exact = { count: 1, exact: true };
    expect(cause('test.parked')).toMatchObject([{ cause: 'waits-for-redrive', what: 'EXTERNAL_API_DOWN', ...exact }]);
    expect(cause('test.once')).toMatchObject([{ cause: 'waits-for-an-operator', what: 'OUTCOME_UNKNOWN', count: 3 }]);
    expect(cause('test.guarded')).toMatchObject([{ cause: 'breaker-open', what: 'http:down.example.com', ...exact }]);
    expect(cause('test.inline')).toMatchObject([{ cause: 'no-worker', example: ids.due, ...exact }]);
    expect(cause('test.critical')).toMatchObject([{ cause: 'running', count: 3, exact: true }]);
    expect(found.openBreakers).toMatchObject([{ name: 'http:down.example.com', state: 'open' }]);
  });

  it('recommends what fits, each with the command to type', () => {
    const commands = found.recommendations.map(({ command }) => command);
    expect(commands).toEqual(
      expect.arrayContaining([
        'npm run worker -- --queues nobody',
        'holdfast breakers close http:down.example.com',
        'holdfast check --hours 0 --check-execution',
      ]),
    );
    // Nobody knows whether these were executed, so nobody should run them all again.
    expect(commands).not.toContainEqual(expect.stringContaining('OUTCOME_UNKNOWN'));
    const printed = report.slice(report.indexOf('Recommendations:'));
    expect(printed[3]).toBe(`1. ${UNSERVED + 1} tasks in queue nobody, which no worker polls. Start a worker for it.`);
    expect(printed[4]).toBe('   npm run worker -- --queues nobody');
  });

  it('the log file is made with its folders and equals the console, whose last line names it', async () => {
    expect(await readFile(logFile, 'utf8')).toBe(report.join('\n'));
    expect(report.slice(-2)).toEqual([`Log saved to: ${logFile}`, '']);
    expect(report).toContain('Analyzing task type 1/6: test.probe');
  });

  it('progress and log are written while it runs', async () => {
    const file = path.join(harness.folder, 'running.log');
    harness.server.freeze();
    try {
      const args = ['check', '--hours', '24', '--log-file', file];
      const child = startCli(harness, args, { env: { HOLDFAST_TEMPORAL_DEADLINE: '60' } });
      let stdout = '';
      child.stdout.on('data', (text) => (stdout += text));
      await until('it tells what it does', () => stdout.includes('Querying Temporal for stuck tasks...'));
      expect(await readFile(file, 'utf8')).toBe(stdout);
      harness.server.thaw();
      await until('it has ended', () => child.exitCode !== null);
      expect([child.exitCode, stdout]).toEqual([0, expect.stringContaining(`Log saved to: ${file}\n`)]);
    } finally {
      harness.server.thaw();
    }
  });

  it('accepts every option at once', async () => {
    const file = path.join(harness.folder, 'seed.log');
    const young = await cli(harness, ['check', ...SEED, `--log-file=${file}`]);
    expect(young.stdout).toContain('Analyzing tasks stuck for more than 24 hours:\n');
    expect(young.stdout).toContain('\nNo significant task status issues found\n');
    expect(await readFile(file, 'utf8')).toBe(young.stdout);

    const old = await cli(harness, ['check', ...SEED, '--hours=0', '--json']);
    const { types, hours } = JSON.parse(old.stdout) as Diagnosis;
    expect(hours).toBe(0);
    expect(old.stderr).toContain('Analyzing task type 1/6: test.probe\n');
    const probes = types.find(({ type }) => type === 'test.probe')?.samples ?? [];
    expect(probes.map(({ execution }) => execution?.conclusion)).toEqual(Array(10).fill('NOT EXECUTED'));
    const atWork = types.find(({ type }) => type === 'test.critical')?.samples ?? [];
    expect(atWork.map(({ execution }) => execution?.conclusion)).toEqual(Array(3).fill('INCONCLUSIVE'));
  });

  it('repairs nothing where nobody can be asked', async () => {
    const { code, stderr } = await cli(harness, ['check', '--hours', '0', '--repair']);
    expect([code, stderr]).toEqual([2, expect.stringContaining('add --yes')]);
    expect((await tasks.read(lost[0] ?? '')).state).toBe('dead-lettered');
  });

  it('tasks that were executed and do not know it are found, and repaired', async () => {
    const { stdout } = await cli(harness, ['check', '--hours', '0', '--check-execution', '--repair', '--yes']);
    const conclusion = 'CONCLUSION: EXECUTED: The ledger has a line of the task';
    expect(stdout.split('\n').filter((line) => line === conclusion)).toHaveLength(3);
    for (const id of lost) {
      expect(stdout).toContain(`recorded: ${id}: completed with the result that was found outside\n`);
      expect(await tasks.read(id)).toMatchObject({
        state: 'completed',
        result: { value: 'found in the ledger', attempt: 1 },
        resolvedBy: expect.stringContaining('@'),
      });
    }
  });
});
