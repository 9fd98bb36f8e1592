import type { Logger } from 'pino';
import type { AlertNotice, Condition } from '../../protocol/alert';

/** A condition that holds right now. */
export interface Finding extends Condition {
  /** Somebody else reports it already. */
  reportedElsewhere?: boolean;
}

export interface Look {
  /** What is wrong right now. Rejects when it cannot be determined; what was known before stays so then. */
  find: () => Promise<Finding[]>;
  /**
   * How often in a row a condition must be found before it is reported. Defaults to 2: in a deploy or a restart
   * something is missing for a moment.
   */
  times?: number;
}

export interface WatchdogOptions {
  looks: readonly Look[];
  /** Seconds between two looks. */
  interval: number;
  /** Takes a notice without the help of Temporal; never rejects. */
  deliver: (notice: AlertNotice) => Promise<void>;
  logger: Logger;
}

const TIMES = 2;

interface Known {
  condition: Condition;
  seen: number;
  reported: boolean;
}

/**
 * Watches what Temporal cannot report about itself, with plain timers. Each condition is reported once, and once more
 * when it is over.
 */
export class Watchdog {
  private readonly known: Map<string, Known>[];
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> = Promise.resolve();
  private closed = false;

  constructor(private readonly options: WatchdogOptions) {
    this.known = options.looks.map(() => new Map());
  }

  start(): void {
    if (this.closed) return;
    this.timer = setTimeout(() => {
      this.looking = this.lookAround().finally(() => this.start());
    }, this.options.interval * 1000);
  }

  /** Resolves when the last look is over. */
  async close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.timer);
    await this.looking;
  }

  private async lookAround(): Promise<void> {
    const looks = this.options.looks.map(async ({ find, times = TIMES }, index) => {
      const found = await find().catch((err: unknown) =>
        this.options.logger.debug({ err }, 'the watchdog cannot look'),
      );
      const known = this.known[index];
      if (found && known) await this.compare(known, found, times);
    });
    await Promise.all(looks);
  }

  private async compare(known: Map<string, Known>, found: readonly Finding[], times: number): Promise<void> {
    for (const { reportedElsewhere = false, ...condition } of found) {
      const { seen, reported } = known.get(condition.key) ?? { seen: 0, reported: false };
      const isNews = !reported && !reportedElsewhere && seen + 1 >= times;
      known.set(condition.key, { condition, seen: seen + 1, reported: reported || isNews });
      if (isNews) await this.notify(condition);
    }
    for (const [key, { condition, reported }] of known) {
      if (found.some((one) => one.key === key)) continue;
      known.delete(key);
      if (reported) await this.notify({ ...condition, cleared: true });
    }
  }

  private notify(notice: Omit<AlertNotice, 'at'>): Promise<void> {
    return this.options.deliver({ ...notice, at: new Date().toISOString() });
  }
}
