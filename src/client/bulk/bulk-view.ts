import type { WorkflowExecutionDescription } from '@temporalio/client';
import { BULK_BEGIN, BULK_WORKFLOW, type BulkFilter, type BulkOrder, type BulkProgress } from '../../protocol/bulk';

/** A bulk action as people and programs see it. Times are ISO. */
export interface BulkActionView extends BulkProgress {
  id: string;
  action: BulkOrder['action'];
  /** Tasks that were named, or the filter. */
  ids?: number;
  filter?: BulkFilter;
  by?: string;
  reason?: string;
  /** `retry`: when the tasks shall run. */
  at?: string;
  rate: number;
  canary: boolean;
  canarySeconds?: number;
  createdAt: string;
}

/** What is known of a bulk action from its start on; the workflow adds its progress. */
export interface BulkMemo {
  /** Hash of the order: shows whether a key was used for another one. */
  payloadHash: string;
  order: Omit<BulkActionView, keyof BulkProgress | 'id'>;
  progress: BulkProgress;
}

export function memoOf(order: BulkOrder, payloadHash: string): BulkMemo {
  const { action, ids, filter, message, rate, canary, canarySeconds } = order;
  const { by, reason, at } = message;
  return {
    payloadHash,
    order: {
      action,
      ...(ids ? { ids: ids.length } : { filter: filter ?? {} }),
      ...(by && { by }),
      ...(reason && { reason }),
      ...(at && { at }),
      rate,
      canary,
      ...(canary && { canarySeconds }),
      createdAt: new Date().toISOString(),
    },
    progress: BULK_BEGIN,
  };
}

/** `undefined` for a workflow that is no bulk action, or was started by hand. */
export function bulkViewOf(description: WorkflowExecutionDescription): BulkActionView | undefined {
  const { type, workflowId, status, closeTime } = description;
  const memo = description.memo as Partial<BulkMemo> | undefined;
  if (type !== BULK_WORKFLOW || !memo?.order || !memo.progress) return undefined;
  const view = { id: workflowId, ...memo.order, ...memo.progress };
  if (!closeTime || status.name === 'COMPLETED') return view;
  // It ended without writing so: somebody terminated it.
  const end = { endedAt: view.endedAt ?? closeTime.toISOString() };
  if (status.name === 'CANCELLED') return { ...view, ...end, state: 'cancelled' };
  return { ...view, ...end, state: 'stopped', stoppedBecause: `Its workflow was ${status.name.toLowerCase()}` };
}
