import type { Logger } from 'pino';
import type { AlertClient } from '../../../client/monitor/alerts';
import {
  type AlertsMemo,
  type Condition,
  type ConditionReport,
  kindOf,
  type OpenCondition,
} from '../../../protocol/alert';
import type { Check } from './check';

/** Looks which conditions hold, and reports what is new to the memory of alerts. */
export class AlertEvaluator {
  constructor(
    private readonly alerts: AlertClient,
    private readonly checks: readonly Check[],
    private readonly logger: Logger,
  ) {}

  /**
   * One look at everything. What a check could not find out stays as it was.
   * @returns The keys of the conditions that began, changed or ended. @throws HoldfastError `unavailable`.
   */
  async evaluate(): Promise<string[]> {
    const known = await this.alerts.read();
    const reports: ConditionReport[] = [];
    for (const check of this.checks) {
      try {
        reports.push(...changes(known, check, await check.find(known)));
      } catch (err) {
        this.logger.error({ err, kinds: check.kinds }, 'an alert could not be evaluated');
      }
    }
    if (reports.length > 0) await this.alerts.report(reports);
    return reports.map(({ key }) => key);
  }
}

function changes({ conditions }: AlertsMemo, { kinds }: Check, found: readonly Condition[]): ConditionReport[] {
  const open = new Map(conditions.map((one) => [one.key, one]));
  const begun = found.filter((one) => isNews(one, open.get(one.key))).map((one) => ({ ...one, holds: true }));
  const over = conditions.filter((one) => kinds.includes(kindOf(one)) && !found.some(({ key }) => key === one.key));
  return [
    ...begun,
    ...over.map(({ key, severity, title, message }) => ({ key, severity, title, message, holds: false })),
  ];
}

function isNews(found: Condition, open: OpenCondition | undefined): boolean {
  return open === undefined || found.severity !== open.severity || found.value !== open.value;
}
