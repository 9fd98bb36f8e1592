import type { HandlerContext } from '../../activities/attempt/handler';
import { type Captured, capture } from './capture';
import type { ProgramEnd } from './launcher';
import { LineLog } from './line-log';
import { makePipes } from './pipes';
import { type GroupContext, type GroupEnd, type GroupPlan, runGroup } from './run-group';

/** A process that left the group may hold an output open for ever; it is not listened to for longer than this. */
const LAST_OUTPUT_MS = 2000;

interface Plan extends GroupPlan {
  /** Longest run, in seconds. */
  timeout: number;
  /** What the program got and nobody else is to see. Defaults to none. */
  secrets?: readonly string[];
}

/** What a run needs of a handler's context. */
export type RunContext = GroupContext & Pick<HandlerContext, 'signal' | 'artifacts' | 'progress'>;

/** How a program's run ended. */
export interface Run extends ProgramEnd {
  durationMs: number;
  /** True when its time limit ended it. */
  timedOut: boolean;
  stdout: Captured;
  stderr: Captured;
}

/**
 * Runs a program to its end. When this settles, no process of its group is left.
 * @throws the reason of `context.signal` when that stopped the program, or the artifact store's error.
 */
export async function runProgram(plan: Plan, context: RunContext): Promise<Run> {
  const [out, err] = await makePipes(plan.folder.path);
  const keep = (name: 'stdout' | 'stderr', stream: typeof out.readEnd) => {
    const lines = new LineLog(name, context);
    const { allowed, secrets = [] } = plan;
    const kept = capture(stream, name, context.artifacts, allowed.outputBytes, secrets, (chunk) => lines.write(chunk));
    return kept.finally(() => lines.end());
  };
  const output = [keep('stdout', out.readEnd), keep('stderr', err.readEnd)] as const;

  const outputLost = new AbortController();
  Promise.all(output).catch((error) => outputLost.abort(error));
  const overTime = new AbortController();
  const timeLimit = setTimeout(() => overTime.abort(), plan.timeout * 1000);
  const stop = AbortSignal.any([context.signal, overTime.signal, outputLost.signal]);

  let ended: GroupEnd;
  try {
    ended = await runGroup(plan, [out.writeEnd, err.writeEnd], stop, context);
  } finally {
    clearTimeout(timeLimit);
    const lastOutput = setTimeout(() => {
      out.readEnd.destroy();
      err.readEnd.destroy();
    }, LAST_OUTPUT_MS);
    await Promise.allSettled(output);
    clearTimeout(lastOutput);
  }
  if (ended.stopped && stop.reason !== overTime.signal.reason) throw stop.reason;
  const [stdout, stderr] = await Promise.all(output);
  const { started, code, signal, durationMs } = ended;
  return { started, code, signal, durationMs, timedOut: ended.stopped, stdout, stderr };
}
