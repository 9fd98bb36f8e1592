import type { Handler } from '../../src/activities/attempt/handler';
import type { TaskView } from '../../src/client/read/view';
import { fileContract, writeFile } from '../support/file-task';
import { Harness } from '../support/harness';
import { probeContracts, probeHandlers } from '../support/probe-tasks';
import { cli, startCli } from '../support/processes/cli';
import { tasksOf } from '../support/tasks-of';
import { until } from '../support/until';

let harness: Harness;
const TIME = /\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/.source;

beforeAll(async () => {
  harness = await Harness.start();
  const handlers = { ...probeHandlers, [fileContract.type]: writeFile as unknown as Handler };
  await harness.startWorkers({ contracts: [...probeContracts, fileContract], handlers });
});
afterAll(() => harness.close());

async function submitted(input: object = {}, more: object = {}): Promise<string> {
  return (await harness.tasks.submit({ type: 'test.probe', input, ...more })).task.id;
}

async function running(): Promise<string> {
  const id = await submitted({ waitFor: harness.file() });
  await harness.reaches(id, 'running');
  return id;
}

async function json<T>(...args: string[]): Promise<T> {
  const { stdout, stderr } = await cli(harness, [...args, '--json']);
  if (!stdout) throw new Error(stderr);
  return JSON.parse(stdout) as T;
}

describe('info', () => {
  it('shows the lines that its users know, then why and the timeline', async () => {
    const id = await submitted({ failures: 9, code: 'PERMANENT_VALIDATION' });
    await harness.tasks.wait(id, 60);
    const { code, stdout } = await cli(harness, ['info', id, '--utc']);
    const lines = stdout.split('\n');
    expect(lines.slice(0, 8)).toEqual([
      `Task ID: ${id}`,
      'Status: failed',
      'Progress: 0%',
      expect.stringMatching(new RegExp(`^Created: ${TIME}$`)),
      expect.stringMatching(new RegExp(`^Last Updated: ${TIME}$`)),
      'Error: PERMANENT_VALIDATION: probe failed in attempt 1',
      '',
      'Files:',
    ]);
    expect(stdout).toContain('Why: PERMANENT_VALIDATION: probe failed in attempt 1');
    expect(lines.filter((line) => / Attempt 1 failed: PERMANENT_VALIDATION/.test(line))).toHaveLength(1);
    expect(code).toBe(0);
  });

  it('names the files of input and result, with their sizes', async () => {
    const tasks = tasksOf(harness, [fileContract]);
    const { hash } = await harness.artifacts.put(Buffer.alloc(2048));
    const input = { text: 'x'.repeat(1536), name: 'letter.txt', mediaType: hash };
    const { task } = await tasks.submit({ type: 'test.file', input });
    await tasks.wait(task.id, 60);
    const { stdout } = await cli(harness, ['info', task.id]);
    expect(stdout).toContain(`\nFiles:\n  input/${hash} (2.0 KB)\n  file/letter.txt (1.5 KB)\n\n`);
  });

  it('of an unknown task says so, with exit code 1', async () => {
    expect(await cli(harness, ['info', 'test.probe:nobody'])).toEqual({
      code: 1,
      stdout: '',
      stderr: 'Task test.probe:nobody not found\n',
    });
  });

  it('shows the times of the zone, or UTC', async () => {
    const id = await submitted();
    await harness.tasks.wait(id, 60);
    const of = async (...more: string[]) =>
      /^Created: (.*)$/m.exec((await cli(harness, ['info', id, ...more], { env: { TZ: 'Asia/Kolkata' } })).stdout)?.[1];
    const [local = '', utc = ''] = await Promise.all([of(), of('--utc')]);
    expect(Date.parse(`${local}Z`) - Date.parse(`${utc}Z`)).toBe(5.5 * 3600_000);
  });

  it('does not take a read that fails for an end', async () => {
    const id = await running();
    const env = { TEMPORAL_ADDRESS: '127.0.0.1:1', HOLDFAST_TEMPORAL_DEADLINE: '1' };
    const { code, stdout, stderr } = await cli(harness, ['info', id], { env });
    expect([code, stdout, stderr]).toEqual([3, '', expect.stringContaining('Temporal cannot be reached')]);
    expect(await json('info', id)).toMatchObject({ task: { state: 'running' } });
  });
});

describe('stuck tasks', () => {
  it('without any, both commands say so', async () => {
    const [found, reset] = await Promise.all([cli(harness, ['find-stuck']), cli(harness, ['reset-stuck'])]);
    expect([found.code, found.stdout]).toEqual([0, 'No stuck tasks found\n']);
    expect([reset.code, reset.stdout]).toEqual([0, 'No stuck tasks were found to reset\n']);
  });

  it('a stuck task is found although it is read all the time, and reset with the known message', async () => {
    const id = await running();
    // Reading it is no sign of life of the task.
    const found = await until('it is found', async () => {
      await cli(harness, ['info', id]);
      const { stdout } = await cli(harness, ['find-stuck', '--max-time', '3']);
      return stdout.includes(id) ? stdout : undefined;
    });
    expect(found).toMatch(/^Found \d+ stuck task\(s\):\n/);
    // When its attempt began, and beside that, under another name, when it last gave a sign.
    const lines = new RegExp(`^ {2}${id} \\(last updated: (${TIME})\\)\n {6}last life sign: (${TIME})$`, 'm').exec(
      found,
    );
    expect(lines?.[1]?.localeCompare(lines[2] ?? '')).toBe(-1);
    expect((await cli(harness, ['reset-stuck', '--max-time', '3'])).stdout).toMatch(/^Reset \d+ stuck task\(s\)\n$/);
    expect(await harness.tasks.wait(id, 60)).toMatchObject({
      state: 'failed',
      failure: { code: 'TASK_TIMED_OUT', message: 'Task timed out after 3 seconds' },
    });
    expect((await cli(harness, ['info', id])).stdout).toContain(
      'Error: TASK_TIMED_OUT: Task timed out after 3 seconds',
    );
  });

  it('a task that no worker has taken is found and ended too, there and then', async () => {
    const id = await submitted({}, { policy: { queue: 'nobody-serves-this' } });
    await until('it is found', async () => {
      const { tasks } = await json<{ tasks: TaskView[] }>('find-stuck', '--max-time', '1');
      return tasks.some((task) => task.id === id);
    });
    await cli(harness, ['reset-stuck', '--max-time', '1']);
    expect(await harness.tasks.read(id)).toMatchObject({
      state: 'failed',
      failure: { code: 'TASK_TIMED_OUT', message: 'Task timed out after 1 seconds' },
    });
  });

  it('a task that no worker saw is queued, with its cause, and runs as soon as one comes', async () => {
    const queue = 'served-later';
    const id = await submitted({}, { policy: { queue } });
    await until('it is listed', async () => (await cli(harness, ['list', '--status', 'queued'])).stdout.includes(id));
    expect((await cli(harness, ['why', id])).stdout).toContain(`No worker serves queue ${queue}`);
    const stop = await harness.startWorkers({ queues: [queue] });
    expect((await cli(harness, ['wait', id])).code).toBe(0);
    await stop();
  });

  it('what waits for its time, for a person or for the end of a pause is none of them', async () => {
    const scheduled = await submitted({}, { runAt: new Date(Date.now() + 3600_000) });
    const parked = (await harness.tasks.submit({ type: 'test.parked', input: { failures: 1 } })).task.id;
    const paused = await submitted({ failures: 1, retryAfter: 3600 });
    await harness.reaches(paused, 'retrying');
    await harness.tasks.act(paused, 'pause');
    await harness.reaches(parked, 'dead-lettered');
    // One that is stuck, and younger than the others: those would be found beside it.
    const control = await submitted({}, { policy: { queue: 'nobody-serves-this-either' } });
    const ids = await until('the stuck one is found', async () => {
      const { tasks } = await json<{ tasks: TaskView[] }>('find-stuck', '--max-time', '0');
      const found = tasks.map(({ id }) => id);
      return found.includes(control) ? found : undefined;
    });
    expect(ids.filter((id) => [scheduled, parked, paused].includes(id))).toEqual([]);
  });
});

describe('update', () => {
  it('--status completed records the result, and every reader sees it', async () => {
    const id = await running();
    const { code, stdout } = await cli(harness, [
      ...['update', id, '--status', 'completed'],
      ...['--result', '{"value":"by hand","attempt":0}'],
    ]);
    expect(stdout).toBe(`Task ${id} updated successfully:\n  Status: completed\n  Progress: 100%\n`);
    expect(code).toBe(0);
    expect((await cli(harness, ['info', id])).stdout).toContain('Status: completed');
    expect(await harness.tasks.read(id)).toMatchObject({ state: 'completed', result: { value: 'by hand' } });
  });

  it('--status failed takes the error as the reason', async () => {
    const id = await running();
    const { stdout } = await cli(harness, ['update', id, '--status', 'failed', '--error', 'wrong picture']);
    expect(stdout).toBe(`Task ${id} updated successfully:\n  Status: failed\n  Progress: 0%\n  Error: wrong picture\n`);
    expect(await harness.tasks.read(id)).toMatchObject({ state: 'failed', failure: { message: 'wrong picture' } });
  });

  it('--status queued runs a failed task again', async () => {
    const id = await submitted({ failures: 1, code: 'PERMANENT_VALIDATION' });
    const { runId } = await harness.tasks.wait(id, 60);
    const { code } = await cli(harness, ['update', id, '--status', 'queued']);
    expect(code).toBe(0);
    expect((await harness.tasks.wait(id, 60)).runId).not.toBe(runId);
  });

  it.each([
    [['--status', 'processing'], 2, /cannot be made processing/],
    [['--status', 'completed', '--progress', '50', '--result', '{}'], 2, /A progress cannot be set/],
    [['--status', 'completed'], 2, /none could be found.*Give it with --result/],
    [['--status', 'done'], 2, /Allowed choices are queued, processing, completed, failed/],
    [[], 2, /--status/],
  ])('refuses %j and says why', async (options, expected, words) => {
    const id = await submitted();
    const before = await harness.tasks.wait(id, 60);
    const { code, stderr } = await cli(harness, ['update', id, ...options]);
    expect([code, stderr]).toEqual([expected, expect.stringMatching(words)]);
    expect(await harness.tasks.read(id)).toEqual(before);
  });

  it('refuses a task that there is not, and makes none', async () => {
    const { code, stderr } = await cli(harness, ['update', 'test.probe:nobody', '--status', 'failed']);
    expect([code, stderr]).toEqual([1, 'Task test.probe:nobody not found\n']);
    await expect(harness.tasks.read('test.probe:nobody')).rejects.toMatchObject({ code: 'task-not-found' });
  });

  it('refuses what the state does not allow, with exit code 1', async () => {
    const id = await submitted();
    await harness.tasks.wait(id, 60);
    const { code, stderr } = await cli(harness, ['update', id, '--status', 'failed', '--error', 'too late']);
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^Error updating task: The task has ended as completed/)]);
  });
});

it('without a command shows the help, with exit code 1', async () => {
  const { code, stderr } = await cli(harness, []);
  expect([code, stderr]).toEqual([1, expect.stringContaining('Usage: holdfast')]);
});

describe('submit and wait', () => {
  it('submits from standard input, waits, and prints the result alone', async () => {
    const ended = await cli(harness, ['submit', 'test.probe', '--input', '-', '--wait'], { input: '{"value":7}' });
    expect([ended.code, JSON.parse(ended.stdout)]).toEqual([0, { value: 7, attempt: 1 }]);
  });

  it('answers an equal key with the same task', async () => {
    const submit = () => cli(harness, ['submit', 'test.probe', '--input', '{}', '--key', 'cli-1']);
    const [first, second] = [await submit(), await submit()];
    expect(second.stdout).toBe(first.stdout);
    expect(second.stderr).toContain('has its task already');
  });

  it.each([
    [['--input', '{"nonsense":1}'], /not a valid test.probe input/],
    [['--input', '{nonsense}'], /is not JSON/],
    [['--input', 'no-such-file.json'], /no such file/],
    [['--input', '{}', '--at', 'soon'], /expected ISO 8601/],
  ])('refuses %j with exit code 2', async (options, words) => {
    const { code, stderr, stdout } = await cli(harness, ['submit', 'test.probe', ...options]);
    expect([code, stdout, stderr]).toEqual([2, '', expect.stringMatching(words)]);
  });

  it("reports a task's end by its exit code", async () => {
    const [failed, open] = [await submitted({ failures: 9, code: 'PERMANENT_VALIDATION' }), await running()];
    const [bad, none] = await Promise.all([
      cli(harness, ['wait', failed]),
      cli(harness, ['wait', open, '--timeout', '0']),
    ]);
    expect([bad.code, bad.stderr]).toEqual([4, expect.stringContaining('PERMANENT_VALIDATION')]);
    expect([none.code, none.stderr]).toEqual([5, expect.stringContaining('is running')]);
  });
});

it('logs --follow prints each line once, and ends with the task', async () => {
  const id = await submitted({ lines: ['one', 'two'], progress: [50] });
  const child = startCli(harness, ['logs', id, '--follow', '--json']);
  let text = '';
  child.stdout.on('data', (more) => (text += more));
  await until('it has ended', () => child.exitCode !== null);
  const messages = text
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { message: string }).message);
  expect(messages.filter((message) => message === 'one' || message === 'two')).toEqual(['one', 'two']);
  expect(child.exitCode).toBe(0);
});
