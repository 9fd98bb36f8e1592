import { defineSearchAttributeKey, SearchAttributeType, type SearchAttributeUpdatePair } from '@temporalio/common';
import { upsertSearchAttributes } from '@temporalio/workflow';
import { type FailureOutcome, type RecordedState, SEARCH_ATTRIBUTES, type TaskStart } from '../../protocol/task';

const keyword = (name: string) => defineSearchAttributeKey(name, SearchAttributeType.KEYWORD);
const KEYS = {
  state: keyword(SEARCH_ATTRIBUTES.state),
  class: keyword(SEARCH_ATTRIBUTES.failureClass),
  code: keyword(SEARCH_ATTRIBUTES.failureCode),
  fingerprint: keyword(SEARCH_ATTRIBUTES.failureFingerprint),
  outcome: keyword(SEARCH_ATTRIBUTES.failureOutcome),
};

/** What makes a failure findable in lists. */
export interface FailureMark {
  class: string;
  code: string;
  fingerprint: string;
}

/** Keeps the search attributes true with as few upserts as possible: each one is a history event and a write. */
export class RecordedStates {
  current: RecordedState | undefined;

  constructor(start: TaskStart) {
    this.current = start.runAt ? 'scheduled' : undefined;
  }

  record(state: RecordedState | undefined): void {
    if (state === this.current) return;
    this.current = state;
    upsertSearchAttributes([stateIs(state)]);
  }

  /** Parks the task in the eyes of every list. */
  recordParked(failure: FailureMark): void {
    this.current = 'dead-lettered';
    upsertSearchAttributes([stateIs('dead-lettered'), ...marks(failure)]);
  }

  /** Says what became of a task that failed at least once. Without a failure, the recorded one stands. */
  recordOutcome(outcome: FailureOutcome, failure?: FailureMark): void {
    upsertSearchAttributes([...(failure ? marks(failure) : []), { key: KEYS.outcome, value: outcome }]);
  }

  /** Makes a failure findable in lists, or takes it back. */
  recordFailure(failure: FailureMark | undefined): void {
    upsertSearchAttributes(marks(failure));
  }
}

function stateIs(state: RecordedState | undefined): SearchAttributeUpdatePair {
  return { key: KEYS.state, value: state ?? null };
}

function marks(failure: FailureMark | undefined): SearchAttributeUpdatePair[] {
  return [
    { key: KEYS.class, value: failure?.class ?? null },
    { key: KEYS.code, value: failure?.code ?? null },
    { key: KEYS.fingerprint, value: failure?.fingerprint ?? null },
  ];
}
