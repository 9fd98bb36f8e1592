import { ApplicationFailure } from '@temporalio/common';
import { NativeConnection, Worker } from '@temporalio/worker';
import {
  ALERTS_ID,
  ALERTS_TYPE,
  type AlertsMemo,
  type ConditionReport,
  type NewsCount,
  type SinkName,
} from '../../src/protocol/alert';
import { MONITOR_QUEUE } from '../../src/protocol/task';
import { forgetAlerts } from '../../test/support/alert-monitor';
import { BUNDLE } from '../../test/support/bundle';
import type { Harness } from '../../test/support/harness';
import { until } from '../../test/support/until';
import type { Path, Run } from './path';

/** How a sink takes a notice: it does, it is not set up, it fails at first, or it never does. */
type Taken = 'delivered' | 'off' | 'late' | 'never';

/** A memory of alerts that begins empty, and the part of a monitor that delivers. */
export class Alerts {
  private constructor(private readonly harness: Harness) {}

  static path(sinks: Record<SinkName, Taken>, lead: (alerts: Alerts) => Promise<Run[]>): Path {
    return async (harness) => {
      await forgetAlerts(harness);
      const connection = await NativeConnection.connect({ address: harness.server.address });
      const worker = await Worker.create({
        connection,
        namespace: harness.namespace,
        taskQueue: MONITOR_QUEUE,
        workflowBundle: { codePath: BUNDLE },
        activities: { deliverAlert: deliveries(sinks) },
      });
      const runs = await worker.runUntil(() => lead(new Alerts(harness)));
      await connection.close();
      return runs;
    };
  }

  async report(report: Partial<ConditionReport>): Promise<void> {
    await this.harness.tasks.alerts.report([{ ...CONDITION, ...report }]);
  }

  async tell(...news: Partial<NewsCount>[]): Promise<void> {
    await this.harness.tasks.alerts.reportNews(news.map((one) => ({ ...NEWS, ...one })));
  }

  get handle() {
    return this.harness.temporal.workflow.getHandle(ALERTS_ID);
  }

  /** Starts them by hand; without it the first signal does. */
  async start(argument: unknown): Promise<void> {
    const options = { workflowId: ALERTS_ID, taskQueue: MONITOR_QUEUE, args: [argument] };
    await this.harness.temporal.workflow.start(ALERTS_TYPE, options);
  }

  remembers(what: string, holds: (memo: AlertsMemo) => boolean): Promise<boolean> {
    return until(what, async () => holds(await this.harness.tasks.alerts.read()));
  }

  /** Waits until so many notices have come to their end. */
  async told(count: number): Promise<void> {
    await this.remembers(`${count} notices are out`, ({ notices }) => {
      const settled = notices.filter(({ pending }) => pending.length === 0);
      return notices.length === count && settled.length === count;
    });
  }

  async count(submitted: number, duplicates: number): Promise<void> {
    await this.harness.tasks.alerts.countSubmissions({ at: new Date().toISOString(), submitted, duplicates });
  }

  async run(): Promise<Run> {
    const { runId } = await this.handle.describe();
    return { id: ALERTS_ID, runId };
  }
}

const CONDITION: ConditionReport = {
  key: 'dead-letters',
  severity: 'WARNING',
  title: 'Dead letters',
  message: '51 dead letters wait, more than 50.',
  value: 51,
  holds: true,
};

const NEWS: NewsCount = {
  what: 'dead-lettered',
  taskId: 'test.probe:1',
  type: 'test.probe',
  category: 'default',
  class: 'transient',
  code: 'TRANSIENT_NETWORK',
  fingerprint: '0123456789abcdef',
  message: 'connection refused',
  count: 1,
};

/** Attempts of a late sink that fail. */
const LATE = 1;

function deliveries(sinks: Record<SinkName, Taken>) {
  const tried: Partial<Record<SinkName, number>> = {};
  return async (sink: SinkName): Promise<boolean> => {
    const attempt = (tried[sink] ?? 0) + 1;
    tried[sink] = attempt;
    if (sinks[sink] === 'late' && attempt <= LATE) throw new Error('The alert webhook answered 503');
    // A sink is given up after an hour; this one says so at once.
    if (sinks[sink] === 'never') throw ApplicationFailure.nonRetryable('The alert webhook answered 503');
    return sinks[sink] !== 'off';
  };
}
