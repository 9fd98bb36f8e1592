import {
  type AlertNotice,
  type AlertsMemo,
  type ConditionReport,
  type OpenCondition,
  SEVERITIES,
  type SentNotice,
  SINKS,
  type SinkName,
  type SubmissionCount,
} from '../../protocol/alert';

/** More than these at once share one, so that any number of fingerprints fits into a memo. */
const MOST_CONDITIONS = 100;
const REST = {
  key: 'rest',
  title: `More than ${MOST_CONDITIONS} alerts hold at once`,
  message: 'Further ones are not reported one by one. The lists of dead letters and of tasks have them all.',
} as const;
/** Nobody says when the rest is over. */
const REST_QUIET = 3600;
const NOTICES_KEPT = 20;
/** Notices under way at once; of more, the oldest are given up. */
const MOST_UNDER_WAY = 100;
const MINUTE_MS = 60_000;
const MINUTES_KEPT = 60;

/** The memory of what holds and what was reported. It decides which notices there are; it sends none. */
export class AlertBook {
  private readonly conditions: Map<string, OpenCondition>;
  private readonly notices: SentNotice[];
  private submissions: SubmissionCount[];

  constructor({ conditions, notices, submissions }: AlertsMemo) {
    this.conditions = new Map(conditions.map((one) => [one.key, one]));
    this.notices = notices;
    this.submissions = submissions;
  }

  get memo(): AlertsMemo {
    return { conditions: [...this.conditions.values()], notices: this.notices, submissions: this.submissions };
  }

  /** Notices that have not reached all sinks. */
  get underWay(): SentNotice[] {
    return this.notices.filter(({ pending }) => pending.length > 0);
  }

  /** @param quiet Seconds without news after which the condition is over. */
  report(report: ConditionReport, now: number, quiet?: number): void {
    const { holds, ...condition } = report;
    const open = this.conditions.get(condition.key);
    if (!holds) {
      // What ends for want of news was ended by a person here, who may have said why.
      if (open) this.clear(open, now, open.quiet === undefined ? '' : condition.message);
      return;
    }
    if (!open && this.conditions.size >= MOST_CONDITIONS && condition.key !== REST.key) {
      this.report({ ...REST, severity: condition.severity, holds }, now, REST_QUIET);
      return;
    }
    const at = iso(now);
    const worse = open === undefined || isWorse(open, report);
    const { severity, value } = condition;
    this.conditions.set(condition.key, {
      ...condition,
      since: open?.since ?? at,
      updatedAt: at,
      told: worse ? { severity, ...(value !== undefined && { value }) } : open.told,
      ...(quiet !== undefined && { quiet }),
    });
    if (worse) this.notify({ ...condition, at });
  }

  /** How often something was reported in a condition that counts its news; 0 when it is not open. */
  countOf(key: string): number {
    return this.conditions.get(key)?.value ?? 0;
  }

  /** Ends the conditions that have had no news for as long as they wait for some. @returns Whether there were any. */
  clearQuiet(now: number): boolean {
    const quiet = [...this.conditions.values()].filter((open) => quietAt(open) <= now);
    for (const open of quiet) this.clear(open, now);
    return quiet.length > 0;
  }

  /** When the next condition may be over for want of news; `Infinity` when none waits for that. */
  get nextQuietAt(): number {
    return Math.min(...[...this.conditions.values()].map(quietAt));
  }

  /** Adds to the minute of the report; one that comes late counts for its own time. */
  countSubmissions({ at, submitted, duplicates }: SubmissionCount, now: number): void {
    const minute = iso(Math.floor(Math.min(Date.parse(at), now) / MINUTE_MS) * MINUTE_MS);
    const known = this.submissions.find((one) => one.at === minute);
    if (known) {
      known.submitted += submitted;
      known.duplicates += duplicates;
    } else {
      this.submissions.push({ at: minute, submitted, duplicates });
    }
    const oldest = now - MINUTES_KEPT * MINUTE_MS;
    this.submissions = this.submissions.filter((one) => Date.parse(one.at) > oldest);
  }

  /** Notes how a delivery ended. `off`: this sink is not set up. */
  settle(notice: SentNotice, sink: SinkName, outcome: 'delivered' | 'undelivered' | 'off'): void {
    if (!notice.pending.includes(sink)) return;
    notice.pending = notice.pending.filter((one) => one !== sink);
    if (outcome !== 'off') notice[outcome].push(sink);
    this.forgetOld();
  }

  private clear(open: OpenCondition, now: number, said = ''): void {
    const { since, updatedAt, told, quiet, value: _last, todo: _done, ...condition } = open;
    this.conditions.delete(open.key);
    const message =
      quiet === undefined
        ? `This is over; it lasted ${duration(now - Date.parse(since))}.`
        : `No news for ${duration(now - Date.parse(updatedAt))}; it counts as over.`;
    this.notify({ ...condition, severity: told.severity, message: said || message, at: iso(now), cleared: true });
  }

  private notify(notice: AlertNotice): void {
    this.notices.push({ ...notice, pending: [...SINKS], delivered: [], undelivered: [] });
    this.forgetOld();
  }

  private forgetOld(): void {
    const tooMany = this.underWay.length - MOST_UNDER_WAY;
    for (const notice of this.underWay.slice(0, Math.max(0, tooMany))) {
      notice.undelivered.push(...notice.pending);
      notice.pending = [];
    }
    for (let extra = this.notices.length - NOTICES_KEPT; extra > 0; extra--) {
      const settled = this.notices.findIndex(({ pending }) => pending.length === 0);
      if (settled < 0) return;
      this.notices.splice(settled, 1);
    }
  }
}

function isWorse({ told }: OpenCondition, { severity, value }: ConditionReport): boolean {
  const rank = SEVERITIES.indexOf(severity) - SEVERITIES.indexOf(told.severity);
  if (rank !== 0) return rank > 0;
  return value !== undefined && told.value !== undefined && told.value > 0 && value >= 2 * told.value;
}

function quietAt({ updatedAt, quiet }: OpenCondition): number {
  return quiet === undefined ? Number.POSITIVE_INFINITY : Date.parse(updatedAt) + quiet * 1000;
}

function iso(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

function duration(milliseconds: number): string {
  const minutes = Math.round(milliseconds / MINUTE_MS);
  if (minutes < 1) return 'less than a minute';
  if (minutes < 120) return `${minutes} minute${minutes === 1 ? '' : 's'}`;
  return `${Math.round(minutes / 60)} hours`;
}
