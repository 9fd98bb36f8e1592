import { HoldfastError } from '../errors';
import { newNonce } from '../tasks/keys';
import type { TaskFacts } from '../tasks/state';
import type { AttemptsTold, OperatorMessage, TaskMemo, TaskStart } from '../tasks/words';
import type { Gateway } from './gateway';
import { readLastFailure } from './last-failure';
import { startOptions } from './start-request';
import { readStart } from './timeline';

/**
 * Starts a new run of an ended task: the same task, generation, policy and payload hash, so that the
 * caller's repeat of the first submission still finds it. Racing redrives and resubmissions make one run.
 * @param message Checked; `input` replaces the input of the last attempt, corrections included; `at` is when to run it, `result` is recorded without running the handler.
 * @param tried What the attempts so far came to, for a result that is recorded.
 * @throws HoldfastError `task-not-found` when the history is gone.
 */
export async function redrive(
  gateway: Gateway,
  facts: TaskFacts,
  message: OperatorMessage,
  tried?: AttemptsTold,
): Promise<string> {
  const before = await readStart(gateway, facts.taskId, facts.runId);
  if (!before)
    throw new HoldfastError('task-not-found', `The history of task ${facts.taskId} is gone.`, { taskId: facts.taskId });
  const { input = before.input } =
    message.input === undefined ? await readLastFailure(gateway, facts.taskId, facts.runId) : message;
  const { runAt: _dueAlready, pickedUp: _pickedUpBefore, messages: _obeyed, ...same } = before;
  const later = message.at && Date.parse(message.at) > Date.now() ? message.at : undefined;
  const start: TaskStart = {
    ...same,
    ...(later && { runAt: later }),
    input,
    redrive: {
      runId: facts.runId,
      ...(message.by && { by: message.by }),
      ...(message.reason && { reason: message.reason }),
      ...(message.result !== undefined && { result: { value: message.result } }),
      ...(tried && { tried: { attempts: tried.attempts, failures: tried.failures } }),
    },
  };
  const { runAt: _shownBefore, parking: _over, tried: _before, ...kept } = facts.memo as TaskMemo;
  const memo = { ...kept, nonce: newNonce(), ...(later && { runAt: later }) };
  const request = { taskId: facts.taskId, start, memo, tags: facts.tags };
  const options = startOptions(request, { kind: 'successor', of: facts.runId }, false);
  const handle = await gateway.call(() => gateway.client.workflow.start(start.type, options));
  return handle.firstExecutionRunId;
}
