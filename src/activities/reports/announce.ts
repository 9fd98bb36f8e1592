import { setTimeout as sleep } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import type { Logger } from 'pino';
import { AlertClient } from '../../client/monitor/alerts';
import { Gateway } from '../../client/temporal/gateway';
import type { DeadLetterNews, NewsCount } from '../../protocol/alert';
import { redactText } from '../../tasks/redact';

/** Between two signals of one process. */
const PAUSE_MS = 1000;
/** Tasks wait for their news to be out, but not for long. */
const GIVE_UP_SECONDS = 4;
/** Different troubles in one signal; further ones go with the next. */
const MOST_AT_ONCE = 50;

/**
 * Passes news of dead letters on to the alerts: at most one signal a second, however many tasks fail at
 * once, the same problem counted together.
 */
class Announcer {
  private waiting = new Map<string, NewsCount>();
  private next: Promise<void> | undefined;
  private lastAt = 0;

  constructor(private readonly logger: Logger) {}

  /** Resolves when the news are out, or are given up. */
  announce(news: DeadLetterNews, alerts: AlertClient): Promise<void> {
    const { what, type, category, code, fingerprint } = news;
    const key = JSON.stringify([what, type, category, code, fingerprint]);
    const count = (this.waiting.get(key)?.count ?? 0) + 1;
    this.waiting.set(key, { ...news, message: redactText(news.message), count });
    this.next ??= this.send(alerts);
    return this.next;
  }

  private async send(alerts: AlertClient): Promise<void> {
    await sleep(Math.max(0, this.lastAt + PAUSE_MS - Date.now()));
    this.lastAt = Date.now();
    const batch = [...this.waiting].slice(0, MOST_AT_ONCE);
    for (const [key] of batch) this.waiting.delete(key);
    this.next = this.waiting.size > 0 ? this.send(alerts) : undefined;
    try {
      await alerts.reportNews(batch.map(([, news]) => news));
    } catch (err) {
      this.logger.error({ err, troubles: batch.length }, 'dead letters could not be reported');
    }
  }
}

/**
 * The activity by which a task's workflow reports that the task is parked or given up. It never fails: the
 * task must not wait for its alert, and the monitor finds dead letters by itself.
 */
export function createAnnounce(logger: Logger): (news: DeadLetterNews) => Promise<void> {
  const announcer = new Announcer(logger);
  return (news) => announcer.announce(news, new AlertClient(new Gateway(Context.current().client, GIVE_UP_SECONDS)));
}
