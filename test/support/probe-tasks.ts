import { existsSync } from 'node:fs';
import { appendFile, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Handler } from '../../src/activities/attempt/handler';
import type { Verifier } from '../../src/activities/attempt/verify';
import { type Contract, defineContract } from '../../src/tasks/contract';
import { FAILURE_CODES, type FailureCodeName, TaskFailure } from '../../src/tasks/failures';
import { NO_REDRIVES } from '../../src/tasks/redrives';

/** What a probe does, step by step. Files are how the test steers it and sees what it did. */
const probeInput = z.strictObject({
  /** A line with attempt and effect key is appended here when an attempt begins: the outside world's own count. */
  ledger: z.string().optional(),
  /** The attempt goes on only once this file exists. */
  waitFor: z.string().optional(),
  /** Attempts that fail before one succeeds. */
  failures: z.number().optional(),
  /** The failure's code. */
  code: z.enum(Object.keys(FAILURE_CODES) as [FailureCodeName]).optional(),
  /** Is sure that a failed attempt has done nothing. */
  nothingDone: z.boolean().optional(),
  /** Asks for the next attempt after this many seconds. */
  retryAfter: z.number().optional(),
  /** Kills its own process this often before it succeeds. */
  crashes: z.number().optional(),
  /** Goes on although it was told to stop. */
  deaf: z.boolean().optional(),
  /** Reports these percentages on its way. */
  progress: z.array(z.number()).optional(),
  /** Saves this for the next attempt. */
  checkpoint: z.unknown().optional(),
  /** Logs these lines. */
  lines: z.array(z.string()).optional(),
  value: z.unknown().optional(),
});

/** Used-up probes end as failed at once; `test.parked` is the one that does not. */
const QUICK = { firstDelay: 0.2, cap: 0.5, heartbeatTimeout: 3, redrives: NO_REDRIVES };
const common = {
  summary: 'Does what a test tells it to.',
  input: probeInput,
  output: z.object({ value: z.unknown(), attempt: z.number() }),
  example: {},
} as const;

const probe = defineContract({ ...common, type: 'test.probe', category: 'default', policy: QUICK });
const probeOnce = defineContract({
  ...common,
  type: 'test.once',
  category: 'default',
  policy: QUICK,
  idempotent: false,
});
const probeInline = defineContract({
  ...common,
  type: 'test.inline',
  category: 'default',
  policy: { ...QUICK, timeout: 5 },
  inline: true,
});
const probeByInput = defineContract({
  ...common,
  type: 'test.by-input',
  category: 'default',
  policy: QUICK,
  keyFrom: 'input',
});

const probeParked = defineContract({
  ...common,
  type: 'test.parked',
  category: 'default',
  policy: { ...QUICK, attempts: 1, redrives: {} },
});

const probeCritical = defineContract({
  ...common,
  type: 'test.critical',
  category: 'critical',
  policy: { ...QUICK, queue: 'default', attempts: 1, redrives: {} },
});

export const probeContracts: Contract[] = [probe, probeOnce, probeInline, probeByInput, probeParked, probeCritical];

const runProbe: Handler<typeof probe> = async (input, context) => {
  const { attempt, signal, log } = context;
  if (input.ledger)
    await appendFile(
      input.ledger,
      `${JSON.stringify({ attempt, effectKey: context.effectKey(), pid: process.pid })}\n`,
    );
  if (input.checkpoint !== undefined) context.checkpoint(input.checkpoint);
  for (const line of input.lines ?? []) log.info(line);
  for (const percent of input.progress ?? []) {
    context.progress(percent, `at ${percent}`);
    await sleep(700, undefined, { signal }).catch(() => undefined);
  }
  while (input.waitFor && !existsSync(input.waitFor)) {
    if (signal.aborted && !input.deaf) throw signal.reason;
    await sleep(20);
  }
  if (attempt <= (input.crashes ?? 0)) process.kill(process.pid, 'SIGKILL');
  if (attempt <= (input.failures ?? 0)) {
    const { code = 'TRANSIENT_NETWORK', retryAfter, nothingDone = false } = input;
    throw new TaskFailure(code, `probe failed in attempt ${attempt}`, retryAfter, { nothingDone });
  }
  if (input.ledger) await appendFile(input.ledger, `${JSON.stringify({ attempt, done: true })}\n`);
  return { value: input.value ?? null, attempt };
};

export const probeHandlers: Record<string, Handler> = Object.fromEntries(
  probeContracts.map(({ type }) => [type, runProbe as unknown as Handler]),
);

/** A line in the ledger is the probe's effect; a test may write one that says otherwise. */
const verifyProbe: Verifier<typeof probeOnce> = async ({ ledger }, { effectKey }) => {
  if (ledger === undefined) return { effect: 'unknown', evidence: 'The probe has no ledger' };
  const text = existsSync(ledger) ? await readFile(ledger, 'utf8') : '';
  if (text.includes('refused')) return { effect: 'failed', evidence: 'The ledger says refused' };
  if (!text.includes(effectKey())) return { effect: 'absent', evidence: 'The ledger has no line of the task' };
  const output = { value: 'found in the ledger', attempt: 1 };
  return { effect: 'done', output, evidence: 'The ledger has a line of the task' };
};

export const probeVerifiers: Record<string, Verifier> = { 'test.once': verifyProbe as unknown as Verifier };
