import { BULK_ACTIONS } from '../../src/protocol/bulk';
import { Harness, readLedger } from '../support/harness';
import { cli, startCli } from '../support/processes/cli';
import { until } from '../support/until';

interface Report {
  matched: number;
  done: number;
  movedOn: number;
  refused: number;
  tasks: { id: string; outcome: string; detail?: string }[];
}

let harness: Harness;
let stopWorkers: () => Promise<void>;

beforeAll(async () => {
  harness = await Harness.start();
  stopWorkers = await harness.startWorkers();
});
afterAll(() => harness.close());

/** Dead letters with a tag of their own, in every list. */
async function parked(tag: string, count: number, input: object = { failures: 1 }): Promise<string[]> {
  const submissions = Array.from({ length: count }, () => ({ type: 'test.parked', input, tags: [tag] }));
  const ids = (await harness.tasks.submitAll(submissions)).map((one) => ('task' in one ? one.task.id : ''));
  for (const id of ids) await harness.reaches(id, 'dead-lettered');
  await until('all are listed', async () => {
    const { tasks } = await harness.tasks.list({ filter: { tag, state: ['dead-lettered'] }, limit: 200 });
    return tasks.length === count;
  });
  return ids;
}

async function report(...args: string[]): Promise<Report> {
  const { stdout, stderr } = await cli(harness, [...args, '--json']);
  if (!stdout) throw new Error(stderr);
  return JSON.parse(stdout) as Report;
}

async function states(ids: readonly string[]): Promise<string[]> {
  return Promise.all(ids.map(async (id) => (await harness.tasks.read(id)).state));
}

describe('an operator', () => {
  it('runs a task again with a corrected input, and stands in its timeline', async () => {
    const [id = ''] = await parked('corrected', 1);
    const args = ['--input', '{"value":"right"}', '--reason', 'typo', '--by', 'ann'];
    expect(await cli(harness, ['retry', id, ...args])).toMatchObject({ code: 0, stdout: `${id}: retry sent\n` });
    expect(await harness.tasks.wait(id, 60)).toMatchObject({ state: 'completed', result: { value: 'right' } });
    const entry = (await harness.tasks.timeline(id)).find(({ event }) => event === 'operator-retry');
    expect(entry).toMatchObject({ by: 'ann', reason: 'typo' });
  });

  it('gives a result, gives up, fails and cancels', async () => {
    const [resolved = '', abandoned = '', failed = '', cancelled = ''] = await parked('ended', 4);
    await Promise.all([
      cli(harness, ['resolve', resolved, '--result', '{"value":1,"attempt":0}']),
      cli(harness, ['abandon', abandoned, '--reason', 'never mind']),
      cli(harness, ['fail', failed, '--reason', 'wrong']),
      cli(harness, ['cancel', cancelled]),
    ]);
    await until('all have ended', async () =>
      (await states([resolved, abandoned, failed, cancelled])).every((state) => state !== 'dead-lettered'),
    );
    expect(await states([resolved, abandoned, failed, cancelled])).toEqual([
      ...['completed', 'failed', 'failed', 'cancelled'],
    ]);
  });

  it('pauses and resumes', async () => {
    const { task } = await harness.tasks.submit({ type: 'test.probe', input: { failures: 1, retryAfter: 3600 } });
    await harness.reaches(task.id, 'retrying');
    await cli(harness, ['pause', task.id]);
    await harness.reaches(task.id, 'paused');
    await cli(harness, ['resume', task.id]);
    expect(await harness.tasks.wait(task.id, 60)).toMatchObject({ state: 'completed' });
  });

  it('names each task that could not be, with exit code 1, and the others are done all the same', async () => {
    const [id = ''] = await parked('partly', 1);
    const { code, stdout, stderr } = await cli(harness, ['retry', id, 'test.probe:nobody', '--yes']);
    expect([code, stderr]).toEqual([1, 'test.probe:nobody: Task test.probe:nobody not found\n']);
    expect(stdout).toBe(`${id}: retry sent\nSent retry to 1 of 2; 0 had moved on, 1 refused, 0 failed.\n`);
  });
});

describe('many tasks', () => {
  it('are counted and named by a dry run, and nothing is done', async () => {
    const ids = await parked('dry', 3);
    const { code, stdout } = await cli(harness, ['retry', '--filter', 'tag=dry', '--dry-run']);
    expect(stdout.split('\n')[0]).toBe('Would retry 3 task(s) (3 test.parked):');
    expect(ids.every((id) => stdout.includes(id))).toBe(true);
    expect([code, await states(ids)]).toEqual([0, ['dead-lettered', 'dead-lettered', 'dead-lettered']]);
  });

  it('are not touched where nobody can confirm it', async () => {
    const ids = await parked('unasked', 2);
    const { code, stderr } = await cli(harness, ['cancel', '--filter', 'tag=unasked']);
    expect([code, stderr]).toEqual([2, expect.stringMatching(/cancel 2 task\(s\).*add --yes/)]);
    expect(await states(ids)).toEqual(['dead-lettered', 'dead-lettered']);
  });

  it('are sent at a limited rate, each once', async () => {
    const ledger = harness.file();
    const ids = await parked('all', 6, { failures: 1, ledger });
    const begin = Date.now();
    expect(
      await report('retry', '--filter', 'tag=all', '--filter', 'type=test.parked', '--yes', '--rate', '5'),
    ).toMatchObject({
      ...{ matched: 6, done: 6, movedOn: 0, refused: 0 },
    });
    // Six tasks at five a second take at least a second.
    expect(Date.now() - begin).toBeGreaterThanOrEqual(1000);
    for (const id of ids) expect(await harness.tasks.wait(id, 60)).toMatchObject({ state: 'completed' });
    expect(readLedger(ledger).done).toBe(6);
  });

  it('that have moved on since they were found are left alone', async () => {
    const [first = '', second = ''] = await parked('moving', 2);
    // The second has its turn ten seconds after the first: time enough to see the first one act.
    const child = startCli(harness, ['abandon', first, second, '--reason', 'x', '--yes', '--rate', '0.1', '--json']);
    let text = '';
    child.stdout.on('data', (more) => (text += more));
    await harness.reaches(first, 'failed');
    await harness.tasks.act(second, 'retry', { by: 'somebody else' });
    expect(await harness.tasks.wait(second, 60)).toMatchObject({ state: 'completed' });
    await until('it has ended', () => child.exitCode !== null);
    const { tasks } = JSON.parse(text) as Report;
    expect(tasks.map(({ id, outcome }) => [id, outcome])).toEqual([
      [first, 'done'],
      [second, 'moved-on'],
    ]);
    expect(await harness.tasks.read(second)).toMatchObject({ state: 'completed' });
  });

  it('are left as they are from Ctrl-C on, and their number is printed', async () => {
    const [first = '', second = ''] = await parked('interrupted', 2);
    const child = startCli(harness, ['abandon', first, second, '--reason', 'x', '--yes', '--rate', '0.1']);
    let errors = '';
    child.stderr.on('data', (more) => (errors += more));
    await harness.reaches(first, 'failed');
    child.kill('SIGINT');
    await until('it has ended', () => child.exitCode !== null);
    expect([child.exitCode, errors]).toEqual([130, 'Interrupted: 1 task(s) were not reached.\n']);
    expect(await states([second])).toEqual(['dead-lettered']);
  });
});

it.each([
  [['retry'], /Name tasks by ID, or choose them with --filter/],
  [['retry', 'a', '--filter', 'type=b'], /not both/],
  [['retry', '--filter', 'colour=red'], /names are status, type, tenant/],
  [['retry', '--filter', 'created-before=soon'], /Not a time/],
  [['retry', 'a', '--rate', '0'], /Not a number from 0.1 to 500/],
  [['abandon', 'a'], /--reason/],
  [['resolve', 'a'], /--result/],
])('refuses %j with exit code 2 and says why', async (args, words) => {
  const { code, stderr, stdout } = await cli(harness, args);
  expect([code, stdout, stderr]).toEqual([2, '', expect.stringMatching(words)]);
});

it.each(BULK_ACTIONS)('%s --help has examples', async (action) => {
  const { code, stdout } = await cli(harness, [action, '--help']);
  expect([code, stdout]).toEqual([0, expect.stringContaining(`Examples:\n  holdfast ${action} `)]);
});

it('messages are kept while no worker runs, and take effect with the next one', async () => {
  const [id = ''] = await parked('no-worker', 1);
  await stopWorkers();
  expect((await cli(harness, ['retry', '--filter', 'tag=no-worker', '--yes'])).code).toBe(0);
  expect((await harness.tasks.read(id)).state).toBe('dead-lettered');
  await harness.startWorkers();
  expect(await harness.tasks.wait(id, 60)).toMatchObject({ state: 'completed' });
});

it('a task that runs, or has completed, is not run again, and the refusal says that it is not in pending state', async () => {
  const ledger = harness.file();
  const waitFor = harness.file();
  const { id } = (await harness.tasks.submit({ type: 'test.probe', input: { ledger, waitFor } })).task;
  await harness.reaches(id, 'running');
  const refused = { code: 'state-conflict', message: expect.stringContaining(`Task ${id} is not in pending state`) };
  await expect(harness.tasks.act(id, 'retry')).rejects.toMatchObject(refused);
  await harness.touch(waitFor);
  await harness.reaches(id, 'completed');
  await expect(harness.tasks.act(id, 'retry')).rejects.toMatchObject(refused);
  expect(readLedger(ledger).begun).toHaveLength(1);
});
