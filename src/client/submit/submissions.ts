import { HoldfastError } from '../../errors';
import { inParallel } from '../../parallel';
import type { TaskFacts } from '../../tasks/state';
import type { TaskViews } from '../read/task-views';
import { type TaskView, viewOf } from '../read/view';
import type { Resources } from '../resources';
import { checkQueue, type Prepared, prepare, type Submission } from './prepare';
import { Submitter } from './submit';

/** The answer to a submission. */
export interface SubmitResult {
  task: TaskView;
  /** True when an earlier submission with the same key answers. */
  duplicate: boolean;
  /** Waits like {@link TaskClient.wait}, but spares the first reading. */
  wait(seconds: number, signal?: AbortSignal): Promise<TaskView>;
}

export type BulkResult = SubmitResult | { error: HoldfastError };

interface Options {
  /** Queues that a submission may name. Defaults to any. */
  queues?: readonly string[];
  eagerStart?: boolean;
}

const SUBMISSIONS_AT_ONCE = 20;

/** Takes submissions, one or many, and answers with their tasks. */
export class Submissions {
  private readonly submitter: Submitter;

  constructor(
    private readonly resources: Resources,
    private readonly views: TaskViews,
    private readonly options: Options,
  ) {
    const { gateway, reader, succession } = resources;
    this.submitter = new Submitter(gateway, reader, succession, options.eagerStart ?? false);
  }

  async submit(submission: Submission): Promise<SubmitResult> {
    const prepared = await this.prepare(submission);
    const { runId, duplicate, facts = newFacts(prepared, runId) } = await this.submitter.submit(prepared);
    const task = duplicate ? await this.views.view(facts) : viewOf(facts, {}, new Date());
    return { task, duplicate, wait: (seconds, signal) => this.views.waitFrom(facts, seconds, signal) };
  }

  async submitAll(submissions: readonly Submission[]): Promise<BulkResult[]> {
    let away: HoldfastError | undefined;
    return inParallel(submissions, SUBMISSIONS_AT_ONCE, async (submission) => {
      try {
        if (away) throw away;
        return await this.submit(submission);
      } catch (error) {
        if (!(error instanceof HoldfastError)) throw error;
        if (error.code === 'unavailable') away = error;
        return { error };
      }
    });
  }

  /** Checks a submission and makes its start, of which nothing has reached Temporal yet. */
  async prepare(submission: Submission): Promise<Prepared> {
    const { contracts, artifacts, retention } = this.resources;
    checkQueue(submission.policy, this.options.queues);
    const prepared = await prepare(submission, contracts.of(submission.type), contracts.categories, artifacts);
    await retention.check(prepared.start.policy);
    return prepared;
  }
}

/** A run that was just made needs no reading: this is what it is. */
function newFacts({ taskId, start, memo, tags }: Prepared, runId: string): TaskFacts {
  return {
    taskId,
    runId,
    type: start.type,
    queue: start.policy.queue,
    status: 'open',
    startedAt: memo.createdAt,
    historyLength: 2,
    memo,
    tags,
    ...(start.runAt && { recorded: 'scheduled' as const }),
  };
}
