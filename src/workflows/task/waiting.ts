import { condition, patched } from '@temporalio/workflow';
import type { AttemptsReport, TaskStart } from '../../protocol/task';
import type { OperatorDesk } from './operator-desk';
import type { RecordedStates } from './recorded-states';

/** What every step of a task's life works on. */
export interface Life {
  readonly taskId: string;
  readonly start: TaskStart;
  readonly desk: OperatorDesk;
  readonly states: RecordedStates;
  /** What is known of the attempts of all rounds so far. */
  tried: AttemptsReport;
}

/** Holds the task until its `runAt`, or until an operator's verdict. A pause in the meantime shows as one. */
export async function waitUntilDue({ start, desk, states }: Life): Promise<void> {
  const due = Date.parse(start.runAt ?? '');
  // Paused before its first step. Releases up to 0.2.0 did not say so; the patch spares only their tasks.
  if (desk.paused && due > Date.now() && patched('paused-before-its-first-step')) states.record('paused');
  for (let left = due - Date.now(); left > 0 && !desk.verdict; left = due - Date.now()) {
    const { paused } = desk;
    const summary = `${paused ? 'paused, ' : ''}due at ${start.runAt}`;
    await condition(() => desk.verdict !== undefined || desk.paused !== paused, left, { summary });
    if (due > Date.now()) states.record(desk.paused ? 'paused' : 'scheduled');
  }
  if (!desk.paused) states.record(undefined);
}

export async function waitWhilePaused({ desk, states }: Life): Promise<void> {
  if (!desk.paused) return;
  states.record('paused');
  await condition(() => !desk.paused || desk.verdict !== undefined);
  states.record(undefined);
}
