import type { RequestHandler } from 'express';
import { Counter, Histogram, type Registry } from 'prom-client';
import type { SubmissionCounts } from '../client/submit/submission-counts';
import { createRegistry } from '../metrics';

/** In seconds, up to the longest wait. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** What the API tells Prometheus. */
export class Metrics {
  readonly registry: Registry;
  private readonly duration: Histogram;
  private readonly submissions: Counter;
  private readonly duplicates: Counter;

  /**
   * @param registry Defaults to a new one that also holds the metrics of the process.
   * @param counts Where the alerts learn of submissions. Defaults to nowhere.
   */
  constructor(
    registry?: Registry,
    private readonly counts?: SubmissionCounts,
  ) {
    this.registry = registry ?? createRegistry();
    const registers = [this.registry];
    this.duration = new Histogram({
      name: 'http_request_duration_seconds',
      help: 'Time from a request to the end of its answer.',
      labelNames: ['route', 'method', 'status'],
      buckets: BUCKETS,
      registers,
    });
    this.submissions = new Counter({
      name: 'holdfast_tasks_submitted_total',
      help: 'Tasks that were started for a submission.',
      labelNames: ['type'],
      registers,
    });
    this.duplicates = new Counter({
      name: 'holdfast_tasks_duplicates_total',
      help: 'Submissions that an earlier one of the same key answered.',
      labelNames: ['type'],
      registers,
    });
  }

  submitted(type: string, duplicate: boolean): void {
    (duplicate ? this.duplicates : this.submissions).inc({ type });
    this.counts?.count(duplicate);
  }

  /** Measures every request. Unknown addresses share one label, or callers could make any number of series. */
  measure(): RequestHandler {
    return ({ method }, response, next) => {
      const end = this.duration.startTimer();
      response.once('close', () => {
        const route = (response.locals.route as string | undefined) ?? 'none';
        end({ route, method, status: response.statusCode });
      });
      next();
    };
  }
}
