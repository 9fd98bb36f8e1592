import type { Logger } from 'pino';
import type { AlertNotice, Condition } from '../tasks/alert-words';

/**
 * Looks whether something is wrong: the conditions that hold right now. Rejects when it cannot tell, and what
 * was known before stays so.
 */
export type Look = () => Promise<Condition[]>;

export interface WatchdogOptions {
  looks: readonly Look[];
  /** Seconds between two looks. */
  interval: number;
  /** Takes a notice without the help of Temporal; never rejects. */
  deliver: (notice: AlertNotice) => Promise<void>;
  logger: Logger;
}

/** A deploy or a restart takes a moment in which something is missing; twice in a row is more than that. */
const SEEN_BEFORE_TOLD = 2;

interface Known {
  condition: Condition;
  seen: number;
  told: boolean;
}

/**
 * Watches what Temporal cannot tell of itself, with plain timers. Each condition is told once when it was
 * seen twice in a row, and once more when it is over.
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
    const looks = this.options.looks.map(async (look, index) => {
      const found = await look().catch((err: unknown) =>
        this.options.logger.debug({ err }, 'the watchdog cannot tell'),
      );
      const known = this.known[index];
      if (found && known) await this.compare(known, found);
    });
    await Promise.all(looks);
  }

  private async compare(known: Map<string, Known>, found: readonly Condition[]): Promise<void> {
    for (const condition of found) {
      const { seen, told } = known.get(condition.key) ?? { seen: 0, told: false };
      const tell = !told && seen + 1 >= SEEN_BEFORE_TOLD;
      known.set(condition.key, { condition, seen: seen + 1, told: told || tell });
      if (tell) await this.tell(condition);
    }
    for (const [key, { condition, told }] of known) {
      if (found.some((one) => one.key === key)) continue;
      known.delete(key);
      if (told) await this.tell({ ...condition, cleared: true });
    }
  }

  private tell(notice: Omit<AlertNotice, 'at'>): Promise<void> {
    return this.options.deliver({ ...notice, at: new Date().toISOString() });
  }
}
