import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { HoldfastError } from '../../errors';
import type { OperatorAction } from '../../protocol/operator';
import type { AttemptsReport, OperatorMessage, TaskMemo, TaskStart } from '../../protocol/task';
import { newNonce } from '../../tasks/keys';
import { deriveState, type TaskFacts } from '../../tasks/state';
import { readLastFailure } from '../read/last-failure';
import type { TaskReader } from '../read/reader';
import { readStart } from '../read/timeline';
import { endSecond } from '../submit/second-successor';
import { startOptions } from '../submit/start-request';
import type { Succession } from '../submit/succession';
import type { Gateway } from '../temporal/gateway';

interface Deps {
  gateway: Gateway;
  reader: TaskReader;
  succession: Succession;
}

/**
 * Starts a new run of an ended task: the same task, generation, policy and payload hash, so that the
 * caller's repeat of the first submission still finds it. Racing redrives and resubmissions make one run, and all but
 * the one that made it are refused.
 * @param message Checked; `input` replaces the input of the last attempt, corrections included; `at` is when to run it, `result` is recorded without running the handler.
 * @param tried What the attempts so far came to, for a result that is recorded.
 * @throws HoldfastError `task-not-found` when the history is gone; `state-conflict` when another run has followed meanwhile.
 */
export async function redrive(
  deps: Deps,
  facts: TaskFacts,
  action: OperatorAction,
  message: OperatorMessage,
  tried?: AttemptsReport,
): Promise<void> {
  const { gateway, reader, succession } = deps;
  const { taskId } = facts;
  const request = await requestOf(gateway, facts, message, tried);
  await succession.settleBefore(facts);
  const runId = await start(gateway, facts, request);
  if (runId === undefined) throw await forestalled(deps, facts, action);
  const heir = await succession.settle(taskId, facts.runId, runId);
  if (heir !== runId) {
    await endSecond(gateway, taskId, runId, heir);
    throw await forestalled(deps, facts, action);
  }
  const made = await reader.facts(taskId, runId);
  if (made && made.memo.nonce !== request.memo.nonce) throw await forestalled(deps, facts, action);
}

async function requestOf(gateway: Gateway, facts: TaskFacts, message: OperatorMessage, tried?: AttemptsReport) {
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
  return { taskId: facts.taskId, start, memo, tags: facts.tags };
}

async function start(
  gateway: Gateway,
  facts: TaskFacts,
  request: Awaited<ReturnType<typeof requestOf>>,
): Promise<string | undefined> {
  const options = startOptions(request, { kind: 'successor', of: facts }, false, gateway.publicUrl);
  try {
    const handle = await gateway.call(() => gateway.client.workflow.start(request.start.type, options));
    return handle.firstExecutionRunId;
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return undefined;
    throw error;
  }
}

/** Says what came first. Nothing was done for this caller. */
async function forestalled(
  { gateway, reader }: Deps,
  { taskId }: TaskFacts,
  action: OperatorAction,
): Promise<HoldfastError> {
  const now = await reader.facts(taskId);
  const state = now && deriveState(now, new Date());
  const first = now && (await readStart(gateway, taskId, now.runId));
  const { by = 'an operator', result } = first?.redrive ?? {};
  const came = first?.redrive ? `${result ? 'resolve' : 'retry'} of ${by} came first` : 'its key was submitted again';
  const message = `The task has moved on: ${came}, and it is ${state ?? 'gone'} now. Nothing was done for this ${action}.`;
  return new HoldfastError('state-conflict', message, { taskId, ...(state && { state }) });
}
