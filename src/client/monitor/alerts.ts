import {
  ALERT_SIGNALS,
  ALERTS_ID,
  ALERTS_TYPE,
  type AlertsMemo,
  type ConditionReport,
  type NewsCount,
  type SubmissionCount,
} from '../../protocol/alert';
import { MONITOR_QUEUE } from '../../protocol/task';
import type { Gateway } from '../temporal/gateway';
import { AlertFacts } from './alert-facts';

/**
 * The way to the memory of alerts: a workflow that is started by the first signal. Neither reading nor
 * reporting needs a worker; what was sent is reported as soon as a monitor runs.
 */
export class AlertClient {
  /** The numbers that alerts are judged by. */
  readonly facts: AlertFacts;

  constructor(private readonly gateway: Gateway) {
    this.facts = new AlertFacts(gateway);
  }

  /** What holds, what was reported, and the submissions of the last hour. @throws HoldfastError `unavailable`. */
  async read(): Promise<AlertsMemo> {
    const handle = this.gateway.client.workflow.getHandle(ALERTS_ID);
    const description = await this.gateway.find(() => handle.describe());
    const open = description?.status.name === 'RUNNING';
    const {
      conditions = [],
      notices = [],
      submissions = [],
    } = open ? ((description.memo ?? {}) as Partial<AlertsMemo>) : {};
    return { conditions, notices, submissions };
  }

  /** Says which conditions hold, and which do not any more. @throws HoldfastError `unavailable`. */
  async report(reports: readonly ConditionReport[]): Promise<void> {
    await this.signal(ALERT_SIGNALS.condition, reports);
  }

  async reportNews(news: readonly NewsCount[]): Promise<void> {
    await this.signal(ALERT_SIGNALS.deadLetter, news);
  }

  async countSubmissions(count: SubmissionCount): Promise<void> {
    await this.signal(ALERT_SIGNALS.submissions, [count]);
  }

  private async signal(signal: string, items: readonly unknown[]): Promise<void> {
    await this.gateway.call(() =>
      this.gateway.client.workflow.signalWithStart(ALERTS_TYPE, {
        workflowId: ALERTS_ID,
        taskQueue: MONITOR_QUEUE,
        signal,
        signalArgs: [items],
      }),
    );
  }
}
