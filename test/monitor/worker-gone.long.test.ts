import type { TaskView } from '../../src/client/read/view';
import { Harness } from '../support/harness';
import { runMonitor } from '../support/monitor';
import type { RunningProcess } from '../support/processes/running-process';
import { startWorkerProcess } from '../support/processes/worker-process';
import { until } from '../support/until';

const LIMIT = 15;
const QUEUE_LIMIT = 6;
const GONE = 'left';

let harness: Harness;
let stopMonitor: () => Promise<void>;
const workers: RunningProcess[] = [];

beforeAll(async () => {
  harness = await Harness.start();
});
afterAll(async () => {
  for (const worker of workers) await worker.stop('SIGKILL');
  await stopMonitor();
  await harness.close();
});

async function startWorker(queue: string, concurrency = 20): Promise<RunningProcess> {
  const worker = await startWorkerProcess(harness, { queue, concurrency });
  workers.push(worker);
  return worker;
}

async function submit(input: object, { type = 'test.probe', runAt, ...policy }: Record<string, unknown> = {}) {
  const submission = { type: String(type), input, policy: { maxProcessingTime: LIMIT, queue: GONE, ...policy } };
  const { task } = await harness.tasks.submit({ ...submission, ...(runAt instanceof Date && { runAt }) });
  return task.id;
}

/** Tasks that a worker has begun, and that only a worker could go on with; by what they were doing when it died. */
async function begun(): Promise<Record<string, string>> {
  const waitFor = harness.file();
  const delayed = await submit({ failures: 9, retryAfter: 4 });
  await harness.reaches(delayed, 'retrying');
  const tasks = {
    running: await submit({ waitFor }),
    'running what must not run twice': await submit({ waitFor }, { type: 'test.once' }),
    'running inline': await submit({ waitFor, ledger: harness.file() }, { type: 'test.inline', timeout: 3600 }),
    'waiting for the next attempt': delayed,
  };
  for (const id of [tasks.running, tasks['running what must not run twice']]) await harness.reaches(id, 'running');
  await harness.reaches(tasks['running inline'], 'running');
  return tasks;
}

/** Tasks that nobody has ever begun, and nobody will. */
const neverBegun = async () => ({
  'that is due at once': await submit({}, { queue: 'never' }),
  'whose time has come since': await submit({}, { queue: 'never', runAt: new Date(Date.now() + 2000) }),
});

/** A task that has lost its worker and waits for a place on the one that is left. */
async function behindOtherWork(): Promise<string> {
  const queue = 'busy';
  const killed = await startWorker(queue, 1);
  const lost = await submit({ waitFor: harness.file() }, { queue });
  await harness.reaches(lost, 'running');
  await startWorker(queue, 1);
  const other = await submit({ waitFor: harness.file() }, { queue, maxProcessingTime: 3600 });
  await harness.reaches(other, 'running');
  await killed.stop('SIGKILL');
  return lost;
}

describe('with no worker left, and none that comes', () => {
  let ended: Record<string, TaskView>;
  let spared: Record<string, TaskView>;

  beforeAll(async () => {
    const worker = await startWorker(GONE);
    const behind = await behindOtherWork();
    const parked = await submit({ failures: 1 }, { attempts: 1, redrives: { transient: [3600] } });
    const paused = await submit({ failures: 1, retryAfter: 600 });
    const planned = await submit({ failures: 1, retryAfter: 600 });
    await harness.reaches(parked, 'dead-lettered');
    await harness.reaches(planned, 'retrying');
    await harness.reaches(paused, 'retrying');
    await harness.tasks.act(paused, 'pause');
    await harness.reaches(paused, 'paused');
    const [tasks, never] = [await begun(), await neverBegun()];
    const sparedIds = {
      parked,
      paused,
      'planned for later': planned,
      'waiting behind other work': behind,
      scheduled: await submit({}, { runAt: new Date(Date.now() + 3600_000), queue: 'never' }),
    };
    await worker.stop('SIGKILL');
    stopMonitor = await runMonitor(harness, { overdue: { grace: 1, patience: 4, maxQueueTime: QUEUE_LIMIT } });
    const views = async (ids: Record<string, string>, look: (id: string) => Promise<TaskView>) =>
      Object.fromEntries(await Promise.all(Object.entries(ids).map(async ([name, id]) => [name, await look(id)])));
    ended = await views({ ...tasks, ...never }, (id) =>
      until(
        `${id} has failed`,
        async () => {
          const view = await harness.tasks.read(id);
          return view.state === 'failed' ? view : undefined;
        },
        200,
      ),
    );
    spared = await views(sparedIds, (id) => harness.tasks.read(id));
  }, 360_000);

  it.each(['running', 'running what must not run twice', 'running inline', 'waiting for the next attempt'])(
    'a task that its last worker left while it was %s fails once its time is over, and says so',
    (name) => {
      const { failure, createdAt, endedAt } = ended[name] as TaskView;
      expect(failure).toMatchObject({ code: 'TASK_TIMED_OUT', message: `Task timed out after ${LIMIT} seconds` });
      expect(Date.parse(endedAt ?? '') - Date.parse(createdAt)).toBeGreaterThanOrEqual(LIMIT * 1000);
    },
  );

  it.each(['that is due at once', 'whose time has come since'])(
    'a task %s and that nobody has ever begun fails after the longest wait for a worker',
    (name) => {
      const { failure, createdAt, scheduledFor, endedAt, attempts } = ended[name] as TaskView;
      const message = `Task timed out in queue after ${QUEUE_LIMIT} seconds`;
      expect(failure).toMatchObject({ code: 'TASK_QUEUE_TIMED_OUT', class: 'configuration', message });
      expect(attempts).toBe(0);
      const waited = Date.parse(endedAt ?? '') - Date.parse(scheduledFor ?? createdAt);
      expect(waited).toBeGreaterThanOrEqual(QUEUE_LIMIT * 1000);
    },
  );

  it.each([
    ['parked', 'dead-lettered'],
    ['paused', 'paused'],
    ['planned for later', 'retrying'],
    ['waiting behind other work', 'retrying'],
    ['scheduled', 'scheduled'],
  ])('what is %s stays so: nothing of it counts', (name, state) => expect(spared[name]).toMatchObject({ state }));
});
