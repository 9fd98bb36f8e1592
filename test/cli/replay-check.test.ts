import { writeFile } from 'node:fs/promises';
import { readHistory } from '../../src/client/read/history';
import { Gateway } from '../../src/client/temporal/gateway';
import { MONITOR_QUEUE } from '../../src/protocol/task';
import { replayRuns } from '../../src/worker/replay-check/check';
import { Spread } from '../../src/worker/replay-check/choice';
import { reasonOf } from '../../src/worker/replay-check/reason';
import { BUNDLE } from '../support/bundle';
import { parkedTask } from '../support/dead-letters';
import { editedBundle } from '../support/faults/edited-bundle';
import { Harness } from '../support/harness';
import { cli } from '../support/processes/cli';
import { until } from '../support/until';

const HOUR_MS = 3600_000;
const BREAKER = 'smtp:mail.example.com';

let harness: Harness;
/** Open tasks, by what they are doing. */
const open: Record<string, string> = {};
/** Open workflows in all: those, a circuit breaker, and the memory of alerts. */
const ALL = 8;

interface Report {
  checked: number;
  skipped: number;
  broken: { id: string; runId: string; type: string; error: string }[];
}

beforeAll(async () => {
  harness = await Harness.start();
  const stopWorkers = await harness.startWorkers();
  const submit = async (name: string, more: object) => {
    const { task } = await harness.tasks.submit({ type: 'test.probe', input: {}, ...more });
    open[name] = task.id;
    return task.id;
  };
  const later = { runAt: new Date(Date.now() + HOUR_MS) };
  // A pause that comes before its first step is not shown before its time.
  const begun = (id: string) => until(`${id} has begun`, async () => (await lengthOf(id)) >= 5);
  await begun(await submit('waiting', later));
  await harness.reaches(await submit('between attempts', { input: { failures: 1, retryAfter: 600 } }), 'retrying');
  await harness.reaches(await submit('running', { input: { waitFor: harness.file() } }), 'running');
  await begun(await submit('paused', later));
  await harness.tasks.act(open.paused ?? '', 'pause');
  await harness.reaches(open.paused ?? '', 'paused');
  open.parked = (await parkedTask(harness)).id;
  await harness.tasks.breaker(BREAKER, 'open', { by: 'test' });
  await until('the breaker has opened', async () => (await harness.tasks.breaker(BREAKER)).state === 'open');
  // Of every workflow but this one and the queued task a worker has begun; nobody runs a monitor.
  await harness.tasks.alerts.report([]);
  await stopWorkers();
  await submit('queued', {});
  await until('all are listed', async () => (await harness.temporal.workflow.count()).count === ALL);
});
afterAll(() => harness.close());

async function check(...args: string[]): Promise<Report & { code: number | null }> {
  const { code, stdout, stderr } = await cli(harness, ['replay-check', '--json', ...args], { shipped: true });
  expect(stderr).toBe('');
  return { ...(JSON.parse(stdout) as Report), code };
}

/** The file of a build whose source says `to` instead of `from`. */
async function changed(from: string, to: string): Promise<string> {
  const file = harness.file();
  await writeFile(file, editedBundle(from, to));
  return file;
}

async function lengthOf(id: string): Promise<number> {
  return (await harness.temporal.workflow.getHandle(id).describe()).historyLength;
}

const gateway = () => new Gateway(harness.temporal, 10);

it('the same code breaks none, whatever they are doing: exit code 0', async () => {
  expect(await check()).toMatchObject({ code: 0, checked: ALL, skipped: 0, broken: [] });
});

it('lists what changed code would break, and nothing else: exit code 1; the tasks notice nothing', async () => {
  const ids = Object.values(open);
  const lengths = () => Promise.all(ids.map(lengthOf));
  const before = await lengths();
  const bundle = await changed("HANDLER_ACTIVITY = 'handler'", "HANDLER_ACTIVITY = 'work'");
  const { code, checked, broken } = await check('--bundle', bundle);
  expect([code, checked]).toEqual([1, ALL]);
  expect(broken.map(({ id }) => id).sort()).toEqual([open.running, open['between attempts'], open.parked].sort());
  for (const { error } of broken) {
    expect(error).toBe(
      "[TMPRL1100] Nondeterminism error: Activity id of scheduled event 'handler-1' does not match activity id of activity command 'work-1'",
    );
  }
  expect(await lengths()).toEqual(before);
});

it('says it in a table, one line each', async () => {
  const bundle = await changed('await (0, waiting_1.waitUntilDue)(life);', 'null.due();');
  const args = ['replay-check', '--bundle', bundle];
  const { code, stdout } = await cli(harness, args, { shipped: true });
  expect(code).toBe(1);
  expect(stdout).toMatch(new RegExp(`^${open.waiting} +\\S+ Cannot read properties of null`, 'm'));
  expect(stdout).toContain(`Replayed ${ALL} open workflows against ${bundle}: 6 would break.`);
});

it('sees tasks that no worker has begun, too', async () => {
  const bundle = await changed(
    'const states = new recorded_states_1.RecordedStates(start);',
    'const states = start.absent.field;',
  );
  const { code, broken } = await check('--bundle', bundle);
  expect(code).toBe(1);
  expect(broken.find(({ id }) => id === open.queued)?.error).toContain('Cannot read properties of undefined');
});

it("checks Holdfast's own workflows too", async () => {
  const publishes = '(0, workflow_1.upsertMemo)({ [breaker_1.BREAKER_MEMO]: desk.record });';
  const { broken } = await check('--bundle', await changed(publishes, ''));
  expect(broken.map(({ type }) => type)).toEqual(['circuitBreaker']);
});

it.each([
  [['--type', 'test.parked'], 1],
  [['--limit', '3'], 3],
  [['--sample', '1'], 4],
])('checks no more than was asked for: %j', async (args, count) => {
  expect((await check(...args)).checked).toBe(count);
});

it('skips what has ended or is gone since it was listed', async () => {
  const { task } = await harness.tasks.submit({ type: 'test.probe', input: {} });
  await harness.temporal.workflow.getHandle(task.id).terminate();
  async function* runs() {
    yield task;
    yield { ...task, id: 'test.probe:unknown' };
  }
  const report = await replayRuns(runs(), { gateway: gateway(), bundlePath: BUNDLE });
  expect(report).toMatchObject({ checked: 0, skipped: 2 });
});

it('reads histories of several pages whole', async () => {
  const { workflowId, firstExecutionRunId: runId } = await harness.temporal.workflow.start('test.probe', {
    taskQueue: MONITOR_QUEUE,
    workflowId: 'long',
  });
  const handle = harness.temporal.workflow.getHandle(workflowId);
  for (let sent = 0; sent < 300; sent += 50) {
    await Promise.all(Array.from({ length: 50 }, () => handle.signal('nothing')));
  }
  const events = await readHistory(gateway(), { id: workflowId, runId });
  await handle.terminate();
  expect(events?.map(({ eventId }) => Number(eventId))).toEqual(Array.from({ length: 302 }, (_, index) => index + 1));
});

it.each([
  ['there is not', 'nowhere.js', 'cannot be read: ENOENT'],
  ['is no workflow code', __filename, 'is no workflow code'],
])('refuses code that %s, with exit code 2', async (_, bundle, words) => {
  const { code, stdout, stderr } = await cli(harness, ['replay-check', '--bundle', bundle], { shipped: true });
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toContain(words);
});

describe('a sample', () => {
  it.each([
    [1, 1],
    [3, 10],
    [10, 10],
    [10, 1000],
    [7, 99],
  ])('of %d among %d has the newest and old ones', (size, count) => {
    const spread = new Spread<number>(size);
    for (let item = 0; item < count; item++) spread.offer(item);
    const picked = spread.picked();
    expect(picked).toHaveLength(size);
    expect(picked[0]).toBe(0);
    expect(new Set(picked).size).toBe(size);
    if (size > 1) expect(picked.at(-1)).toBeGreaterThanOrEqual(count / 2);
  });
});

it("puts the SDK's reason on one line", () => {
  const dump =
    'Replay failed. Details: Failed: Failure { failure: Some(Failure { message: "not \\"a\\"\\n but b\\u{e9}", source: "" }) }';
  expect(reasonOf(dump)).toBe('not "a" but bé');
  expect(reasonOf('Replay failed due to internal SDK issue. Code: FATAL, Details: gone')).toBe('gone');
});

it('is right: what it lists stands still with the new code, and goes on after a reset as docs/operations/replay-check.md has it', async () => {
  const id = open.parked ?? '';
  const bundlePath = await changed("HANDLER_ACTIVITY = 'handler'", "HANDLER_ACTIVITY = 'work'");
  const stopWorkers = await harness.startWorkers({ bundlePath });
  const { runId } = await harness.tasks.act(id, 'retry');
  const run = harness.temporal.workflow.getHandle(id, runId);
  await until('its code fails', async () => ((await run.describe()).raw.pendingWorkflowTask?.attempt ?? 0) > 1);
  const reset = ['workflow', 'reset', '--workflow-id', id, '--type', 'FirstWorkflowTask', '--reason', 'new code'];
  await harness.temporalCli(...reset);
  const task = await until('it is parked again', async () => {
    const now = await harness.tasks.read(id);
    return now.runId !== runId && now.state === 'dead-lettered' ? now : undefined;
  });
  expect(task.parking?.code).toBe('TRANSIENT_NETWORK');
  await stopWorkers();
});
