import {
  CancellationScope,
  CancelledFailure,
  condition,
  log,
  proxyLocalActivities,
  upsertMemo,
} from '@temporalio/workflow';
import type { DeadLetterNews } from '../../protocol/alert';
import type { FailureClass, FailureDetail, FailureOutcome, OperatorMessage, Parking } from '../../protocol/task';
import { countStep } from '../sinks';
import { failTask } from './ending';
import type { Life } from './waiting';

type Redrives = Record<FailureClass, number[]>;

/** Ends of time that no further run could change. */
const FINAL_CODES = ['TASK_TIMED_OUT', 'TASK_QUEUE_TIMED_OUT'];

/** Failures shown with a parked task; its memo travels with every row of a list. */
const FAILURES_SHOWN = 5;

/** Reported inside the workflow task: no round trip, and no way to hold up the task for longer than this. */
const { announce } = proxyLocalActivities<{ announce(news: DeadLetterNews): Promise<void> }>({
  startToCloseTimeout: '6 s',
  retry: { maximumAttempts: 1 },
});

/** The outer loop of retries: keeps a used-up task, in its own workflow, until it heals or a person decides. */
export class DeadLetters {
  /** Since the submission or the operator's last command. */
  private redrives = 0;
  private parkings = 0;
  private byOperator = false;

  constructor(
    private readonly life: Life,
    private readonly table: Redrives,
  ) {}

  /** How a task that completes now has healed; `undefined` when it was never parked. */
  get healedBy(): FailureOutcome | undefined {
    if (this.byOperator || this.life.start.redrive) return 'operator';
    return this.parkings > 0 ? 'redriven' : undefined;
  }

  /**
   * Parks the task until its next redrive is due or an operator says `retry` or gives a verdict. When no
   * redrive is left the task fails.
   * @returns The operator's command, if it was one.
   */
  async park(message: string, failure: FailureDetail): Promise<OperatorMessage | undefined> {
    const { desk, start, states } = this.life;
    const delays = this.delays(failure);
    const delay = delays[this.redrives];
    if (delay === undefined && failure.code !== 'OUTCOME_UNKNOWN') return this.giveUp(message, failure, delays.length);

    const parking = this.describe(message, failure, delays.length, delay);
    desk.openParking();
    states.recordParked(failure);
    upsertMemo({ parking });
    countStep({ step: 'dead-lettered', type: start.type, class: failure.class, code: failure.code });
    if (start.policy.category === 'critical' && this.parkings === 1)
      await this.report('dead-lettered', message, failure);
    const retry = await this.waitForRedrive(parking);
    if (desk.verdict) return undefined;

    desk.closeParking();
    states.record(undefined);
    upsertMemo({ parking: null });
    countStep({ step: 'redriven', type: start.type, class: failure.class, code: failure.code });
    this.redrives = retry ? 0 : this.redrives + 1;
    this.byOperator ||= retry !== undefined;
    log.info('Task runs again', {
      by: retry?.by ?? 'its redrive table',
      reason: retry?.reason,
      redrive: this.redrives,
    });
    return retry;
  }

  /** Work that is not idempotent is never run again but when a person says so, unless it is sure that nothing was done. */
  private delays({ class: failureClass, code, nothingDone = false }: FailureDetail): number[] {
    const mayRepeat = this.life.start.idempotent || nothingDone;
    return mayRepeat && !FINAL_CODES.includes(code) ? this.table[failureClass] : [];
  }

  private describe(message: string, failure: FailureDetail, maxRedrives: number, delay: number | undefined): Parking {
    const { class: failureClass, code, fingerprint, attempts, failures } = failure;
    const now = Date.now();
    const [first, last] = [failures[0]?.at, failures.at(-1)?.at];
    return {
      number: ++this.parkings,
      since: new Date(now).toISOString(),
      class: failureClass,
      code,
      fingerprint,
      message,
      attempts,
      ...(first && { firstFailedAt: first }),
      ...(last && { lastFailedAt: last }),
      redrives: this.redrives,
      maxRedrives,
      ...(delay !== undefined && { nextRedriveAt: new Date(now + delay * 1000).toISOString() }),
      failures: failures.slice(-FAILURES_SHOWN),
    };
  }

  /** Several retries may be asked for before it is time: the last one counts. */
  private async waitForRedrive(parking: Parking): Promise<OperatorMessage | undefined> {
    const { desk } = this.life;
    let retry: OperatorMessage | undefined;
    let dueAt = parking.nextRedriveAt;
    for (;;) {
      const left = dueAt === undefined ? undefined : Date.parse(dueAt) - Date.now();
      if (left !== undefined && left <= 0) return retry;
      const heard = () => desk.verdict !== undefined || desk.retry !== undefined;
      if (left === undefined) await condition(heard);
      else await condition(heard, left, { summary: `redrive due at ${dueAt}` });
      if (desk.verdict) return undefined;
      if (!desk.retry) continue;
      retry = desk.takeRetry();
      dueAt = retry?.at ?? new Date().toISOString();
      if (Date.parse(dueAt) > Date.now()) upsertMemo({ parking: { ...parking, nextRedriveAt: dueAt } });
    }
  }

  private async giveUp(message: string, failure: FailureDetail, maxRedrives: number): Promise<undefined> {
    const { start } = this.life;
    const because = this.redrives > 0 ? `Exceeded max retries (${maxRedrives})` : reasonWithoutRedrives(failure, start);
    await this.report('abandoned', message, failure);
    // What arrived during the report is carried out first.
    if (this.life.desk.verdict) return undefined;
    if (CancellationScope.current().consideredCancelled) throw new CancelledFailure('Cancelled');
    countStep({ step: 'abandoned', type: start.type, class: failure.class, code: failure.code });
    return failTask(this.life, message, { ...failure, abandoned: true, abandonedBecause: because });
  }

  /** An alert that cannot be reported now is found by the monitor's next pass; the task must not wait for it. */
  private async report(what: DeadLetterNews['what'], message: string, failure: FailureDetail): Promise<void> {
    const { type, policy } = this.life.start;
    const { class: failureClass, code, fingerprint } = failure;
    const news = { what, type, category: policy.category, class: failureClass, code, fingerprint, message };
    await announce({ ...news, taskId: this.life.taskId }).catch((error) =>
      log.warn('A dead letter could not be reported', { error: String(error) }),
    );
  }
}

function reasonWithoutRedrives(
  { class: failureClass, code, nothingDone = false }: FailureDetail,
  { idempotent }: Life['start'],
): string {
  if (FINAL_CODES.includes(code)) return 'Its time is up';
  if (!idempotent && !nothingDone) return 'Work that is not idempotent is never repeated by itself';
  return `Failures of class ${failureClass} are not redriven`;
}
