import { storeIfLarge } from '../../artifacts/large-values';
import type { ArtifactStore } from '../../artifacts/store';
import { HoldfastError } from '../../errors';
import { inParallel } from '../../parallel';
import {
  BULK_WORKFLOW,
  type BulkChoice,
  type BulkOrder,
  type BulkReportLine,
  type BulkTarget,
} from '../../protocol/bulk';
import type { OperatorMessage } from '../../protocol/task';
import { newTaskId, payloadHash, taskIdForKey } from '../../tasks/keys';
import { readIds } from '../list/id-page';
import { cancelRequest } from '../temporal/cancel';
import type { Gateway } from '../temporal/gateway';
import { startOnce } from '../temporal/start-once';
import { type BulkPreviewRequest, type BulkRequest, orderOf, previewIssues } from './bulk-order';
import { type BulkPreview, previewOf } from './bulk-preview';
import { BulkReport } from './bulk-report';
import { type TargetSource, targetsOf } from './bulk-targets';
import { type BulkActionView, bulkViewOf, memoOf } from './bulk-view';

/** What bulk actions need of the tasks' client. */
interface Tasks extends TargetSource {
  /** On which the actions run. */
  queue: string;
  /** @throws HoldfastError when the contract of the type does not take the message's input or result. */
  check(type: string, message: OperatorMessage): Promise<unknown>;
}

export interface BulkActionPage {
  bulkActions: BulkActionView[];
  cursor?: string;
}

const PREFIX = 'bulk-action';
const DEFAULT_LIMIT = 50;
const READS_AT_ONCE = 25;

/** One operator's message for many tasks: each bulk action is a workflow of its own, with a report. */
export class BulkActions {
  constructor(
    private readonly gateway: Gateway,
    private readonly artifacts: ArtifactStore,
    private readonly tasks: Tasks,
  ) {}

  /**
   * Starts a bulk action. It goes on by itself as long as a worker runs.
   * @param key Equal orders with an equal key are one bulk action, for as long as Temporal keeps it.
   * @throws HoldfastError `invalid-request`, `unknown-task-type`, `key-reused`.
   */
  async start(request: BulkRequest, key?: string): Promise<{ bulkAction: BulkActionView; duplicate: boolean }> {
    const order = await this.checked(orderOf(request));
    const hash = payloadHash(PREFIX, request);
    const id = key === undefined ? newTaskId(PREFIX) : taskIdForKey(PREFIX, undefined, key);
    const duplicate = !(await this.startWorkflow(id, order, hash));
    const { view, payloadHash: known } = await this.describe(id);
    if (known !== hash) {
      throw new HoldfastError(
        'key-reused',
        'This idempotency key was used for another bulk action. Send the same order, or a new key.',
      );
    }
    return { bulkAction: view, duplicate };
  }

  /** What a bulk action would be about now; nothing is done. @throws HoldfastError `invalid-request`. */
  async preview(request: BulkPreviewRequest): Promise<BulkPreview> {
    const [issue] = previewIssues(request);
    if (issue) throw new HoldfastError('invalid-request', `${issue.pointer}: ${issue.message}`, { issues: [issue] });
    return previewOf(this.targets(request));
  }

  /** @throws HoldfastError `not-found`. */
  async read(id: string): Promise<BulkActionView> {
    return (await this.describe(id)).view;
  }

  /** Newest first. */
  async list({ limit = DEFAULT_LIMIT, cursor }: { limit?: number; cursor?: string } = {}): Promise<BulkActionPage> {
    const page = await readIds(this.gateway, `WorkflowType = '${BULK_WORKFLOW}'`, limit, cursor);
    const found = await inParallel(page.ids, READS_AT_ONCE, (id) => this.find(id));
    const bulkActions = found.flatMap((one) => (one ? [one.view] : []));
    return { bulkActions, ...(page.cursor !== undefined && { cursor: page.cursor }) };
  }

  /** What became of each task so far, in batches. @throws HoldfastError `not-found`. */
  async report(id: string): Promise<AsyncGenerator<BulkReportLine[]>> {
    await this.read(id);
    return new BulkReport(this.artifacts, id).lines();
  }

  /** Ends it after the tasks that it is at. @throws HoldfastError `not-found`; `state-conflict` when it has ended. */
  async cancel(id: string, message: Pick<OperatorMessage, 'by' | 'reason'>): Promise<BulkActionView> {
    const { view, runId } = await this.describe(id);
    if (view.endedAt !== undefined) {
      throw new HoldfastError('state-conflict', `The bulk action has ended as ${view.state}.`, { state: view.state });
    }
    const { service } = this.gateway;
    const request = await cancelRequest(this.gateway, { workflowId: id, runId }, runId, message);
    await this.gateway.find(() => service.requestCancelWorkflowExecution(request));
    return this.read(id);
  }

  /** The tasks of a choice, as they are now. */
  targets(choice: BulkChoice): AsyncGenerator<BulkTarget[]> {
    return targetsOf(this.gateway, this.tasks, choice);
  }

  /** What is wrong for every task of a type is refused at once; the rest shows in the report. */
  private async checked(order: BulkOrder): Promise<BulkOrder> {
    const { filter, message } = order;
    if (filter?.type) await this.tasks.check(filter.type, message);
    const stored = { ...message };
    if (message.input !== undefined) stored.input = await storeIfLarge(this.artifacts, message.input);
    if (message.result !== undefined) stored.result = await storeIfLarge(this.artifacts, message.result);
    return { ...order, message: stored };
  }

  /** @returns False when there is one of this ID. */
  private async startWorkflow(workflowId: string, order: BulkOrder, hash: string): Promise<boolean> {
    const { action, message } = order;
    return startOnce(this.gateway, BULK_WORKFLOW, {
      workflowId,
      taskQueue: this.tasks.queue,
      args: [order],
      memo: { ...memoOf(order, hash) },
      staticSummary: `${action} by ${message.by ?? 'an operator'}: ${message.reason}`.slice(0, 130),
    });
  }

  private async describe(id: string) {
    const found = await this.find(id);
    if (!found) throw new HoldfastError('not-found', `There is no bulk action ${id}.`);
    return found;
  }

  private async find(id: string) {
    const description = await this.gateway.find(() => this.gateway.client.workflow.getHandle(id).describe());
    const view = description && bulkViewOf(description);
    const hash = description?.memo?.payloadHash as string | undefined;
    return view && { view, runId: description.runId, payloadHash: hash };
  }
}
