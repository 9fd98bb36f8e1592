import type { WorkflowExecutionDescription } from '@temporalio/client';
import {
  BATCH_WORKFLOW,
  type BatchOrder,
  type BatchProgress,
  type BatchRecord,
  batchBegin,
} from '../../protocol/batch';
import type { StoredValue } from '../../protocol/task';

/** A batch as people and programs see it. Times are ISO. */
export interface BatchView extends BatchProgress {
  id: string;
  limit: number;
  lookSeconds: number;
  stopAfterFailures?: number;
  by?: string;
  createdAt: string;
}

/** What is known of a batch from its start on; the workflow writes its record over it. */
export interface BatchMemo extends BatchRecord {
  /** Hash of the request: shows whether an ID was used for another one. */
  payloadHash: string;
  members: StoredValue;
  order: Omit<BatchView, keyof BatchProgress | 'id'>;
}

export function batchMemo(order: BatchOrder, payloadHash: string, by?: string): BatchMemo {
  const { limit, lookSeconds, stopAfterFailures, count, members } = order;
  return {
    payloadHash,
    members,
    order: {
      limit,
      lookSeconds,
      ...(stopAfterFailures !== undefined && { stopAfterFailures }),
      ...(by && { by }),
      createdAt: new Date().toISOString(),
    },
    ...batchBegin(count),
  };
}

/** `undefined` for a workflow that is no batch, or was started by hand. */
export function batchViewOf(description: WorkflowExecutionDescription): BatchView | undefined {
  const { type, workflowId, status, closeTime } = description;
  const memo = description.memo as Partial<BatchMemo> | undefined;
  if (type !== BATCH_WORKFLOW || !memo?.order || !memo.progress) return undefined;
  const view = { id: workflowId, ...memo.order, ...memo.progress };
  if (!closeTime || status.name === 'COMPLETED' || view.endedAt !== undefined) return view;
  // It ended without writing so: somebody terminated it.
  const stoppedBecause = `Its workflow was ${status.name.toLowerCase()}`;
  return { ...view, endedAt: closeTime.toISOString(), state: 'stopped', stoppedBecause };
}
