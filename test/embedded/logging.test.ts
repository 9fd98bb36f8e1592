import { defaultPayloadConverter } from '@temporalio/common';
import { TaskClient } from '../../src/client/task-client';
import { createLogger } from '../../src/logging';
import { CONTROL_QUEUE } from '../../src/protocol/task';
import type { Contract } from '../../src/tasks/contract';
import { fileContract } from '../support/file-task';
import { Harness } from '../support/harness';
import { startRole } from '../support/processes/role-process';
import type { RunningProcess } from '../support/processes/running-process';
import { until } from '../support/until';

/** What the logger writes, line by line. */
function recorded() {
  const lines: string[] = [];
  const logger = createLogger('debug', 'test', { write: (line: string) => lines.push(line) });
  return { logger, last: () => JSON.parse(lines.at(-1) ?? '') as Record<string, unknown> };
}

describe('the log of a process', () => {
  it('is one JSON object a line, with role and ISO time', () => {
    const { logger, last } = recorded();
    logger.info({ queue: 'default' }, 'worker started');
    expect(last()).toMatchObject({ role: 'test', pid: process.pid, queue: 'default', msg: 'worker started' });
    expect(last().time).toMatch(/^\d{4}-\d\d-\d\dT/);
  });

  it('contains no secret of a message, a field, a binding or an error', () => {
    const { logger, last } = recorded();
    const err = Object.assign(new Error('password=hunter2'), {
      config: { headers: { Authorization: 'Basic hunter2' } },
    });
    logger.child({ apiKey: 'hunter2' }).error({ err, args: ['--token', 'hunter2'] }, 'called https://u:hunter2@host/');
    const line = last();
    expect(JSON.stringify(line)).not.toContain('hunter2');
    expect(line).toMatchObject({
      apiKey: '[REDACTED]',
      msg: 'called https://[REDACTED]@host/',
      err: { type: 'Error', message: 'password=[REDACTED]', config: { headers: { Authorization: '[REDACTED]' } } },
    });
  });
});

describe('the log of a process that encrypts', () => {
  const lines: string[] = [];
  const logger = createLogger('debug', 'test', { write: (line: string) => lines.push(line) }, true);
  const last = () => JSON.parse(lines.at(-1) ?? '') as Record<string, unknown>;
  const about = { taskId: 'letter.send:1', type: 'letter.send', attempt: 2 };

  it.each<[string, (log: typeof logger) => void, object]>([
    ['what a handler logs', (log) => log.child({ ...about, taskLog: true }).info({ to: 'canary' }, 'to canary'), about],
    [
      "an operator's reason",
      (log) => log.info({ ...about, by: 'canary', reason: 'canary' }, 'paused'),
      { msg: 'paused' },
    ],
    [
      'the message of a failure, its cause, and its stack',
      (log) =>
        log.warn(
          { workflowId: 'letter.send:1', err: new Error('canary', { cause: new Error('canary') }) },
          'Activity failed',
        ),
      { msg: 'Activity failed', err: { type: 'Error', stack: expect.stringMatching(/^\s+at /) } },
    ],
    [
      'a failure as text, and what an alert quotes',
      (log) =>
        log.error(
          { error: 'canary', alert: { key: 'a', severity: 'WARNING', title: 'Dead letters', message: 'canary' } },
          'ALERT',
        ),
      { alert: { key: 'a', title: 'Dead letters' } },
    ],
    [
      'what a parser quotes',
      (log) =>
        log.error({ req: { path: '/v1/tasks' }, err: new SyntaxError('Unexpected token c in canary') }, 'POST 500'),
      { req: { path: '/v1/tasks' }, err: { type: 'SyntaxError' } },
    ],
  ])('has nothing of %s', (_, write, kept) => {
    write(logger);
    expect(lines.at(-1)).not.toContain('canary');
    expect(last()).toMatchObject(kept);
  });

  it('still says what is wrong with the service', () => {
    logger.error({ err: Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }) }, 'away');
    expect(last()).toMatchObject({ err: { message: 'connect ECONNREFUSED' } });
  });
});

/** It has no shape of a secret, so that no redaction takes it away. */
const CANARY = 'canaryzqxjvk';

describe('the log of a worker', () => {
  let harness: Harness;
  let worker: RunningProcess;
  /** Knows a type that no worker registers, as an attempt of its own and inside the workflow. */
  let client: TaskClient;

  beforeAll(async () => {
    harness = await Harness.start();
    const { temporal, artifacts, folder } = harness;
    const contracts: Contract[] = [
      fileContract,
      { ...(fileContract as Contract), type: 'test.inline-file', inline: true },
    ];
    client = new TaskClient({ client: temporal, contracts, artifacts, deadline: 10 });
    worker = await startRole('worker', {
      ...harness.env,
      HOLDFAST_HOME: folder,
      HOLDFAST_ARTIFACTS: artifacts.folder,
      HOLDFAST_LOG_LEVEL: 'debug',
    });
  });
  afterAll(async () => {
    await worker?.stop('SIGKILL');
    await harness.close();
  });

  /** A text as it may stand in bytes: as it is, and in base64 wherever it begins. */
  function traces(text: string): string[] {
    const encoded = [0, 1, 2].map((before) =>
      Buffer.from(`${'x'.repeat(before)}${text}`)
        .toString('base64')
        .slice(before === 0 ? 0 : 4, Math.floor(((before + text.length) * 4) / 3) - 1),
    );
    return [text, ...encoded];
  }

  /** Starts a task where no submission may put it, as the stock CLI can: in the queue of control workflows. */
  async function startInControlQueue(type: string): Promise<string> {
    const { task } = await client.submit({ type, input: { text: CANARY }, policy: { queue: 'nobody' } });
    const { events } = await harness.temporal.workflow.getHandle(task.id).fetchHistory();
    const [payload] = events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads ?? [];
    const start = defaultPayloadConverter.fromPayload<{ policy: object }>(payload ?? {});
    const workflowId = `${type}:by-hand`;
    const args = [{ ...start, policy: { ...start.policy, queue: CONTROL_QUEUE } }];
    await harness.temporal.workflow.start(type, { taskQueue: CONTROL_QUEUE, workflowId, args });
    return workflowId;
  }

  const submit = async (type: string) => (await client.submit({ type, input: { text: CANARY } })).task.id;

  it.each([
    ["in the SDK's own line", fileContract.type, startInControlQueue],
    ["in the worker's own line", fileContract.type, submit],
    ['where the workflow itself would run it', 'test.inline-file', submit],
    ['where a control workflow would run it itself', 'test.inline-file', startInControlQueue],
  ])('a type that no worker registers is logged without its input, plain or encoded: %s', async (_, type, start) => {
    const from = worker.log.length;
    const id = await start(type);
    const lines = await until('its worker says so', () => {
      const own = worker.log.slice(from).split('\n').slice(0, -1);
      return own.some((line) => line.includes(id) && line.includes('not registered')) ? own : undefined;
    });
    const hidden = traces(CANARY);
    expect(lines.filter((line) => hidden.some((trace) => line.includes(trace)))).toEqual([]);
  });
});
