import { Client, type WorkflowStartOptions } from '@temporalio/client';
import { defineSearchAttributeKey, type SearchAttributePair } from '@temporalio/common';
import { NativeConnection, Worker } from '@temporalio/worker';
import { LocalArtifactStore } from '../../src/artifacts/local/local-store';
import { prepare } from '../../src/client/submit/prepare';
import { type StartRequest, startOptions } from '../../src/client/submit/start-request';
import { SEARCH_ATTRIBUTES, type TaskMemo } from '../../src/protocol/task';
import { FAILURE_CODES, type FailureCodeName, fingerprint } from '../../src/tasks/failures';
import { throughput } from '../figures';
import { benchContracts } from '../tasks';

interface Amounts {
  ended: number;
  deadLetters: number;
  fingerprints: number;
  /** No task is started after this time, in milliseconds. */
  until: number;
}

/** What has been made, and how many a second. */
export interface Made {
  ended: number;
  parked: number;
  rate: number;
}

const NOTHING: Made = { ended: 0, parked: 0, rate: 0 };
const LANES = 60;
const SAID_EVERY = 10_000;
const CODES = Object.keys(FAILURE_CODES).filter((code) =>
  /^(EXTERNAL|CONFIG|PERMANENT)_/.test(code),
) as FailureCodeName[];
const TENANTS = ['acme', 'globex', 'initech', undefined] as const;
/** Nobody works on a run before its time, so that what its start says of it stays true. */
const LATER = '30 days';

/**
 * The worker is in the process that starts the tasks, so that the server hands it each task with the answer to the start: two
 * thirds of the writes, and no queue between. Half as much work for the server as with a worker of its own.
 * @param folder Of the artifacts. @param before Tasks that an earlier run has made.
 */
export async function fill(address: string, folder: string, amounts: Amounts, before: Made = NOTHING): Promise<Made> {
  const connection = await NativeConnection.connect({ address });
  const worker = await Worker.create({
    connection,
    taskQueue: 'many',
    workflowsPath: require.resolve('./many-workflow'),
    // Each ends with its first workflow task; the cache is room for those that are handed over with their start.
    maxCachedWorkflows: 200,
    maxConcurrentWorkflowTaskExecutions: 100,
  });
  try {
    return await worker.runUntil(async () => {
      const made = await startAll(new Client({ connection }), folder, amounts, before);
      await allEnded(new Client({ connection }));
      return made;
    });
  } finally {
    await connection.close();
  }
}

/** Waits until nothing of the queue `many` is open, for a minute at most. */
async function allEnded(client: Client): Promise<void> {
  for (const until = Date.now() + 60_000; Date.now() < until; ) {
    const { count } = await client.workflow.count("TaskQueue = 'many' AND ExecutionStatus = 'Running'");
    if (count === 0) return;
    console.error(`${count} are yet to end`);
    await new Promise((resolve) => setTimeout(resolve, 3000));
  }
}

/**
 * Tasks that have ended, and tasks that read as dead letters: their starts carry what the workflow of a parked task would
 * have written, since making ten thousand by running them takes longer than all the rest. */
async function startAll(client: Client, folder: string, amounts: Amounts, before: Made): Promise<Made> {
  const artifacts = new LocalArtifactStore(folder);
  const { ended, deadLetters } = amounts;
  const [done, parked] = [counter(before.ended), counter(before.parked)];
  const request = (index: number) => {
    const contract = benchContracts[index % 10 === 9 ? 1 : 0];
    if (!contract) throw new Error('There is no such type.');
    const tenant = TENANTS[index % TENANTS.length];
    const submission = { type: contract.type, input: {}, tags: [`order:${index % 500}`], ...(tenant && { tenant }) };
    return prepare(submission, contract, {}, artifacts);
  };
  const start = async (prepared: StartRequest, change: Partial<WorkflowStartOptions>) => {
    const options = startOptions(prepared, { kind: 'first' }, false);
    await client.workflow.start(prepared.start.type, { ...options, ...change } as WorkflowStartOptions);
  };
  const every = Math.max(1, Math.round((ended + deadLetters) / deadLetters));
  const begun = Date.now();
  const first = before.ended + before.parked;
  await throughput(Math.max(0, ended + deadLetters - first), LANES, async (number) => {
    if (Date.now() > amounts.until) return;
    const index = first + number;
    const prepared = await request(index);
    if (index % every === 0 && parked.value < deadLetters) {
      await start(prepared, asDeadLetter(prepared, parked.next() % amounts.fingerprints));
    } else {
      Object.assign(prepared.start, { input: { number: index } });
      await start(prepared, { taskQueue: 'many', requestEagerStart: true });
      done.next();
    }
    if (index > 0 && index % SAID_EVERY === 0) console.error(`${index} are started`);
  });
  // Those for which there was no time count for nothing.
  const rate = ((done.value + parked.value - first) * 1000) / (Date.now() - begun);
  return { ended: done.value, parked: parked.value, rate };
}

function counter(first: number) {
  let value = first;
  return {
    next: () => value++,
    get value() {
      return value;
    },
  };
}

/** What stands in search attributes and memo of a parked task. */
function asDeadLetter({ memo, start }: StartRequest, trouble: number): Partial<WorkflowStartOptions> {
  const code = CODES[trouble % CODES.length] ?? 'UNKNOWN';
  const message = `Station ${'abcdefghij'[trouble % 10]}${'klmnopqrst'[Math.floor(trouble / 10) % 10]}${'uvwxyz'[Math.floor(trouble / 100)]} does not answer`;
  const { class: failureClass } = FAILURE_CODES[code];
  const since = new Date(Date.now() - Math.random() * 20 * 3_600_000).toISOString();
  const known = { class: failureClass, code, fingerprint: fingerprint(start.type, code, message) };
  const failure = { ...known, message, at: since, attempt: 1 };
  const parking = {
    ...known,
    number: 1,
    since,
    message,
    attempts: 1,
    redrives: 0,
    maxRedrives: 0,
    failures: [failure],
  };
  const pair = (name: keyof typeof SEARCH_ATTRIBUTES, value: string) =>
    ({ key: defineSearchAttributeKey(SEARCH_ATTRIBUTES[name], 'KEYWORD'), value }) as SearchAttributePair;
  const attributes = [
    pair('state', 'dead-lettered'),
    pair('category', start.policy.category),
    pair('failureClass', failureClass),
    pair('failureCode', code),
    pair('failureFingerprint', known.fingerprint),
    ...(start.tenant ? [pair('tenant', start.tenant)] : []),
  ];
  const parkedMemo = { ...memo, parking } as unknown as TaskMemo;
  return {
    memo: parkedMemo as unknown as Record<string, unknown>,
    typedSearchAttributes: attributes,
    startDelay: LATER,
  };
}
