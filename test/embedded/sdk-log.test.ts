import { defaultPayloadConverter } from '@temporalio/common';
import { TaskClient } from '../../src/client/task-client';
import { CONTROL_QUEUE } from '../../src/protocol/task';
import type { Contract } from '../../src/tasks/contract';
import { fileContract } from '../support/file-task';
import { Harness } from '../support/harness';
import { startRole } from '../support/processes/role-process';
import type { RunningProcess } from '../support/processes/running-process';
import { until } from '../support/until';

/** It has no shape of a secret, so that no redaction takes it away. */
const CANARY = 'canaryzqxjvk';

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
