import {
  ApplicationFailure,
  CancellationScope,
  ContinueAsNew,
  condition,
  defineSignal,
  makeContinueAsNewFunc,
  patched,
  setHandler,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import {
  type BatchOrder,
  type BatchProgress,
  type BatchStart,
  type EndTaskOutcome,
  MEMBER_ENDED,
} from '../../protocol/batch';
import { batchActivities } from './batch-activities';
import { BatchBook } from './batch-book';

/** Members that one activity submits. */
const MOST_AT_ONCE = 100;
/** Freed places are filled by this part of the limit at once, or after a second. */
const QUARTER = 0.25;
const TICK_MS = 1000;
/** Members that are read in one look. */
const MOST_LOOKED_AT = 500;
/** Looks at a batch in which nothing stirs become rarer, in seconds. */
const RAREST_LOOK = 600;

/**
 * Submits many tasks, with a limit in flight, and counts their ends. They report it themselves; those that cannot,
 * because the server ended or lost them, it finds by looking. How far it is stands in the memo.
 */
export async function batch(argument: unknown): Promise<BatchProgress> {
  const start = checkStart(argument);
  const { order } = start;
  const book = new BatchBook(start);
  setHandler(defineSignal<unknown[]>(MEMBER_ENDED), (...args) => book.hear(args[0], order.generation), {
    description: 'A member has ended',
  });
  const run = new BatchRun(order, book);
  const whole = CancellationScope.current();
  // Asked of the scope itself: the news of a cancellation may come some steps after the batch has gone on as new.
  const progress = await CancellationScope.nonCancellable(() => run.toTheEnd(() => whole.consideredCancelled));
  if (progress.state === 'cancelled' && whole.consideredCancelled) await whole.cancelRequested;
  return progress;
}

class BatchRun {
  private lookDue = false;
  private lookFrom = 0;
  private messagesBefore = 0;
  private pause: number;

  constructor(
    private readonly order: BatchOrder,
    private readonly book: BatchBook,
  ) {
    this.pause = order.lookSeconds;
  }

  async toTheEnd(cancelAsked: () => boolean): Promise<BatchProgress> {
    const { book, order } = this;
    try {
      if (book.state === 'waiting') book.write({ state: 'running', startedAt: new Date().toISOString() });
      // The run before may have received the command, and ended before it had passed it on.
      if (book.state === 'cancelling') await this.cancel();
      this.planLook();
      while (!book.isOver) {
        if (cancelAsked() && book.state !== 'cancelling') await this.cancel();
        else if (this.hasFailed() && book.state === 'running') this.stop();
        else if (workflowInfo().continueAsNewSuggested) await this.goOnAsNew();
        else if (this.lookDue) await this.look();
        else if (book.room(order.limit) > 0) await this.submit();
        else await this.waitFor(cancelAsked);
      }
      if (book.state === 'cancelling') return book.end('cancelled');
      // Cancelled in the same moment as of its last end: no task at the end is submitted any more.
      const tooLate = order.atEnd === undefined || book.state !== 'running';
      if (!tooLate && cancelAsked() && patched('cancelled-before-its-end-task')) return book.end('cancelled');
      if (book.state === 'stopping' || this.hasFailed()) return book.end('stopped', { stoppedBecause: this.reason });
      const news = order.atEnd === undefined ? {} : { atEnd: await this.submitEndTask() };
      // What was refused was never done: nobody shall read of it as completed.
      return book.end(book.of('refused') > 0 ? 'incomplete' : 'completed', news);
    } catch (error) {
      if (error instanceof ContinueAsNew) throw error;
      return book.end('stopped', { stoppedBecause: `It could not go on: ${messageOf(error)}` });
    }
  }

  private async submit(): Promise<void> {
    const { book, order } = this;
    const { generation, members, limit } = order;
    const from = book.next;
    const to = from + Math.min(book.room(limit), MOST_AT_ONCE);
    const summary = `members ${from + 1} to ${to}`;
    const slice = { generation, members, from, to };
    book.submitted(to, await batchActivities.submitMembers.executeWithOptions({ summary }, [slice]));
  }

  /** Until there is something to do. What members report in the meantime is written down a second later. */
  private async waitFor(cancelAsked: () => boolean): Promise<void> {
    const { book, order } = this;
    const enough = Math.ceil(order.limit * QUARTER);
    const ready = () =>
      book.isOver ||
      this.lookDue ||
      (this.hasFailed() && book.state === 'running') ||
      (cancelAsked() && book.state !== 'cancelling') ||
      workflowInfo().continueAsNewSuggested ||
      book.room(order.limit) >= Math.min(enough, order.count - book.next || enough);
    await condition(() => ready() || book.dirty);
    if (!ready()) await condition(ready, TICK_MS);
    book.write({}, { atOnce: false });
  }

  private async look(): Promise<void> {
    const { book, order } = this;
    const known = book.unsettled(this.lookFrom, MOST_LOOKED_AT);
    const looked = [...known.open, ...known.parked];
    this.lookFrom = looked.length < MOST_LOOKED_AT ? 0 : (Math.max(...looked) + 1) % order.count;
    const news = looked.length > 0 ? await batchActivities.lookAtMembers(known) : [];
    book.seen(news);
    const stirs = news.length > 0 || book.messages > this.messagesBefore;
    this.messagesBefore = book.messages;
    this.pause = stirs ? order.lookSeconds : Math.max(order.lookSeconds, Math.min(this.pause * 2, RAREST_LOOK));
    this.planLook();
  }

  /** One timer a look: conditions with a time limit of their own would cost two events each. */
  private planLook(): void {
    this.lookDue = false;
    void sleep(this.pause * 1000).then(() => {
      this.lookDue = true;
    });
  }

  private async cancel(): Promise<void> {
    const { book } = this;
    book.write({ state: 'cancelling' });
    const { open, parked } = book.unsettled(0, this.order.count);
    if (open.length + parked.length > 0) book.seen(await batchActivities.cancelMembers([...open, ...parked]));
  }

  private stop(): void {
    this.book.write({ state: 'stopping', stoppedBecause: this.reason });
  }

  private async submitEndTask(): Promise<EndTaskOutcome> {
    const { atEnd, limit } = this.order;
    const lately = this.book.lately(limit);
    return batchActivities.submitEndTask.executeWithOptions({ summary: 'the task at the end' }, [{ atEnd, lately }]);
  }

  private hasFailed(): boolean {
    const { stopAfterFailures = Number.POSITIVE_INFINITY } = this.order;
    return this.book.of('failed') + this.book.of('refused') >= stopAfterFailures;
  }

  private get reason(): string {
    return `${this.order.stopAfterFailures} of its members failed or were refused`;
  }

  private goOnAsNew(): Promise<never> {
    const { book, order } = this;
    book.write();
    const goOn = makeContinueAsNewFunc<typeof batch>({ memo: { ...workflowInfo().memo, ...book.record } });
    return goOn({ order, carried: book.record } satisfies BatchStart);
  }
}

/** A batch started by hand with anything else fails at once, where a thrown TypeError would block it for ever. */
function checkStart(argument: unknown): BatchStart {
  const { order } = { ...(argument as Partial<BatchStart> | null | undefined) };
  const { generation, members, count, limit, lookSeconds } = { ...(order as Partial<BatchOrder> | undefined) };
  const complete =
    typeof generation === 'string' &&
    typeof members === 'object' &&
    [count, limit, lookSeconds].every((number) => typeof number === 'number' && number > 0);
  if (complete) return argument as BatchStart;
  throw ApplicationFailure.create({
    message: `${workflowInfo().workflowId} was not started through the HTTP API or TaskClient, which check the order.`,
    type: 'PERMANENT_VALIDATION',
    nonRetryable: true,
  });
}

function messageOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  return cause instanceof Error ? cause.message : String(cause);
}
