import { Harness } from '../support/harness';
import { cli, startCli } from '../support/processes/cli';
import { until } from '../support/until';

let harness: Harness;

beforeAll(async () => {
  harness = await Harness.start();
  await harness.startWorkers();
});
afterAll(() => harness.close());

it('list says so when there is nothing to list', async () => {
  expect(await cli(harness, ['list'])).toMatchObject({
    code: 0,
    stdout: 'No tasks found matching the criteria\n',
    stderr: '',
  });
});

describe('with tasks', () => {
  let done: string;
  let open: string;

  beforeAll(async () => {
    const finished = await harness.tasks.submit({ type: 'test.probe', input: {} });
    done = finished.task.id;
    await harness.tasks.wait(done, 60);
    const waiting = await harness.tasks.submit({ type: 'test.parked', input: { failures: 1 } });
    open = waiting.task.id;
    await harness.reaches(open, 'dead-lettered');
    await until('both are listed', async () => (await harness.tasks.list()).tasks.length === 2);
  });

  it('list has the columns and the rule that its users know, the last change first', async () => {
    const { stdout, code } = await cli(harness, ['list', '--utc']);
    const [header, rule, ...rows] = stdout.trimEnd().split('\n');
    const width = Math.max(36, open.length);
    expect(header).toBe(`${'Task ID'.padEnd(width)} ${'Status'.padEnd(13)} Progress Last Updated`);
    expect(rule).toBe('-'.repeat(Math.max(80, width + 44)));
    expect(rows).toEqual([
      expect.stringMatching(new RegExp(`^${open} +dead-lettered +0% \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d$`)),
      expect.stringMatching(new RegExp(`^${done} +completed +100% \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d$`)),
    ]);
    expect(code).toBe(0);
  });

  it.each([
    ['processing', () => [open]],
    ['completed', () => [done]],
    ['queued', () => []],
    ['dead-lettered,completed', () => [open, done]],
  ])('list --status %s', async (status, expected) => {
    const { stdout } = await cli(harness, ['list', '--status', status, '--json']);
    const { tasks } = JSON.parse(stdout) as { tasks: { id: string }[] };
    expect(tasks.map(({ id }) => id)).toEqual(expected());
  });

  it('refuses a status that there is not, with exit code 2, and says which there are', async () => {
    const { code, stdout, stderr } = await cli(harness, ['list', '--status', 'stuck']);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('Allowed: scheduled, queued, running');
  });

  it('ends quietly when nobody reads on', async () => {
    const child = startCli(harness, ['list', '--watch']);
    let errors = '';
    child.stderr.on('data', (text) => (errors += text));
    child.stdout.once('data', () => child.stdout.destroy());
    await until('it has ended', () => child.exitCode !== null || child.signalCode !== null);
    expect([child.exitCode, errors]).toEqual([0, '']);
  });

  it('watches until Ctrl-C, which is exit code 130', async () => {
    const child = startCli(harness, ['list', '--watch']);
    let text = '';
    child.stdout.on('data', (more) => (text += more));
    await until('it has looked twice', () => text.split('Task ID').length > 2);
    child.kill('SIGINT');
    await until('it has ended', () => child.exitCode !== null);
    expect(child.exitCode).toBe(130);
  });
});

it('with Temporal away says so within its deadline, with exit code 3', async () => {
  const env = { TEMPORAL_ADDRESS: '127.0.0.1:1', HOLDFAST_TEMPORAL_DEADLINE: '1' };
  const { code, stderr } = await cli(harness, ['list'], { env });
  expect([code, stderr]).toEqual([
    3,
    'Error listing tasks: Temporal cannot be reached right now; try again.\nIt is looked for at 127.0.0.1:1; holdfast doctor looks for what is wrong.\n',
  ]);
});

it('list shows ten tasks, and check five samples, by default', async () => {
  const nobody = { type: 'test.once', input: {}, policy: { queue: 'nobody' }, tenant: 'many' };
  await harness.tasks.submitAll(Array.from({ length: 12 }, () => nobody));
  await until(
    'all are listed',
    async () => (await harness.tasks.list({ filter: { tenant: 'many' } })).tasks.length === 12,
  );
  const json = async (...args: string[]) => JSON.parse((await cli(harness, [...args, '--json'])).stdout);
  const [ten, eleven, five] = await Promise.all([
    json('list', '--tenant', 'many'),
    json('list', '--tenant', 'many', '--limit', '11'),
    json('check', '--hours', '0'),
  ]);
  expect([ten.tasks.length, eleven.tasks.length]).toEqual([10, 11]);
  expect(five.types.find(({ type }: { type: string }) => type === 'test.once').samples).toHaveLength(5);
});
