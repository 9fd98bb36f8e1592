import type { ScheduleDescription, ScheduleOptions, WorkflowStartOptions } from '@temporalio/client';
import type { ArtifactStore } from '../../artifacts/store';
import { HoldfastError } from '../../errors';
import { type ScheduledMemo, SEARCH_ATTRIBUTES, type TaskStart } from '../../protocol/task';
import type { Contract } from '../../tasks/contract';
import { newNonce } from '../../tasks/keys';
import type { CategoryOverrides, PolicyOverride } from '../../tasks/policy-override';
import type { CheckedOrder } from '../../tasks/schedule-definition';
import { prepare } from '../submit/prepare';
import { type StartRequest, startOptions } from '../submit/start-request';
import { keyAt, scheduledTaskId, taskIdAt } from './scheduled-run';

/** A larger input would go to the artifact store, and not outlive a schedule there. */
const LARGEST_INPUT_BYTES = 128 * 1024;

type Action = ScheduleOptions['action'];

/** What the runs of a schedule are to do, as callers say it. */
export type ScheduledWork = Pick<CheckedOrder, 'id' | 'type' | 'input' | 'tenant' | 'tags' | 'priority' | 'policy'>;

/** Every run of a schedule has this tag, so that lists find them. */
function scheduleTag(id: string): string {
  return `schedule:${id}`;
}

/**
 * Makes a schedule's action: it starts the task itself, with no other workflow in between. The fire time that the
 * server adds to the ID makes one task of each time, whatever window the type's keys have.
 * @param generation Of the schedule that is changed. Defaults to a new one.
 * @throws HoldfastError `unknown-task-type`, `invalid-request`, `too-large`.
 */
export async function actionOf(
  work: ScheduledWork,
  contract: Contract,
  overrides: CategoryOverrides,
  store: ArtifactStore,
  generation?: string,
): Promise<Action> {
  const { id, type, input, tenant, tags = [], priority, policy } = work;
  if (Buffer.byteLength(JSON.stringify(input) ?? '') > LARGEST_INPUT_BYTES) {
    const message = 'The input of a schedule has at most 128 KiB; upload more as a file, and name that.';
    throw new HoldfastError('too-large', message, { issues: [{ pointer: '/input', message }] });
  }
  const prepared = await prepare(
    {
      type,
      input,
      tags: [...tags, scheduleTag(id)],
      ...(tenant !== undefined && { tenant }),
      ...(priority !== undefined && { priority }),
      ...(policy && { policy: policy as PolicyOverride }),
    },
    contract,
    overrides,
    store,
  );
  const same = generation === undefined ? {} : { generation };
  const { key: _oneForAll, nonce: _of, createdAt: _no, ...common } = prepared.memo;
  const mark = { id, ...(priority !== undefined && { priority }), ...(policy && { policy }) };
  const memo: ScheduledMemo = { ...common, ...same, schedule: mark };
  const options: Partial<WorkflowStartOptions> = startOptions(prepared, { kind: 'first' }, false);
  // The server minds these itself.
  delete options.workflowIdConflictPolicy;
  delete options.workflowIdReusePolicy;
  return {
    ...options,
    type: 'startWorkflow',
    workflowType: type,
    workflowId: scheduledTaskId(type, id),
    args: [{ ...prepared.start, ...same }],
    memo: { ...memo },
    staticSummary: `${type}, schedule ${id}`,
  } as Action;
}

/** Reads an action back; `undefined` for a schedule that was not made here. */
export function workOf(description: ScheduleDescription): (ScheduledWork & { generation: string }) | undefined {
  const { action } = description;
  const { schedule, tenant, generation } = (action.memo ?? {}) as Partial<ScheduledMemo>;
  const [start] = (action.args ?? []) as Partial<TaskStart>[];
  if (!schedule || !generation || !start) return undefined;
  const own = tagsOf(action).filter((tag) => tag !== scheduleTag(schedule.id));
  return {
    id: description.scheduleId,
    type: action.workflowType,
    generation,
    input: start.input,
    ...(tenant !== undefined && { tenant }),
    ...(own.length > 0 && { tags: own }),
    ...(schedule.priority !== undefined && { priority: schedule.priority }),
    ...(schedule.policy && { policy: schedule.policy }),
  } as ScheduledWork & { generation: string };
}

/**
 * What starts the task of one fire time as a submission would: not by the clock, but the same task.
 * @param runAt Not before this time. Defaults to now.
 */
export function requestAt(description: ScheduleDescription, time: Date, runAt?: Date): StartRequest | undefined {
  const { action } = description;
  const [start] = (action.args ?? []) as TaskStart[];
  const shared = action.memo as unknown as ScheduledMemo | undefined;
  if (!start || !shared) return undefined;
  const { id } = shared.schedule;
  const later = runAt && { runAt: runAt.toISOString() };
  const memo = {
    ...shared,
    key: keyAt(id, time),
    nonce: newNonce(),
    createdAt: new Date().toISOString(),
    ...later,
  };
  return { taskId: taskIdAt(start.type, id, time), start: { ...start, ...later }, memo, tags: tagsOf(action) };
}

function tagsOf({ searchAttributes }: ScheduleDescription['action']): string[] {
  return (searchAttributes?.[SEARCH_ATTRIBUTES.tags] ?? []) as string[];
}
