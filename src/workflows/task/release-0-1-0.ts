import { condition, log } from '@temporalio/workflow';
import type { FailureDetail, OperatorMessage } from '../../protocol/task';
import { failTask } from './ending';
import type { Life } from './waiting';

/**
 * How tasks that release 0.1.0 submitted treat a used-up failure: they fail at once, and only an unknown
 * outcome waits for an operator. Their histories must replay for as long as one of them may be open.
 */
export async function parkAs010(
  life: Life,
  message: string,
  failure: FailureDetail,
): Promise<OperatorMessage | undefined> {
  const { desk, states } = life;
  if (failure.code !== 'OUTCOME_UNKNOWN') return failTask(life, message, failure);
  states.recordFailure(failure);
  desk.openParking();
  states.record('dead-lettered');
  await condition(() => desk.retry !== undefined || desk.verdict !== undefined);
  desk.closeParking();
  states.record(undefined);
  if (desk.verdict) return undefined;
  states.recordFailure(undefined);
  const retry = desk.takeRetry();
  log.info("Task runs again on an operator's command", { by: retry?.by, reason: retry?.reason });
  return retry;
}
