import { Client, type Connection, type WorkflowStartOptions } from '@temporalio/client';
import { defineSearchAttributeKey, type SearchAttributePair } from '@temporalio/common';
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

const LANES = 60;
const SAID_EVERY = 10_000;
const CODES = Object.keys(FAILURE_CODES).filter((code) =>
  /^(EXTERNAL|CONFIG|PERMANENT)_/.test(code),
) as FailureCodeName[];
const TENANTS = ['acme', 'globex', 'initech', undefined] as const;
/** Nobody works on a run before its time, so that what its start says of it stays true. */
const LATER = '30 days';

/**
 * Tasks that have ended, and tasks that read as dead letters: their starts carry what the workflow of a parked task would
 * have written, since making ten thousand by running them takes longer than all the rest. @returns How many of each there are.
 */
export async function fill(
  connection: Connection,
  folder: string,
  amounts: Amounts,
): Promise<{ ended: number; parked: number; rate: number }> {
  const client = new Client({ connection });
  const artifacts = new LocalArtifactStore(folder);
  const { ended, deadLetters } = amounts;
  const [done, parked] = [counter(), counter()];
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
  await throughput(ended + deadLetters, LANES, async (index) => {
    if (Date.now() > amounts.until) return;
    const prepared = await request(index);
    if (index % every === 0 && parked.value < deadLetters) {
      await start(prepared, asDeadLetter(prepared, parked.next() % amounts.fingerprints));
    } else {
      Object.assign(prepared.start, { input: { number: index } });
      await start(prepared, { taskQueue: 'many' });
      done.next();
    }
    if (index > 0 && index % SAID_EVERY === 0) console.error(`${index} are started`);
  });
  // Those for which there was no time count for nothing.
  const rate = ((done.value + parked.value) * 1000) / (Date.now() - begun);
  return { ended: done.value, parked: parked.value, rate };
}

function counter() {
  let value = 0;
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
