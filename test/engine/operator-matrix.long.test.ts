import type { OperatorAction } from '../../src/client/operators/operators';
import type { TaskView } from '../../src/client/read/view';
import { inParallel } from '../../src/parallel';
import { OPERATOR_ACTIONS } from '../../src/protocol/operator';
import { TASK_STATES, type TaskState } from '../../src/protocol/task';
import { Harness, readLedger } from '../support/harness';
import { startWorkerProcess } from '../support/processes/worker-process';
import { until } from '../support/until';
import { type Hands, type Prepared, prepare, QUEUES } from './operator-states';

/** What a message makes of a task. `none`: it is refused, and the task is left as it was. */
type Effect = 'none' | 'cancelled' | 'paused' | 'goes on' | 'runs again' | 'resolved' | 'given up';

const [NONE, ENDED] = ['none', 'none'] as const;
const open = (effect: Effect) => ({
  scheduled: effect,
  queued: effect,
  running: effect,
  retrying: effect,
  paused: effect,
  'dead-lettered': effect,
});
const ended = { completed: ENDED, failed: ENDED, cancelled: ENDED } as const;

/** The documentation's table, in other words: every message by every state. */
const TABLE: Record<OperatorAction, Record<TaskState, Effect>> = {
  cancel: { ...open('cancelled'), ...ended },
  pause: { ...open('paused'), paused: NONE, 'dead-lettered': NONE, ...ended },
  resume: { ...open(NONE), paused: 'goes on', running: 'goes on', ...ended },
  retry: {
    ...open(NONE),
    retrying: 'runs again',
    'dead-lettered': 'runs again',
    ...ended,
    failed: 'runs again',
    cancelled: 'runs again',
  },
  resolve: { ...open('resolved'), ...ended, failed: 'resolved' },
  fail: { ...open('given up'), ...ended },
  abandon: { ...open('given up'), ...ended },
};

const ENDS: readonly Effect[] = ['cancelled', 'resolved', 'given up'];
const BY_HAND = { value: 'by hand', attempt: 0 };
const CODES: Partial<Record<OperatorAction, string>> = { fail: 'FAILED_BY_OPERATOR', abandon: 'ABANDONED' };

interface Case {
  action: OperatorAction;
  state: TaskState;
  hands: Hands;
  name: string;
}

/** A longest wait for a worker makes a run of its own: what is sent before it, during it and after it is told apart. */
const WAITS_IN_A_RUN_OF_ITS_OWN: readonly TaskState[] = ['scheduled', 'queued'];
const AFTER_THAT_RUN: readonly TaskState[] = ['running', 'failed'];

const HANDS: Hands[] = [true, false].flatMap((worker) =>
  [false, true].map((maxQueueTime) => ({ worker, maxQueueTime })),
);

const CASES: Case[] = HANDS.flatMap((hands) =>
  TASK_STATES.filter((state) => isOfInterest(state, hands)).flatMap((state) =>
    OPERATOR_ACTIONS.map((action) => ({
      action,
      state,
      hands,
      name: `${action}, ${state}, ${hands.worker ? 'a worker' : 'no worker'}${hands.maxQueueTime ? ', maxQueueTime' : ''}`,
    })),
  ),
);

function isOfInterest(state: TaskState, { worker, maxQueueTime }: Hands): boolean {
  if (!maxQueueTime || WAITS_IN_A_RUN_OF_ITS_OWN.includes(state)) return true;
  return !worker && AFTER_THAT_RUN.includes(state);
}

let harness: Harness;
const prepared = new Map<Case, Prepared>();
/** The answer to each message, or the refusal. */
const answers = new Map<Case, unknown>();
/** What went otherwise than the table says; all cases are looked at together. */
const faults = new Map<Case, unknown>();

beforeAll(async () => {
  harness = await Harness.start();
  const killed = await startWorkerProcess(harness, { queue: QUEUES.killed, concurrency: 20 });
  await harness.startWorkers({ queues: [QUEUES.served], concurrency: 60, cachedTasks: 300 });
  await harness.startWorkers({ queues: [QUEUES.busy], concurrency: 1 });
  const stop = await harness.startWorkers({ queues: [QUEUES.left], concurrency: 60, cachedTasks: 300 });
  const input = { waitFor: harness.file() };
  const { task } = await harness.tasks.submit({ type: 'test.probe', input, policy: { queue: QUEUES.busy } });
  await harness.reaches(task.id, 'running');

  await forAll(CASES, async (one) => prepared.set(one, await prepare(harness, one.state, one.hands)));
  await stop();
  await killed.stop('SIGKILL');
  // First those whose attempt has lost its worker, which the server finds out before long.
  const lost = CASES.filter(({ state, hands }) => state === 'running' && !hands.worker);
  await forAll([...new Set([...lost, ...CASES])], async (one) => answers.set(one, await say(one)));
  // What waits shows before any worker comes, and is carried out once one does.
  await forAll(CASES, noteWhatWaits);
  await harness.startWorkers({ queues: [QUEUES.left, QUEUES.killed, QUEUES.never], concurrency: 60, cachedTasks: 300 });
  // Where the message ends the task its attempt goes on waiting: on a slow machine it could end before it is stopped.
  for (const [one, { waitFor }] of prepared)
    if (!ENDS.includes(TABLE[one.action][one.state])) await harness.touch(waitFor);
  await forAll(CASES, async (one) => faults.set(one, await faultOf(one)));
}, 300_000);
afterAll(() => harness.close());

/** A server of a small machine takes no hundreds of calls at once. */
const forAll = (cases: Case[], work: (one: Case) => Promise<unknown>) => inParallel(cases, 16, work);

function say({ action, ...one }: Case): Promise<unknown> {
  const { id, ledger } = preparedOf({ action, ...one });
  const message = {
    by: 'ann',
    ...(CODES[action] && { reason: 'told so' }),
    ...(action === 'resolve' && { result: BY_HAND }),
    ...(action === 'retry' && one.state === 'failed' && { input: { ledger } }),
  };
  return harness.tasks.act(id, action, message).catch((error: unknown) => error);
}

function preparedOf({ name }: Case): Prepared {
  const found = [...prepared].find(([one]) => one.name === name)?.[1];
  if (!found) throw new Error(`${name} was not prepared`);
  return found;
}

async function noteWhatWaits(one: Case): Promise<void> {
  const answer = answers.get(one) as { answer?: { outcome: string } };
  if (answer.answer?.outcome !== 'kept') return;
  const { id } = preparedOf(one);
  const [{ asked }, { why }] = await Promise.all([harness.tasks.read(id), harness.tasks.why(id)]);
  Object.assign(answer, { asked, why: why.message });
}

async function faultOf(one: Case): Promise<unknown> {
  try {
    const { id, seen } = preparedOf(one);
    const answer = answers.get(one);
    const effect = TABLE[one.action][one.state];
    if (effect === 'none') {
      expect(answer).toMatchObject({ code: 'state-conflict', extra: { taskId: id, state: one.state } });
    } else {
      const newRun = seen.endedAt !== undefined;
      const outcome = newRun ? 'done' : one.hands.worker ? expect.stringMatching('done|kept') : 'kept';
      expect(answer).toMatchObject({ id, answer: { outcome } });
    }
    await AFTER[effect](one, await harness.tasks.read(id));
    return undefined;
  } catch (error) {
    return error;
  }
}

describe.each(CASES)('$name:', (one) => {
  const effect = TABLE[one.action][one.state];

  it(
    effect === 'none' ? 'it is refused, and the task stays as it was' : `the answer says so, and the task is ${effect}`,
    () => {
      const fault = faults.get(one);
      if (fault) throw fault;
    },
  );
});

/** What truly happened afterwards, once there is a worker. */
const AFTER: Record<Effect, (one: Case, task: TaskView) => Promise<void>> = {
  none: async (one, task) => {
    const { seen } = preparedOf(one);
    expect(task.runId === seen.runId || one.hands.maxQueueTime).toBe(true);
    const states = {
      running: ['running', 'completed', 'retrying', 'queued'],
      queued: ['queued', 'running', 'completed'],
    };
    const [first, ...more] = (states as Record<string, TaskState[]>)[one.state] ?? [one.state];
    expect([first, ...more]).toContain(task.state);
  },
  cancelled: async (one) => {
    await harness.reaches(preparedOf(one).id, 'cancelled');
  },
  paused: async (one) => {
    const { id } = preparedOf(one);
    // A running attempt is let run: one that has a worker completes. One that has lost it is held, unless the server
    // knew of the loss before the message was sent.
    const lost = one.state === 'running' && !one.hands.worker;
    const state = one.state === 'running' && one.hands.worker ? 'completed' : 'paused';
    await harness.reaches(id, state, ...(lost ? (['completed'] as const) : []));
  },
  'goes on': async (one) => {
    await harness.reaches(preparedOf(one).id, 'completed');
  },
  'runs again': async (one) => {
    const { id, ledger, seen } = preparedOf(one);
    const before = one.state === 'cancelled' ? 0 : 1;
    if (one.state === 'cancelled') {
      // It was scheduled for later, and is not any more.
      expect((await harness.tasks.read(id)).runId).not.toBe(seen.runId);
    }
    await harness.reaches(id, 'completed');
    expect(readLedger(ledger)).toMatchObject({ begun: { length: before + 1 }, done: 1 });
  },
  resolved: async (one) => {
    const { id, ledger } = preparedOf(one);
    const task = await harness.reaches(id, 'completed');
    expect(task).toMatchObject({ result: BY_HAND, resolvedBy: 'ann' });
    expect(readLedger(ledger).done).toBe(0);
  },
  'given up': async (one) => {
    const { id, ledger } = preparedOf(one);
    const task = await harness.reaches(id, 'failed');
    expect(task.failure).toMatchObject({ code: CODES[one.action], message: 'told so' });
    expect(readLedger(ledger).done).toBe(0);
  },
};

describe('a message that waits for a worker', () => {
  it.each(['pause', 'cancel', 'resolve', 'fail', 'abandon'] as const)('shows on the task and in why: %s', (action) => {
    const waiting = CASES.filter(
      (one) => one.action === action && !one.hands.worker && TABLE[action][one.state] !== 'none',
    );
    const shown = waiting.filter(({ state }) => state !== 'failed');
    for (const one of shown) {
      const at = expect.any(String);
      expect([one.name, answers.get(one)]).toMatchObject([
        one.name,
        {
          asked: [{ action, by: 'ann', at }],
          why: expect.stringMatching(new RegExp(`^${action} asked at \\S+ by ann: waits for a worker\\.`)),
        },
      ]);
    }
    expect(shown.length).toBeGreaterThan(4);
  });
});

it('where a worker serves the task, the answer is that it is done; only one that took too long was kept', () => {
  const served = CASES.filter(({ hands, action, state }) => hands.worker && TABLE[action][state] !== 'none');
  const done = served.filter(
    (one) => (answers.get(one) as { answer?: { outcome: string } }).answer?.outcome === 'done',
  );
  expect(done.length).toBeGreaterThan(served.length * 0.8);
});

it('one message a task: what reached the worker twice, by update and by signal, is applied once', async () => {
  const { id } = preparedOf(CASES.find(({ name }) => name === 'retry, dead-lettered, no worker') as Case);
  await until('it is over', async () => (await harness.tasks.read(id)).state === 'completed');
  const told = (await harness.tasks.timeline(id)).filter(({ event }) => event === 'operator-retry');
  expect(told.length).toBeGreaterThan(0);
  const redriven = (await harness.tasks.timeline(id)).filter(({ event }) => event === 'redriven');
  expect(redriven).toHaveLength(1);
});
