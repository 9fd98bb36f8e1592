import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { z } from 'zod';
import type { HandlerContext, TaskLog } from '../activities/attempt/handler';
import type { Task } from '../app/define-task';
import { LocalArtifactStore } from '../artifacts/local/local-store';
import { effectKey } from '../tasks/keys';

export interface RunOptions {
  /** Which attempt it is. Defaults to 1. */
  attempt?: number;
  /** On whose behalf. Defaults to nobody's in particular. */
  tenant?: string;
  /** What an earlier attempt has saved with `checkpoint`. Defaults to nothing. */
  resumeFrom?: unknown;
  /** Runs every guarded call; throw from it to try what the handler does when the outside fails. Defaults to calling it. */
  guard?: HandlerContext['guard'];
  /** Aborted: what cancel, a time limit and a shutdown do. Defaults to never. */
  signal?: AbortSignal;
  /** The time that a scheduled run is for. Defaults to none. */
  scheduledFor?: Date;
  /** Answers `context.submit`. Defaults to an error: tasks of its own need `testApp`. */
  submit?: HandlerContext['submit'];
}

/** What one attempt has done. `output` is as callers get it, after the contract's schema. */
export interface HandlerRun<Output> {
  output: Output;
  progress: { percent: number; stage?: string }[];
  /** The last value that was saved with `checkpoint`. */
  checkpoint: unknown;
  logs: { level: keyof TaskLog; message: string; fields: Record<string, unknown> }[];
}

/**
 * Runs one attempt of a task's handler here, without a server: the input is checked by the contract, and so is what comes
 * back. Files go to a folder that is removed afterwards.
 * @throws What the handler throws; `ZodError` for an input or output that does not fit the contract.
 */
export async function runHandler<Type extends string, Input extends z.ZodType, Output extends z.ZodType>(
  { type, contract, handler }: Task<Type, Input, Output>,
  input: z.input<Input>,
  options: RunOptions = {},
): Promise<HandlerRun<z.output<Output>>> {
  const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-run-'));
  const run: Omit<HandlerRun<unknown>, 'output'> = { progress: [], checkpoint: undefined, logs: [] };
  try {
    const parsed = contract.input.parse(input);
    const output = await handler(parsed, contextOf(type, new LocalArtifactStore(folder), run, options));
    return { output: contract.output.parse(output), ...run };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function contextOf(
  type: string,
  artifacts: LocalArtifactStore,
  run: Omit<HandlerRun<unknown>, 'output'>,
  options: RunOptions,
): HandlerContext {
  const { attempt = 1, signal = new AbortController().signal, guard, submit } = options;
  const taskId = `${type}:test`;
  const generation = 'test';
  const line =
    (level: keyof TaskLog) =>
    (message: string, fields: Record<string, unknown> = {}) => {
      run.logs.push({ level, message, fields });
    };
  return {
    taskId,
    type,
    generation,
    ...(options.tenant !== undefined && { tenant: options.tenant }),
    attempt,
    scheduledFor: options.scheduledFor,
    signal,
    artifacts,
    log: { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') },
    progress: (percent, stage) => {
      run.progress.push(stage === undefined ? { percent } : { percent, stage });
    },
    betweenItems: async () => signal.throwIfAborted(),
    effectKey: (step) => effectKey(taskId, generation, step),
    checkpoint: (value) => {
      run.checkpoint = value;
    },
    resumeFrom: options.resumeFrom,
    guard: guard ?? ((_dependency, call) => call()),
    submit: submit ?? (() => needsServer('submit')),
    awaitEnds: () => needsServer('awaitEnds'),
  };
}

async function needsServer(what: string): Promise<never> {
  throw new Error(`context.${what} needs a server: use testApp.`);
}
