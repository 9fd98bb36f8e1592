import type { InjectedSinks, Worker } from '@temporalio/worker';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { RunningAttempts } from '../activities/attempt/life-signs';
import type { AttemptOutcome, WorkMetrics } from '../activities/attempt/work-metrics';
import { isFailureCode } from '../tasks/failures';
import type { TaskSinks, TaskStep } from '../workflows/sinks';

/** Seconds, from an inline task to a task of many hours. */
const BUCKETS = [0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600, 14_400, 86_400];

/** Stands for every name that this process does not know: anyone can start a workflow by any name. */
const OTHER = 'other';

/** The steps of a task that are counted, each with what it tells of the failure. */
const STEPS = {
  started: { help: 'Tasks whose first attempt was asked for.', labels: [] },
  completed: { help: 'Tasks that completed.', labels: [] },
  failed: { help: 'Tasks that failed in the end.', labels: ['class', 'code'] },
  cancelled: { help: 'Tasks that were cancelled.', labels: [] },
  'dead-lettered': { help: 'Times that a task was dead-lettered.', labels: ['class', 'code'] },
  redriven: { help: 'Times that a dead letter was run again.', labels: ['class', 'code'] },
  recovered: { help: 'Tasks that completed after they had been dead-lettered.', labels: ['class', 'code'] },
  abandoned: { help: 'Tasks that were given up: no redrive was left.', labels: ['class', 'code'] },
} as const satisfies Record<TaskStep['step'], { help: string; labels: readonly ('class' | 'code')[] }>;

/** What a worker tells Prometheus. Labels are bounded by the catalogue and the failure codes. */
export class WorkerMetrics implements WorkMetrics {
  /** The attempts that run in this process. */
  readonly attempts = new RunningAttempts();
  private readonly steps: Record<TaskStep['step'], Counter>;
  private readonly taskDuration: Histogram;
  private readonly attemptDuration: Histogram;
  private readonly queueWait: Histogram;
  private readonly workers: { queue: string; worker: Worker; slots: number }[] = [];
  private readonly types: ReadonlySet<string>;

  constructor(registry: Registry, types: Iterable<string>) {
    this.types = new Set(types);
    const registers = [registry];
    const counters = Object.entries(STEPS).map(([step, { help, labels }]) => {
      const name = `holdfast_tasks_${step.replace('-', '_')}_total`;
      return [step, new Counter({ name, help, labelNames: ['type', ...labels], registers })] as const;
    });
    this.steps = Object.fromEntries(counters) as Record<TaskStep['step'], Counter>;
    const histogram = (name: string, help: string, labelNames: string[]) =>
      new Histogram({ name, help, labelNames, buckets: BUCKETS, registers });
    this.taskDuration = histogram('holdfast_task_duration_seconds', 'Time from a submission to the end of the task.', [
      'type',
      'outcome',
    ]);
    this.attemptDuration = histogram('holdfast_attempt_duration_seconds', 'Time that an attempt ran.', [
      'type',
      'outcome',
    ]);
    this.queueWait = histogram(
      'holdfast_queue_wait_seconds',
      'Time that an attempt waited for a free slot after it was due.',
      ['type', 'queue'],
    );
    this.watchSlots(registers);
  }

  /** What workflows call; the SDK leaves replays out. */
  get sinks(): InjectedSinks<TaskSinks> {
    return {
      tasks: {
        step: { fn: (_info, step) => this.count(step), callDuringReplay: false },
        attemptStops: { fn: ({ runId }) => this.attempts.hurry(runId), callDuringReplay: false },
      },
    };
  }

  /** Watches how many slots of a worker are in use. @param slots Attempts that it runs at once, at most. */
  watch(queue: string, worker: Worker, slots: number): void {
    this.workers.push({ queue, worker, slots });
  }

  attemptStarted(type: string, queue: string, waited: number): void {
    this.queueWait.observe({ type: this.known(type), queue }, Math.max(0, waited));
  }

  attemptEnded(type: string, _queue: string, outcome: AttemptOutcome, seconds: number): void {
    this.attemptDuration.observe({ type: this.known(type), outcome }, seconds);
  }

  private count({ step, type: name, class: failureClass, code, seconds }: TaskStep): void {
    const type = this.known(name);
    const failure = { class: failureClass ?? OTHER, code: code && isFailureCode(code) ? code : OTHER };
    this.steps[step]?.inc({ type, ...(STEPS[step].labels.length > 0 && failure) });
    if (seconds !== undefined) this.taskDuration.observe({ type, outcome: step }, seconds);
  }

  private known(type: string): string {
    return this.types.has(type) ? type : OTHER;
  }

  private watchSlots(registers: Registry[]): void {
    const { workers } = this;
    new Gauge({
      name: 'holdfast_worker_slots',
      help: 'Attempts that this process runs at once on a queue, at most.',
      labelNames: ['queue'],
      registers,
      collect() {
        for (const { queue, slots } of workers) this.set({ queue }, slots);
      },
    });
    new Gauge({
      name: 'holdfast_worker_slots_used',
      help: 'Attempts that run on a queue right now.',
      labelNames: ['queue'],
      registers,
      collect() {
        for (const { queue, worker } of workers) this.set({ queue }, worker.getStatus().numInFlightNonLocalActivities);
      },
    });
  }
}
