import type { Worker as Thread } from 'node:worker_threads';
import { type Logger, Worker } from '@temporalio/worker';
import type { CompiledWorkerOptions } from '@temporalio/worker/lib/worker-options';
import type { WorkflowCreator } from '@temporalio/worker/lib/workflow/interface';
import type { WorkflowBundleWithSourceMapAndFilename as Bundle } from '@temporalio/worker/lib/workflow/workflow-worker-thread/input';
import { CONTROL_QUEUE, MONITOR_QUEUE } from '../protocol/task';

/** One set of threads in which workflow code runs, and the workers of this process that use it. */
interface Shared {
  filename: string;
  code: string;
  threads: number;
  /** Local activities that the workflows may call. */
  activities: ReadonlySet<string>;
  creator: Promise<WorkflowCreator>;
  users: number;
}

/** The workflows of these queues call no local activities, so threads made for any other queue suit them. */
const WITHOUT_LOCAL_ACTIVITIES: readonly string[] = [CONTROL_QUEUE, MONITOR_QUEUE];

const sharedThreads: Shared[] = [];

/**
 * A Temporal worker that evaluates workflow code in the same threads as the other workers of its process. The SDK gives
 * each worker threads of its own; with a worker for each queue that is an isolate, some forty megabytes, for each of them.
 */
export class SharingWorker extends Worker {
  protected static override async createWorkflowCreator(
    bundle: Bundle,
    options: CompiledWorkerOptions,
    logger: Logger,
  ): Promise<WorkflowCreator> {
    const { taskQueue } = options;
    const activities = new Set<string>(
      WITHOUT_LOCAL_ACTIVITIES.some((name) => taskQueue.endsWith(name)) ? [] : options.activities.keys(),
    );
    const known = sharedThreads.find((one) => suits(one, bundle, options, activities));
    const shared: Shared = known ?? {
      filename: bundle.filename,
      code: bundle.code,
      threads: options.workflowThreadPoolSize,
      activities,
      creator: Worker.createWorkflowCreator(bundle, options, logger),
      users: 0,
    };
    if (!known) sharedThreads.push(shared);
    shared.users++;
    try {
      const creator = await shared.creator;
      return {
        createWorkflow: (workflow) => creator.createWorkflow(workflow),
        destroy: () => leave(shared),
      };
    } catch (error) {
      await leave(shared);
      throw error;
    }
  }
}

function suits(
  { filename, code, threads, activities }: Shared,
  bundle: Bundle,
  options: CompiledWorkerOptions,
  needed: ReadonlySet<string>,
): boolean {
  return (
    filename === bundle.filename &&
    code === bundle.code &&
    threads === options.workflowThreadPoolSize &&
    [...needed].every((name) => activities.has(name))
  );
}

/** The last worker to leave ends the threads. */
async function leave(shared: Shared): Promise<void> {
  shared.users--;
  if (shared.users > 0) return;
  sharedThreads.splice(sharedThreads.indexOf(shared), 1);
  const creator = await shared.creator.catch(() => undefined);
  await creator?.destroy().catch(() => endThreads(creator));
}

/**
 * The SDK refuses to end a thread in which a workflow is still loaded, as after a shutdown whose time was over. The process
 * would live on for its sake; nothing is lost with it.
 */
async function endThreads(creator: WorkflowCreator): Promise<void> {
  const { workerThreadClients = [] } = creator as { workerThreadClients?: { workerThread: Thread }[] };
  await Promise.all(workerThreadClients.map(({ workerThread }) => workerThread.terminate()));
}
