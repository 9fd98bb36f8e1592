import type { AlertClient } from '../monitor/alerts';

/**
 * Counts the submissions of one process and reports them to the alerts, at most once an interval. A report
 * that does not get through is part of the next one.
 */
export class SubmissionCounts {
  private submitted = 0;
  private duplicates = 0;
  private timer: NodeJS.Timeout | undefined;

  /** @param interval Seconds between two reports. */
  constructor(
    private readonly alerts: AlertClient,
    private readonly interval: number,
    private readonly failed: (error: unknown) => void,
  ) {}

  count(duplicate: boolean): void {
    this.submitted++;
    if (duplicate) this.duplicates++;
    this.timer ??= setTimeout(() => void this.report(), this.interval * 1000).unref();
  }

  /** Reports what has been counted so far. Never rejects. */
  async report(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    const { submitted, duplicates } = this;
    if (submitted === 0) return;
    this.submitted = 0;
    this.duplicates = 0;
    try {
      await this.alerts.countSubmissions({ at: new Date().toISOString(), submitted, duplicates });
    } catch (error) {
      this.failed(error);
      this.submitted += submitted;
      this.duplicates += duplicates;
    }
  }
}
