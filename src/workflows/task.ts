import { log, makeContinueAsNewFunc } from '@temporalio/workflow';
import type { TaskEnd } from '../tasks/words';
import { checkStart } from './check-start';
import { failTask, obey, recordFailure } from './ending';
import { OperatorDesk } from './operator-desk';
import { RecordedStates } from './recorded-states';
import { runHandler } from './run-handler';
import { type Life, park, waitUntilDue, waitWhilePaused } from './waiting';

/** A run timeout can be replaced but not taken back: a century stands for none. */
const NO_RUN_TIMEOUT = '36500 days';

/**
 * The life of one task: wait for its time, run the handler, end with its output or its failure. A task
 * whose outcome only a person can tell waits for that person in here.
 *
 * Every change of this file or of those it imports goes through `patched()`: histories of all releases
 * are replayed by the tests.
 */
export async function task(argument: unknown): Promise<TaskEnd> {
  const desk = new OperatorDesk();
  const start = checkStart(argument);
  const life: Life = { start, desk, states: new RecordedStates(start) };

  if (start.policy.maxQueueTime && !start.pickedUp) {
    // The server would have ended this run had no worker taken it in time. One has, so the limit is over.
    const goOn = makeContinueAsNewFunc<typeof task>({ workflowRunTimeout: NO_RUN_TIMEOUT });
    return goOn({ ...start, pickedUp: true });
  }
  if (start.redrive?.result) {
    return {
      output: start.redrive.result.value,
      attempts: 0,
      failures: [],
      resolvedBy: start.redrive.by ?? 'operator',
    };
  }
  await waitUntilDue(life);
  return drive(life);
}

async function drive(life: Life): Promise<TaskEnd> {
  const { desk } = life;
  let { input } = life.start;
  for (let round = 1; ; round++) {
    await waitWhilePaused(life);
    if (desk.verdict) return obey(life, desk.verdict);

    const outcome = await runHandler(life, input, round);
    if (outcome.kind === 'completed') return outcome.end;
    if (desk.verdict) return obey(life, desk.verdict);
    if (outcome.kind === 'cancelled') throw outcome.error;
    if (outcome.failure.code !== 'OUTCOME_UNKNOWN') return failTask(outcome.message, outcome.failure);

    recordFailure(outcome.failure);
    const answer = await park(life);
    if (desk.verdict) return obey(life, desk.verdict);
    if (answer?.input !== undefined) input = answer.input;
    recordFailure(undefined);
    log.info("Task runs again on an operator's word", { by: answer?.by, reason: answer?.reason });
  }
}
