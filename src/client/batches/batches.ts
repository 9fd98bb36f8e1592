import type { ArtifactStore } from '../../artifacts/store';
import { HoldfastError, type Issue } from '../../errors';
import { inParallel } from '../../parallel';
import { BATCH_WORKFLOW, type BatchOrder, type BatchStart, type Fate, type MemberLine } from '../../protocol/batch';
import type { OperatorMessage, TaskState } from '../../protocol/task';
import { newGeneration, newTaskId, payloadHash, taskIdForKey } from '../../tasks/keys';
import { ReportLog } from '../bulk/report-log';
import { readIds } from '../list/id-page';
import { cancelRequest } from '../temporal/cancel';
import type { Gateway } from '../temporal/gateway';
import { startOnce } from '../temporal/start-once';
import { type Check, checkEndTask, checkMembers, loadMembers, storeMembers, toStored } from './batch-members';
import { type BatchReportLine, reportLines } from './batch-report';
import { type BatchMemo, type BatchView, batchMemo, batchViewOf } from './batch-view';

/** What a caller asks for; what is left out has a default. */
export interface BatchRequest {
  /** Letters, digits and `. _ -`, at most 100. Defaults to one of the key's, or a new one. */
  id?: string;
  /** Whose ID it is: those of different tenants are apart. Defaults to nobody's. */
  tenant?: string;
  /** The members, as they are written in JSON for the HTTP API; 1 to 10,000. */
  tasks: readonly unknown[];
  /** The file that they were read from, as a hash; names them in faults and in the hash of the request. */
  members?: string;
  /** The task to submit once all members have ended. Defaults to none. */
  atEnd?: unknown;
  /** Members in flight, at most: 1 to 500. Defaults to 100. */
  limit?: number;
  /** Failed members after which no further ones are submitted. Defaults to all. */
  stopAfterFailures?: number;
  /** Seconds between two looks at members of which nothing is heard: 1 to 600. Defaults to 60. */
  lookSeconds?: number;
  by?: string;
}

/** What batches need of the tasks' client. */
interface Tasks {
  /** On which the batches run. */
  queue: string;
  check: Check;
  /** `undefined` when there is no such task. */
  state(taskId: string): Promise<TaskState | undefined>;
}

export interface BatchPage {
  batches: BatchView[];
  cursor?: string;
}

const MOST_MEMBERS = 10_000;
const DEFAULT_LIMIT = 100;
const MOST_IN_FLIGHT = 500;
const DEFAULT_LOOK_SECONDS = 60;
const RAREST_LOOK = 600;
const DEFAULT_PAGE = 50;
const READS_AT_ONCE = 25;

/** Many tasks under one ID: each batch is a workflow of its own, which submits, counts and follows them. */
export class Batches {
  constructor(
    private readonly gateway: Gateway,
    private readonly artifacts: ArtifactStore,
    private readonly tasks: Tasks,
  ) {}

  /**
   * Starts a batch once every member has been found valid. It goes on by itself as long as a worker runs.
   * @param key Equal requests with an equal key, or an equal ID, are one batch, for as long as Temporal keeps it.
   * @throws HoldfastError `invalid-request`, `key-reused`.
   */
  async start(request: BatchRequest, key?: string): Promise<{ batch: BatchView; duplicate: boolean }> {
    checkNumbers(request);
    const { by, tenant, ...asked } = request;
    const { id: name, tasks, members: source, atEnd, limit = DEFAULT_LIMIT, stopAfterFailures } = asked;
    const { lookSeconds = DEFAULT_LOOK_SECONDS } = asked;
    const own = tenant === undefined ? '' : `${tenant}:`;
    const id = name === undefined ? idFor(key) : `${BATCH_WORKFLOW}:${own}${name}`;
    const generation = newGeneration();
    const { check } = this.tasks;
    const root = source === undefined ? '/tasks' : '/members';
    const members = await checkMembers(tasks, { id, generation }, { check, root });
    // Who asks makes no other batch of it.
    const hash = payloadHash(BATCH_WORKFLOW, source === undefined ? asked : { ...asked, tasks: source });
    const last = atEnd === undefined ? undefined : await checkEndTask(atEnd, check);
    const order: BatchOrder = {
      generation,
      members: await storeMembers(this.artifacts, members),
      count: members.length,
      limit,
      lookSeconds,
      ...(stopAfterFailures !== undefined && { stopAfterFailures }),
      ...(last && { atEnd: await toStored(this.artifacts, last) }),
    };
    const duplicate = !(await this.startWorkflow(id, order, batchMemo(order, hash, by)));
    const { view, memo } = await this.describe(id);
    if (memo.payloadHash !== hash) {
      throw new HoldfastError(
        'key-reused',
        `The batch ${id} was started with other tasks or settings. Send the same, or another ID or key.`,
      );
    }
    return { batch: view, duplicate };
  }

  /** @throws HoldfastError `not-found`. */
  async read(id: string): Promise<BatchView> {
    return (await this.describe(id)).view;
  }

  /** Newest first. */
  async list({ limit = DEFAULT_PAGE, cursor }: { limit?: number; cursor?: string } = {}): Promise<BatchPage> {
    const query = `WorkflowType = '${BATCH_WORKFLOW}' AND ExecutionStatus != 'ContinuedAsNew'`;
    const page = await readIds(this.gateway, query, limit, cursor);
    const found = await inParallel(page.ids, READS_AT_ONCE, (id) => this.find(id));
    const batches = found.flatMap((one) => (one ? [one.view] : []));
    return { batches, ...(page.cursor !== undefined && { cursor: page.cursor }) };
  }

  /** What the batch knows of each member, in groups. @throws HoldfastError `not-found`. */
  async report(id: string): Promise<AsyncGenerator<BatchReportLine[]>> {
    const { view, memo } = await this.describe(id);
    const members = await loadMembers(this.artifacts, memo.members);
    return reportLines(members, memo.fates, new ReportLog<MemberLine>(this.artifacts, view.id).lines());
  }

  /**
   * Submits no further members and cancels those that are open; it ends when they have ended.
   * @throws HoldfastError `not-found`; `state-conflict` when it has ended.
   */
  async cancel(id: string, message: Pick<OperatorMessage, 'by' | 'reason'>): Promise<BatchView> {
    const { view } = await this.describe(id);
    if (view.endedAt !== undefined) {
      throw new HoldfastError('state-conflict', `The batch has ended as ${view.state}.`, { state: view.state });
    }
    const { service } = this.gateway;
    // Of whichever run is current: it may have gone on in a new one meanwhile.
    const current = { workflowId: view.id };
    const request = await cancelRequest(this.gateway, current, `${view.id}:${view.createdAt}`, message);
    await this.gateway.find(() => service.requestCancelWorkflowExecution(request));
    return this.read(id);
  }

  /** What the batch should know of a member: `undefined` while it is open. One that is gone has failed to end well. */
  async fateOf(taskId: string): Promise<Fate | undefined> {
    const state = await this.tasks.state(taskId);
    if (state === 'completed' || state === 'failed' || state === 'cancelled') return state;
    if (state === 'dead-lettered') return 'parked';
    return state === undefined ? 'failed' : undefined;
  }

  /** @returns False when there is one of this ID. */
  private async startWorkflow(id: string, order: BatchOrder, memo: BatchMemo): Promise<boolean> {
    return startOnce(this.gateway, BATCH_WORKFLOW, {
      workflowId: id,
      taskQueue: this.tasks.queue,
      args: [{ order } satisfies BatchStart],
      memo: { ...memo },
      staticSummary: `${order.count} tasks, ${order.limit} in flight`,
    });
  }

  private async describe(id: string) {
    const found = await this.find(id);
    if (!found) throw noBatch(id);
    return found;
  }

  private async find(id: string) {
    const handle = this.gateway.client.workflow.getHandle(workflowId(id));
    const description = await this.gateway.find(() => handle.describe());
    const view = description && batchViewOf(description);
    return view && { view, memo: description.memo as unknown as BatchMemo };
  }
}

function noBatch(id: string): HoldfastError {
  return new HoldfastError('not-found', `There is no batch ${id}.`);
}

/** With the prefix or without it: people copy either. */
function workflowId(id: string): string {
  return id.startsWith(`${BATCH_WORKFLOW}:`) ? id : `${BATCH_WORKFLOW}:${id}`;
}

function idFor(key: string | undefined): string {
  return key === undefined ? newTaskId(BATCH_WORKFLOW) : taskIdForKey(BATCH_WORKFLOW, undefined, key);
}

function checkNumbers({ id, tasks, members, limit, stopAfterFailures, lookSeconds }: BatchRequest): void {
  const issues: Issue[] = [];
  const whole = (name: string, value: number | undefined, most: number) => {
    if (value === undefined || (Number.isInteger(value) && value >= 1 && value <= most)) return;
    issues.push({ pointer: `/${name}`, message: `must be a whole number from 1 to ${most}` });
  };
  if (id !== undefined && !/^[A-Za-z0-9._-]{1,100}$/.test(id)) {
    issues.push({ pointer: '/id', message: 'is 1 to 100 letters, digits and . _ -' });
  }
  if (tasks.length < 1 || tasks.length > MOST_MEMBERS) {
    const pointer = members === undefined ? '/tasks' : '/members';
    issues.push({ pointer, message: `has ${tasks.length} tasks; a batch has 1 to ${MOST_MEMBERS}` });
  }
  whole('limit', limit, MOST_IN_FLIGHT);
  whole('stopAfterFailures', stopAfterFailures, MOST_MEMBERS);
  whole('lookSeconds', lookSeconds, RAREST_LOOK);
  const [first] = issues;
  if (first) throw new HoldfastError('invalid-request', `${first.pointer}: ${first.message}`, { issues });
}
