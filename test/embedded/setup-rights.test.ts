import { Client } from '@temporalio/client';
import { createContracts } from '../../src/catalogue';
import { TaskClient } from '../../src/client/task-client';
import { lazyConnection } from '../../src/client/temporal/connect';
import { checkNamespace, setUpNamespace } from '../../src/client/temporal/setup';
import type { SetupGap } from '../../src/client/temporal/setup-gaps';
import { CallRefuser, REFUSALS } from '../support/faults/call-refuser';
import { Harness } from '../support/harness';
import { probeContracts } from '../support/probe-tasks';
import { cli } from '../support/processes/cli';
import { startRole } from '../support/processes/role-process';
import { tasksOf } from '../support/tasks-of';
import { freePort } from '../support/temporal-server';
import { until } from '../support/until';

const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const ADMIN = /OperatorService\/|\/UpdateNamespace$|\/RegisterNamespace$/;
const ATTRIBUTES = /temporal operator search-attribute create --namespace (\S+) --name TaskState --type Keyword .*/;

let harness: Harness;
let refuser: CallRefuser;
let namespaces = 0;

beforeAll(async () => {
  harness = await Harness.start({ ownServer: true });
  refuser = await CallRefuser.start(harness.server.port);
});
afterEach(() => refuser.reset());
afterAll(async () => {
  await refuser.close();
  await harness.close();
});

const DAY = 86_400;
/** No window fits into a retention of a day. */
const categories = { default: { window: 5 * DAY } };
const optionsFor = (namespace: string) => ({ namespace, retentionDays: 30, categories });

/** Types a command as it is advised, on the server itself. */
async function type(command: string): Promise<void> {
  const [, ...args] = command.split(' ');
  await harness.temporalCli(...args);
}

async function freshNamespace(days: number): Promise<string> {
  const name = `rights-${++namespaces}`;
  await type(`temporal operator namespace create --namespace ${name} --retention ${days * 24}h`);
  return name;
}

async function over<T>(work: (connection: ReturnType<typeof lazyConnection>) => Promise<T>): Promise<T> {
  const connection = lazyConnection({ address: refuser.address });
  try {
    return await work(connection);
  } finally {
    await connection.close();
  }
}

/** Asks again until the server's parts have heard of a change. */
async function eventually(namespace: string, wanted: (gaps: SetupGap[]) => boolean): Promise<SetupGap[]> {
  return until('the namespace is as wanted', async () => {
    const gaps = await over((connection) => checkNamespace(connection, optionsFor(namespace))).catch(() => undefined);
    return gaps && wanted(gaps) ? gaps : undefined;
  });
}

describe.each(Object.keys(REFUSALS) as (keyof typeof REFUSALS)[])('a server that answers %s', (status) => {
  it('to set-up calls is only looked at, and what is advised makes it ready', async () => {
    const namespace = await freshNamespace(1);
    refuser.denied = ADMIN;
    refuser.status = status;
    const work = over((connection) => setUpNamespace(connection, optionsFor(namespace)));
    await expect(work).rejects.toMatchObject({
      name: 'StartError',
      message: expect.stringContaining(`temporal operator namespace update --namespace ${namespace} --retention 720h`),
    });
    const gaps = await eventually(namespace, (found) => found.length === 2);
    expect(gaps.map(({ what, needed }) => [what, needed])).toEqual([
      ['retention', true],
      ['search-attributes', true],
    ]);
    expect(gaps[1]?.commands?.tcld).toContain('--search-attribute "TaskTags=KeywordList"');
    for (const { commands } of gaps) await type(commands?.temporal ?? '');
    expect(await eventually(namespace, (found) => found.length === 0)).toEqual([]);
    expect(await over((connection) => setUpNamespace(connection, optionsFor(namespace)))).toEqual({
      created: false,
      registered: [],
      lacks: [],
    });
  });
});

it('a namespace that is not there and may not be made is named with its command', async () => {
  refuser.denied = ADMIN;
  const work = over((connection) => setUpNamespace(connection, optionsFor('nowhere')));
  await expect(work).rejects.toThrow(/temporal operator namespace create --namespace nowhere --retention 720h/);
  const gaps = await over((connection) => checkNamespace(connection, optionsFor('nowhere')));
  expect(gaps.map(({ what }) => what)).toEqual(['namespace', 'search-attributes']);
});

it('retention that is long enough for every window, and shorter than asked for, hinders nobody', async () => {
  const namespace = await freshNamespace(10);
  expect(
    await over((connection) => setUpNamespace(connection, { ...optionsFor(namespace), retentionDays: 10 })),
  ).toEqual(expect.objectContaining({ lacks: [] }));
  refuser.denied = ADMIN;
  const { lacks } = await over((connection) => setUpNamespace(connection, optionsFor(namespace)));
  expect(lacks).toEqual([expect.objectContaining({ what: 'retention', needed: false })]);
});

it('even where the namespace may not be described, what is there is found', async () => {
  refuser.denied = /OperatorService\/|\/DescribeNamespace$/;
  const [gap, ...more] = await over((connection) => checkNamespace(connection, optionsFor('default')));
  expect([gap?.message, more]).toEqual([expect.stringContaining('not for this caller to see'), []]);
  const namespace = await freshNamespace(30);
  const gaps = await eventually(namespace, (found) => found.length === 2);
  expect(gaps[1]?.commands?.temporal).toMatch(ATTRIBUTES);
});

it('a task that waits is shown also where its queue is not for this caller to see', async () => {
  refuser.denied = /\/DescribeTaskQueue$/;
  await over(async (connection) => {
    const client = new Client({ connection });
    const tasks = new TaskClient({ client, contracts: probeContracts, artifacts: harness.artifacts, deadline: 10 });
    const { task } = await tasks.submit({ type: 'test.probe', input: {}, policy: { queue: 'unseen' } });
    expect(await tasks.read(task.id)).toMatchObject({ id: task.id, state: 'queued' });
  });
});

it('`holdfast setup --check` names what is missing and changes nothing; it says when all is there', async () => {
  const namespace = await freshNamespace(30);
  const env = { TEMPORAL_ADDRESS: refuser.address, TEMPORAL_NAMESPACE: namespace };
  refuser.denied = ADMIN;
  await eventually(namespace, (found) => found.length === 1);
  refuser.asked.clear();
  const { code, stdout } = await cli(harness, ['setup', '--check'], { env });
  expect([code, stdout]).toEqual([1, expect.stringMatching(ATTRIBUTES)]);
  const refused = await cli(harness, ['setup'], { env });
  expect([refused.code, refused.stderr]).toEqual([2, expect.stringMatching(ATTRIBUTES)]);
  expect([...refuser.asked].filter((path) => /Register|UpdateNamespace/.test(path))).toEqual([]);

  const ready = await cli(harness, ['setup', '--check', '--json'], { env: { TEMPORAL_ADDRESS: refuser.address } });
  expect([ready.code, JSON.parse(ready.stdout)]).toEqual([0, { namespace: 'default', ready: true, gaps: [] }]);
});

it('roles without the rights work where all is there, and end with the commands where it is not', async () => {
  refuser.denied = ADMIN;
  const env = {
    TEMPORAL_ADDRESS: refuser.address,
    HOLDFAST_HOME: harness.folder,
    HOLDFAST_PORT: String(await freePort()),
  };
  const api = await startRole('api', env, 'namespace is set up');
  const worker = await startRole('worker', env);
  try {
    const contracts = createContracts();
    const tasks = tasksOf(harness, contracts);
    const { task } = await tasks.submit({ type: 'image.convert', input: { image: { base64: PIXEL }, format: 'webp' } });
    expect((await tasks.wait(task.id, 60)).state).toBe('completed');
  } finally {
    await Promise.all([api.stop('SIGTERM'), worker.stop('SIGTERM')]);
  }
  const TEMPORAL_NAMESPACE = await freshNamespace(30);
  await eventually(TEMPORAL_NAMESPACE, (found) => found.length === 1);
  for (const role of ['worker', 'monitor', 'api'] as const) {
    const ended = startRole(role, { ...env, TEMPORAL_NAMESPACE }, 'never said');
    await expect(ended).rejects.toThrow(ATTRIBUTES);
  }
});
