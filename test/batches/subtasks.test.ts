import { z } from 'zod';
import type { Handler } from '../../src/activities/attempt/handler';
import { rehearse } from '../../src/activities/rehearse/rehearse';
import { LocalArtifactStore } from '../../src/artifacts/local/local-store';
import { timeOfRun } from '../../src/client/schedules/scheduled-run';
import type { KeyedSubmission } from '../../src/client/submit/prepare';
import type { TaskClient } from '../../src/client/task-client';
import type { TaskState } from '../../src/protocol/task';
import { type Contract, defineContract } from '../../src/tasks/contract';
import { effectKey, newTaskId, payloadHash, taskIdForKey } from '../../src/tasks/keys';
import { Harness, readLedger } from '../support/harness';
import { probeContracts, probeHandlers } from '../support/probe-tasks';
import { tasksOf } from '../support/tasks-of';
import { until } from '../support/until';

/** What a parent does: submits probes and waits for them, and fails as often as its input says. */
const parent = defineContract({
  type: 'test.parent',
  summary: 'Hands its work over to tasks of their own.',
  category: 'default',
  input: z.strictObject({
    children: z.array(z.record(z.string(), z.unknown())),
    waits: z.boolean().default(true),
    patience: z.number().optional(),
    failures: z.number().default(0),
  }),
  output: z.unknown(),
  policy: { firstDelay: 0.2, cap: 0.5, heartbeatTimeout: 3 },
  example: { children: [] },
});
const inlineParent = defineContract({ ...parent, type: 'test.inline-parent', inline: true });

interface Seen {
  scheduledFor: string | undefined;
  attempt: number;
  ids: string[];
  ends: { id: string; state: TaskState; result: unknown }[];
}

/** The tasks that each run of a parent's handler was given, by the parent's ID. */
const given = new Map<string, string[][]>();
const runsOf = (id: string) => given.get(id) ?? [];

const handOver: Handler<typeof parent> = async (input, context) => {
  const { taskId, attempt, scheduledFor } = context;
  const ids = (await context.submit(input.children as unknown as KeyedSubmission[])).map(({ id }) => id);
  given.set(taskId, [...runsOf(taskId), ids]);
  if (attempt <= input.failures) throw Object.assign(new Error('it failed'), { code: 'ECONNRESET' });
  const ends = input.waits ? await context.awaitEnds(ids, input.patience) : [];
  return {
    scheduledFor: scheduledFor?.toISOString(),
    attempt,
    ids,
    ends: ends.map(({ id, state, result }) => ({ id, state, result })),
  } satisfies Seen;
};

const contracts: Contract[] = [parent, inlineParent, ...probeContracts];
const handlers = {
  ...probeHandlers,
  [parent.type]: handOver as unknown as Handler,
  [inlineParent.type]: handOver as unknown as Handler,
};

let harness: Harness;
let tasks: TaskClient;
let names = 0;

beforeAll(async () => {
  harness = await Harness.start();
  tasks = tasksOf(harness, contracts);
  await harness.startWorkers({ contracts, handlers, categories: { critical: { priority: 4 } } });
});
afterAll(() => harness.close());

/** A probe of its own key. */
function child(input: object = {}, more: Partial<KeyedSubmission> = {}): KeyedSubmission {
  return { type: 'test.probe', key: `child-${++names}`, input, ...more };
}

async function submit(children: KeyedSubmission[], more: object = {}, policy: object = {}): Promise<string> {
  return (await tasks.submit({ type: parent.type, input: { children, ...more }, policy })).task.id;
}

async function completed(id: string): Promise<Seen> {
  const { state, result, failure } = await tasks.wait(id, 120);
  expect({ state, failure }).toEqual({ state: 'completed', failure: undefined });
  return result as Seen;
}

interface Waiting {
  id: string;
  /** Its children, each of which waits for its file. */
  children: { id: string; waitFor: string; ledger: string }[];
}

/** A parent that has stepped back for its two children. */
async function waitingParent(): Promise<Waiting> {
  const files = [1, 2].map(() => ({ waitFor: harness.file(), ledger: harness.file() }));
  const id = await submit(files.map((input) => child(input)));
  await harness.reaches(id, 'retrying');
  const [ids = []] = runsOf(id);
  return { id, children: files.map((file, index) => ({ ...file, id: ids[index] ?? '' })) };
}

/** Sees the parent's handler run again. */
async function untilAnotherRun(id: string): Promise<void> {
  const before = runsOf(id).length;
  await until('its handler runs again', () => runsOf(id).length > before);
}

describe('work in tasks of their own', () => {
  it('is done by five tasks of a queue with one place, which their parent needs too', async () => {
    await harness.startWorkers({ contracts, handlers, queues: ['one-place'], concurrency: 1 });
    const policy = { queue: 'one-place' };
    const children = Array.from({ length: 5 }, (_, value) => child({ value }, { policy }));
    const { ends, attempt } = await completed(await submit(children, {}, policy));
    expect(ends.map(({ state, result }) => [state, (result as { value: number }).value])).toEqual(
      [0, 1, 2, 3, 4].map((value) => ['completed', value]),
    );
    expect(attempt).toBe(1);
  });

  it('is listed in the order of its submissions, and found by a tag that names the parent', async () => {
    const first = harness.file();
    const children = [child({ waitFor: first, value: 'first' }), child({ value: 'second' })];
    const id = await submit(children, {});
    await until('the second has ended', async () => {
      const [, second] = runsOf(id)[0] ?? [];
      return second !== undefined && (await tasks.read(second)).state === 'completed';
    });
    await harness.touch(first);
    const { ids, ends } = await completed(id);
    expect(ids).toEqual(children.map(({ type, key }) => taskIdForKey(type, undefined, key)));
    expect(ends.map(({ id: one, result }) => [one, result])).toEqual([
      [ids[0], { value: 'first', attempt: 1 }],
      [ids[1], { value: 'second', attempt: 1 }],
    ]);
    expect((await tasks.read(ids[0] ?? '')).tags).toEqual([`parent:${id}`]);
  });

  it("belongs to its parent's tenant unless it names one, so that equal keys of two tenants are two tasks", async () => {
    const children = [child(), child({}, { tenant: 'initech' })];
    const seen: (string | undefined)[][] = [];
    const ids = new Set<string>();
    for (const tenant of ['acme', 'globex', undefined]) {
      const order = { type: parent.type, input: { children }, ...(tenant !== undefined && { tenant }) };
      const { ends } = await completed((await tasks.submit(order)).task.id);
      for (const { id } of ends) ids.add(id);
      seen.push(await Promise.all(ends.map(async ({ id }) => (await tasks.read(id)).tenant)));
    }
    expect(seen).toEqual([
      ['acme', 'initech'],
      ['globex', 'initech'],
      [undefined, 'initech'],
    ]);
    expect(ids.size).toBe(4);
  });

  it("has the policy of the settings' categories", async () => {
    const { ids } = await completed(await submit([child({}, { type: 'test.critical' })], { waits: false }));
    expect((await tasks.read(ids[0] ?? '')).policy).toMatchObject({ category: 'critical', priority: 4 });
  });
});

describe('a task that waits for its tasks', () => {
  it('says for which, and uses up no attempt; a child that was cancelled is not made again', async () => {
    const { id, children } = await waitingParent();
    const [one, other] = children as [Waiting['children'][0], Waiting['children'][0]];
    const { why, evidence } = await until('it has stepped back', async () => {
      const report = await tasks.why(id);
      return report.state === 'retrying' && report.why.cause === 'waits-for-next-attempt' ? report : undefined;
    });
    expect(why.message).toMatch(`2 of 2 of its tasks are open: ${one.id}, ${other.id}; it looks again `);
    expect([why.command, evidence]).toMatchObject([`holdfast why ${one.id}`, { openTasks: 2, awaitedTasks: 2 }]);

    // Its key is free from now on.
    await tasks.act(one.id, 'cancel');
    await harness.reaches(one.id, 'cancelled');
    await untilAnotherRun(id);
    await harness.touch(other.waitFor);
    const { ends, attempt } = await completed(id);
    expect([attempt, ends]).toMatchObject([1, [{ state: 'cancelled' }, { state: 'completed' }]]);
    expect(new Set(runsOf(id).map(String))).toEqual(new Set([`${one.id},${other.id}`]));
    expect(children.map(({ ledger }) => readLedger(ledger).begun.length)).toEqual([1, 1]);
  });

  it('ends at once when it is cancelled, and its tasks live on', async () => {
    const { id, children } = await waitingParent();
    await tasks.act(id, 'cancel');
    await harness.reaches(id, 'cancelled');
    for (const { id: one, waitFor } of children) {
      await harness.reaches(one, 'running');
      await harness.touch(waitFor);
    }
  });

  it('goes on with them as they are when its patience is over', async () => {
    const waitFor = harness.file();
    const id = await submit([child({ waitFor }), child()], { patience: 6 });
    const { ends } = await completed(id);
    expect(ends.map(({ state }) => state)).toEqual(['running', 'completed']);
    expect(runsOf(id).length).toBeGreaterThan(1);
    await harness.touch(waitFor);
  });

  it('does not wait for one that is parked', async () => {
    const { ends } = await completed(await submit([child({ failures: 9 }, { type: 'test.parked' })]));
    expect(ends).toMatchObject([{ state: 'dead-lettered' }]);
  });

  it('cannot be inline, and the refusal says so', async () => {
    const { task } = await tasks.submit({ type: inlineParent.type, input: { children: [] } });
    const { failure } = await harness.reaches(task.id, 'failed');
    expect(failure).toMatchObject({ code: 'PERMANENT_LOGIC', message: expect.stringContaining('inline task cannot') });
  });
});

describe('a repeated attempt', () => {
  it('finds the tasks that a failed one has submitted', async () => {
    const ledger = harness.file();
    const id = await submit([child({ ledger })], { failures: 1 });
    expect(await completed(id)).toMatchObject({ attempt: 2, ends: [{ state: 'completed' }] });
    expect([new Set(runsOf(id).map(String)).size, readLedger(ledger).begun.length]).toEqual([1, 1]);
  });

  it('finds one that was made just before an attempt was lost, also when its key is free since', async () => {
    const [waitFor, ledger] = [harness.file(), harness.file()];
    const order = child({ waitFor, ledger });
    const childId = taskIdForKey(order.type, undefined, order.key);
    const store = new ForgetfulStore(harness.artifacts.folder);
    store.onSecondEntry = async () => {
      await until('the child runs', () => readLedger(ledger).begun.length > 0);
      await tasks.act(childId, 'cancel');
      await harness.reaches(childId, 'cancelled');
    };
    await harness.startWorkers({ contracts, handlers, queues: ['forgetful'], artifacts: store });
    const id = await submit([order], {}, { queue: 'forgetful' });
    expect(await completed(id)).toMatchObject({ attempt: 2, ends: [{ id: childId, state: 'cancelled' }] });
    expect(readLedger(ledger).begun.length).toBe(1);
  });

  it("finds those that an earlier release has submitted as nobody's, although the parent has a tenant", async () => {
    const order = child();
    const before = (await tasks.submit(order)).task.id;
    const policy = { queue: 'upgraded' };
    const { task } = await tasks.submit({ type: parent.type, input: { children: [order] }, tenant: 'acme', policy });
    const journal = effectKey(task.id, task.generation ?? '', 'subtasks');
    const begun = [{ id: before, hash: payloadHash(order.type, order.input) }];
    await harness.artifacts.appendJournal(journal, { at: new Date().toISOString(), begun });
    await harness.artifacts.appendJournal(journal, { made: [before] });
    await harness.startWorkers({ contracts, handlers, queues: ['upgraded'] });
    expect((await completed(task.id)).ids).toEqual([before]);
  });
});

/** Loses the note that tasks were made, once. */
class ForgetfulStore extends LocalArtifactStore {
  onSecondEntry: () => Promise<void> = async () => undefined;
  private entriesBegun = 0;

  override async appendJournal(name: string, entry: unknown): Promise<void> {
    this.entriesBegun++;
    if (this.entriesBegun !== 2) return super.appendJournal(name, entry);
    await this.onSecondEntry();
    throw Object.assign(new Error('the disk is away'), { code: 'EIO' });
  }
}

describe('a submission that is refused', () => {
  it.each<[string, () => Promise<KeyedSubmission>, string]>([
    ['of no type', async () => child({}, { type: 'test.none' }), 'There is no task type'],
    ['with another payload for a key', takenKey, 'with another payload'],
  ])('fails the task, and is named: %s', async (_, make, reason) => {
    const refused = await make();
    const id = await submit([child(), refused]);
    const { failure } = await harness.reaches(id, 'failed');
    expect(failure?.code).toBe('PERMANENT_VALIDATION');
    expect(failure?.message).toContain(`Submission 2 of 2 (${refused.type}, key ${refused.key}) was refused: `);
    expect(failure?.message).toContain(reason);
  });
});

async function takenKey(): Promise<KeyedSubmission> {
  const order = child({ value: 1 });
  await tasks.submit(order);
  return { ...order, input: { value: 2 } };
}

it('a rehearsal submits nothing', async () => {
  const order = child();
  const runAt = new Date(Date.now() + 3_600_000);
  const { task } = await tasks.submit({ type: parent.type, input: { children: [order] }, runAt });
  const { artifacts } = harness;
  const rehearsal = await rehearse(await tasks.input(task.id), {
    contract: parent,
    handler: handOver as unknown as Handler,
    artifacts,
  });
  expect(rehearsal).toMatchObject({ outcome: 'stopped-before-effect', before: 'tasks:test.probe' });
  expect(await tasks.find(order.type, order.key)).toBeUndefined();
});

it("a schedule's run knows the time that it is for, and no other task has one", async () => {
  const order = { id: 'nightly', type: parent.type, every: 365 * 86_400, input: { children: [] } };
  await tasks.schedules.create(order);
  const { taskId, scheduledFor } = await tasks.schedules.trigger(order.id);
  expect((await completed(taskId)).scheduledFor).toBe(scheduledFor);
  expect((await completed(await submit([]))).scheduledFor).toBeUndefined();
  const others = [newTaskId('test.probe'), taskIdForKey('test.probe', undefined, 'nightly@2026-01-01T00:00:00Z')];
  expect(others.map(timeOfRun)).toEqual([undefined, undefined]);
});
