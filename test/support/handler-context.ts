import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { HandlerContext, TaskLog } from '../../src/activities/attempt/handler';
import { LocalArtifactStore } from '../../src/artifacts/local/local-store';
import { effectKey } from '../../src/tasks/keys';

interface LogLine {
  level: keyof TaskLog;
  message: string;
  fields: Record<string, unknown>;
}

interface HandlerContextForTest {
  context: HandlerContext;
  /** Every call of `progress`, in order. */
  progress: { percent: number; stage?: string }[];
  logs: LogLine[];
  /** Every call of `checkpoint`, in order. */
  checkpoints: unknown[];
  /** Aborts `context.signal`, as cancel, time-out and shutdown do. Defaults to a plain error. */
  abort(reason?: unknown): void;
}

const folders: string[] = [];

// A program of `test/fixtures` has no such hook, and brings a store of its own.
globalThis.afterAll?.(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/**
 * What a handler gets from a worker, without a worker: a real artifact store in a folder of its own that
 * goes away after the tests of the file, and records of what the handler told.
 */
export function createHandlerContext(overrides: Partial<HandlerContext> = {}): HandlerContextForTest {
  const controller = new AbortController();
  const progress: HandlerContextForTest['progress'] = [];
  const logs: LogLine[] = [];
  const checkpoints: unknown[] = [];
  const taskId = overrides.taskId ?? 'test.handler:1';
  const generation = overrides.generation ?? 'generation-1';
  const line =
    (level: keyof TaskLog) =>
    (message: string, fields: Record<string, unknown> = {}) => {
      logs.push({ level, message, fields });
    };
  const context: HandlerContext = {
    taskId,
    type: 'test.handler',
    generation,
    attempt: 1,
    scheduledFor: undefined,
    signal: controller.signal,
    log: { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') },
    artifacts: overrides.artifacts ?? new LocalArtifactStore(temporaryFolder()),
    progress: (percent, stage) => {
      progress.push(stage === undefined ? { percent } : { percent, stage });
    },
    betweenItems: async () => controller.signal.throwIfAborted(),
    effectKey: (step) => effectKey(taskId, generation, step),
    checkpoint: (value) => {
      checkpoints.push(value);
    },
    resumeFrom: undefined,
    guard: (_dependency, call) => call(),
    submit: () => withoutTemporal('submit'),
    awaitEnds: () => withoutTemporal('awaitEnds'),
    ...overrides,
  };
  return { context, progress, logs, checkpoints, abort: (reason = new Error('aborted')) => controller.abort(reason) };
}

/** Tasks of their own need a server: a test of such a handler runs it for real. */
async function withoutTemporal(what: string): Promise<never> {
  throw new Error(`${what} needs a worker; use the harness, or pass one of your own`);
}

function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-test-'));
  folders.push(folder);
  return folder;
}
