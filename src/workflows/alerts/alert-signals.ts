import { defineSignal, log, setHandler } from '@temporalio/workflow';
import {
  ALERT_SIGNALS,
  type ConditionReport,
  type NewsCount,
  SEVERITIES,
  type SubmissionCount,
} from '../../protocol/alert';

interface Receivers {
  condition(report: ConditionReport): void;
  deadLetter(news: NewsCount): void;
  submissions(count: SubmissionCount): void;
}

const NEWS_TEXTS = ['taskId', 'type', 'category', 'class', 'code', 'fingerprint', 'message'] as const;

type Fields = Record<string, unknown>;

/** Longest text that is kept: titles and messages go into the memo, and into subjects of mails. */
const LONGEST = { key: 300, title: 200, message: 1000 } as const;

/**
 * Takes the signals of alerts. Handlers are total, since one that throws would block the workflow for
 * ever: whatever is not well formed is logged and ignored.
 */
export function takeAlertSignals(receivers: Receivers): void {
  take(ALERT_SIGNALS.condition, readCondition, receivers.condition);
  take(ALERT_SIGNALS.deadLetter, readNews, receivers.deadLetter);
  take(ALERT_SIGNALS.submissions, readSubmissions, receivers.submissions);
}

function take<T>(name: string, read: (fields: Fields) => T | undefined, receive: (item: T) => void): void {
  setHandler(defineSignal<unknown[]>(name), (...args: unknown[]) => {
    for (const item of [args[0]].flat()) {
      const understood = typeof item === 'object' && item !== null ? read(item as Fields) : undefined;
      if (understood === undefined) log.warn(`Signal ${name} ignored: its argument is not what it takes`);
      else receive(understood);
    }
  });
}

function readCondition(fields: Fields): ConditionReport | undefined {
  const { key, severity, title, message, holds, value, todo } = fields;
  if (!isText(key) || !isText(title) || typeof message !== 'string' || typeof holds !== 'boolean') return undefined;
  const known = SEVERITIES.find((one) => one === severity);
  if (!known || (value !== undefined && !isCount(value)) || (todo !== undefined && !isText(todo))) return undefined;
  return {
    key: key.slice(0, LONGEST.key),
    severity: known,
    title: title.slice(0, LONGEST.title),
    message: message.slice(0, LONGEST.message),
    holds,
    ...(value !== undefined && { value }),
    ...(todo !== undefined && { todo: todo.slice(0, LONGEST.message) }),
  };
}

function readNews(fields: Fields): NewsCount | undefined {
  const { what, count = 1 } = fields;
  if (what !== 'dead-lettered' && what !== 'abandoned') return undefined;
  if (!isCount(count) || count === 0 || !NEWS_TEXTS.every((name) => typeof fields[name] === 'string')) return undefined;
  const texts = NEWS_TEXTS.map((name) => [name, String(fields[name]).slice(0, LONGEST.message)]);
  return { ...(Object.fromEntries(texts) as Pick<NewsCount, (typeof NEWS_TEXTS)[number]>), what, count };
}

function readSubmissions({ at, submitted, duplicates }: Fields): SubmissionCount | undefined {
  if (typeof at !== 'string' || Number.isNaN(Date.parse(at)) || !isCount(submitted) || !isCount(duplicates)) {
    return undefined;
  }
  return { at, submitted, duplicates };
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0;
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}
