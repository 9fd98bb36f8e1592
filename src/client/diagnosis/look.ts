import type { TaskState } from '../../protocol/task';
import { explain, type Why } from '../../tasks/explain';
import { deriveState, isOpen, type TaskFacts } from '../../tasks/state';
import type { ScannedRow } from '../list/scan';
import type { TaskReader } from '../read/reader';
import { shown } from '../read/shown';
import type { Fleet } from './fleet';

/** One task, as it is now. */
export interface Looked {
  facts: TaskFacts;
  state: TaskState;
  why: Why;
}

/** Describes the task of a row; `undefined` when it has moved on since Visibility saw it. */
export async function look(reader: TaskReader, fleet: Fleet, row: ScannedRow): Promise<Looked | undefined> {
  const facts = await reader.facts(row.id);
  if (!facts || facts.runId !== row.runId) return undefined;
  const now = new Date();
  const state = deriveState(facts, now);
  if (!isOpen(state)) return undefined;
  return { facts, state, why: shown(explain(facts, state, { workers: fleet.workers(facts.queue) }, now)) };
}
