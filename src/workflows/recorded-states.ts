import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { upsertSearchAttributes } from '@temporalio/workflow';
import { type RecordedState, SEARCH_ATTRIBUTES, type TaskStart } from '../tasks/words';

const taskState = defineSearchAttributeKey(SEARCH_ATTRIBUTES.state, SearchAttributeType.KEYWORD);

/** Keeps `TaskState` true with as few upserts as possible: each one is a history event and a write. */
export class RecordedStates {
  current: RecordedState | undefined;

  constructor(start: TaskStart) {
    this.current = start.runAt ? 'scheduled' : undefined;
  }

  record(state: RecordedState | undefined): void {
    if (state === this.current) return;
    this.current = state;
    upsertSearchAttributes([{ key: taskState, value: state ?? null }]);
  }
}
