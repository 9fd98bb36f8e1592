import type { WorkerOptions } from '@temporalio/worker';

/** How much a worker takes on at once. */
export interface Capacity {
  /** Attempts at once on each queue; with `resources` the most that there may be. */
  concurrency: number;
  /** Workflows kept in memory on each queue. */
  cachedTasks: number;
  /** Open polls of each kind on each queue; `auto` follows the load. Defaults to auto. */
  pollers?: number | 'auto';
  /** What decides how many attempts run. Defaults to `fixed`. */
  tuner?: 'fixed' | 'resources';
  /** Threads for the workflow code of all queues together. Defaults to 1. */
  workflowThreads?: number;
}

/** As many as the SDK keeps open all the time unless it is set otherwise. */
const MOST_POLLERS = 10;
/** Found with the benchmarks: with one, the first of a crowd of tasks wait for a second poll to be opened. */
const FIRST_POLLERS = 2;
const TARGETS = { targetMemoryUsage: 0.8, targetCpuUsage: 0.9 };
/** The SDK's own number of workflow tasks and local activities at once. */
const WORKFLOW_TASKS = 40;
const LOCAL_ACTIVITIES = 100;

/** The SDK's options for it. */
export function capacityOptions(capacity: Capacity): Partial<WorkerOptions> {
  const { concurrency, cachedTasks, pollers = 'auto', tuner = 'fixed', workflowThreads = 1 } = capacity;
  const behavior =
    pollers === 'auto'
      ? ({ type: 'autoscaling', minimum: 1, initial: FIRST_POLLERS, maximum: MOST_POLLERS } as const)
      : ({ type: 'simple-maximum', maximum: pollers } as const);
  return {
    maxCachedWorkflows: cachedTasks,
    workflowThreadPoolSize: workflowThreads,
    workflowTaskPollerBehavior: behavior,
    activityTaskPollerBehavior: behavior,
    ...(tuner === 'fixed'
      ? { maxConcurrentActivityTaskExecutions: concurrency }
      : {
          tuner: {
            tunerOptions: TARGETS,
            activityTaskSlotOptions: { minimumSlots: 1, maximumSlots: concurrency },
            workflowTaskSlotOptions: { minimumSlots: 5, maximumSlots: WORKFLOW_TASKS },
            localActivityTaskSlotOptions: { minimumSlots: 5, maximumSlots: LOCAL_ACTIVITIES },
          },
        }),
  };
}
