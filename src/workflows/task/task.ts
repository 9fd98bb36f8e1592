import { CancellationScope, isCancellation, makeContinueAsNewFunc, workflowInfo } from '@temporalio/workflow';
import type { TaskEnd, TaskStart } from '../../protocol/task';
import { countStep } from '../sinks';
import { keepAttempts } from './attempts-under-way';
import { checkStart } from './check-start';
import { DeadLetters } from './dead-letters';
import { age, complete, obey } from './ending';
import { OperatorDesk } from './operator-desk';
import { RecordedStates } from './recorded-states';
import { parkAs010 } from './release-0-1-0';
import { reportingEnd } from './report-end';
import { runHandler } from './run-handler';
import { endIfSecondSuccessor } from './succession';
import { type Life, waitUntilDue, waitWhilePaused } from './waiting';

/** A run timeout can be replaced but not taken back: a century stands for none. */
const NO_RUN_TIMEOUT = '36500 days';

/**
 * The life of one task: wait for its time, run the handler, end with its output. A failure that attempts
 * could not get over parks the task in here, until a redrive heals it or a person decides.
 *
 * What a later release does otherwise depends on something that its submissions carry and older ones do
 * not, or goes through `patched()`: histories of all releases are replayed by the tests.
 */
export async function task(argument: unknown): Promise<TaskEnd> {
  const desk = new OperatorDesk({ ...(argument as Partial<TaskStart> | null | undefined) }.messages);
  const start = checkStart(argument);
  const states = new RecordedStates(start);
  const life: Life = { taskId: workflowInfo().workflowId, start, desk, states, tried: { attempts: 0, failures: [] } };

  if (start.follows !== undefined) await endIfSecondSuccessor(start, start.follows);
  if (start.policy.maxQueueTime && !start.pickedUp && !CancellationScope.current().consideredCancelled) {
    // The server would have ended this run had no worker taken it in time. One has, so the limit is over.
    const goOn = makeContinueAsNewFunc<typeof task>({ workflowRunTimeout: NO_RUN_TIMEOUT });
    const messages = desk.handOver();
    return goOn({ ...start, pickedUp: true, ...(messages && { messages }) });
  }
  return reportingEnd(start, () => live(life));
}

async function live(life: Life): Promise<TaskEnd> {
  const { start } = life;
  if (start.redrive?.result) {
    const resolvedBy = start.redrive.by ?? 'operator';
    const { result, tried: { attempts, failures } = life.tried } = start.redrive;
    return complete(life, { output: result.value, attempts, failures, resolvedBy }, 'operator');
  }
  try {
    await waitUntilDue(life);
    return await drive(life);
  } catch (error) {
    if (isCancellation(error)) {
      keepAttempts(life.tried);
      countStep({ step: 'cancelled', type: start.type, seconds: age(life) });
    }
    throw error;
  }
}

async function drive(life: Life): Promise<TaskEnd> {
  const { desk, start } = life;
  const { redrives } = start.policy;
  const deadLetters = redrives && new DeadLetters(life, redrives);
  let { input } = start;
  let forgivenUpTo = 0;
  for (let round = 1; ; round++) {
    await waitWhilePaused(life);
    if (desk.verdict) return obey(life, desk.verdict);

    if (round === 1) countStep({ step: 'started', type: start.type });
    const outcome = await runHandler(life, { input, round, forgivenUpTo });
    if (outcome.kind === 'completed') return complete(life, outcome.end, deadLetters?.healedBy);
    life.tried = outcome.kind === 'failed' ? outcome.failure : (outcome.report ?? life.tried);
    if (desk.verdict) return obey(life, desk.verdict);
    if (outcome.kind === 'cancelled') throw outcome.error;

    const { message, failure } = outcome;
    const retry = await (deadLetters ? deadLetters.park(message, failure) : parkAs010(life, message, failure));
    if (desk.verdict) return obey(life, desk.verdict);
    if (retry?.input !== undefined) input = retry.input;
    forgivenUpTo = failure.attempts;
  }
}
