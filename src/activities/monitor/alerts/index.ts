import type { Logger } from 'pino';
import type { TaskClient } from '../../../client/task-client';
import type { AlertSinks } from '../../../monitor/alerts/sinks';
import type { AlertNotice, SinkName } from '../../../protocol/alert';
import type { AlertLimits } from './check';
import { criticalCheck, deadLetterCheck } from './dead-letters';
import { duplicateCheck } from './duplicates';
import { AlertEvaluator } from './evaluate';
import { failureRateCheck } from './failure-rates';
import { breakerCheck, workerCheck } from './surroundings';

export interface AlertDeps {
  tasks: TaskClient;
  /** The task types whose failure rates are watched. */
  types: readonly string[];
  sinks: AlertSinks;
  limits: AlertLimits;
  logger: Logger;
}

export interface AlertActivities {
  /** Looks which conditions hold and reports what is new; returns the keys of those. */
  evaluateAlerts(): Promise<string[]>;
  /** @returns False when this sink is not set up. Rejects when the notice did not arrive. */
  deliverAlert(sink: SinkName, notice: AlertNotice): Promise<boolean>;
}

/** The activities of alerts, for the monitor's worker; `evaluateAlerts` may be called outside of Temporal too. */
export function createAlertActivities({ tasks, types, sinks, limits, logger }: AlertDeps): AlertActivities {
  const { facts } = tasks.alerts;
  const checks = [
    deadLetterCheck(facts, limits.deadLetters),
    criticalCheck(facts, limits),
    duplicateCheck(limits.duplicateRate),
    workerCheck(tasks),
    breakerCheck(tasks),
    failureRateCheck(facts, types, limits),
  ];
  const evaluator = new AlertEvaluator(tasks.alerts, checks, logger);
  return {
    evaluateAlerts: () => evaluator.evaluate(),
    deliverAlert: (sink, notice) => sinks.deliverTo(sink, notice),
  };
}
