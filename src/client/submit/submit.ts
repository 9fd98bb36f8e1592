import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { LRUCache } from 'lru-cache';
import { HoldfastError } from '../../errors';
import type { TaskFacts } from '../../tasks/state';
import type { TaskReader } from '../read/reader';
import type { Gateway } from '../temporal/gateway';
import type { Prepared } from './prepare';
import { endSecond } from './second-successor';
import { type StartMode, startOptions } from './start-request';
import type { Succession } from './succession';
import { holdsKey } from './window';

/** Which run answers a submission. */
export interface Submitted {
  runId: string;
  /** True when an earlier submission of the same key answers. */
  duplicate: boolean;
  /** The answering run as it was read; absent for a run that was just made, which needs no reading. */
  facts?: TaskFacts;
}

/** Only a key that ends and restarts again and again in between could need more. */
const MOST_ROUNDS = 10;

/** IDs of tasks that this process has seen exist. */
const IDS_KEPT = 10_000;

/** Makes exactly one task per key and window, however many callers race. */
export class Submitter {
  /** A hint only: for these a describe comes first, since a start would most likely be in vain. */
  private readonly seen = new LRUCache<string, true>({ max: IDS_KEPT });

  constructor(
    private readonly gateway: Gateway,
    private readonly reader: TaskReader,
    private readonly succession: Succession,
    private readonly eager: boolean,
  ) {}

  /** @throws HoldfastError `key-reused` when the key stands for another payload; `unavailable`. */
  async submit(prepared: Prepared): Promise<Submitted> {
    const { taskId } = prepared;
    const first = this.seen.has(taskId) ? undefined : await this.start(prepared, { kind: 'first' });
    if (prepared.keyed) this.seen.set(taskId, true);
    if (first) return { runId: first, duplicate: false };
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const existing = await this.reader.facts(taskId);
      if (!existing) {
        // Retention has passed since the task was seen or its start refused.
        const again = await this.start(prepared, { kind: 'first' });
        if (again) return { runId: again, duplicate: false };
        continue;
      }
      if (isOwn(existing, prepared) || holdsKey(existing, new Date())) return answer(existing, prepared);
      const successor = await this.startSuccessor(prepared, existing);
      if (successor) return successor;
    }
    throw new HoldfastError('unavailable', 'This key is contended right now; try again.', { retryAfter: 1 });
  }

  /**
   * Starts the run that follows a closed one whose window is over. Every racer gets "started", so the
   * run itself says whose it is. `undefined` when another run is open by now, or has followed earlier.
   */
  private async startSuccessor(prepared: Prepared, closed: TaskFacts): Promise<Submitted | undefined> {
    await this.succession.settleBefore(closed);
    const runId = await this.start(prepared, { kind: 'successor', of: closed });
    if (!runId) return undefined;
    const heir = await this.succession.settle(prepared.taskId, closed.runId, runId);
    if (heir !== runId) {
      await endSecond(this.gateway, prepared.taskId, runId, heir);
      return undefined;
    }
    const made = await this.reader.facts(prepared.taskId, runId);
    return made && answer(made, prepared);
  }

  private async start(prepared: Prepared, mode: StartMode): Promise<string | undefined> {
    const options = startOptions(prepared, mode, this.eager, this.gateway.publicUrl);
    try {
      const handle = await this.gateway.call(() => this.gateway.client.workflow.start(prepared.start.type, options));
      return handle.firstExecutionRunId;
    } catch (error) {
      if (error instanceof WorkflowExecutionAlreadyStartedError) return undefined;
      throw error;
    }
  }
}

function isOwn(facts: TaskFacts, { memo }: Prepared): boolean {
  return facts.memo.nonce === memo.nonce;
}

function answer(facts: TaskFacts, prepared: Prepared): Submitted {
  if (isOwn(facts, prepared)) return { runId: facts.runId, duplicate: false };
  if (facts.memo.payloadHash !== prepared.memo.payloadHash) {
    throw new HoldfastError(
      'key-reused',
      'This idempotency key was used with another payload. Send the same payload, or a new key.',
      {
        taskId: facts.taskId,
      },
    );
  }
  return { runId: facts.runId, duplicate: true, facts };
}
