/** What a person can do for a queue that lacks a worker. */
export interface WorkerAdvice {
  todo: string;
  command: string;
}

/**
 * Says how to get a worker for a queue.
 * @param foreign Task types that wait there and that this installation does not know: its own worker would take their
 *   tasks and could not do them.
 */
export function workerAdvice(queue: string, foreign: readonly string[] = []): WorkerAdvice {
  const start = `npm run worker -- --queues ${queue}`;
  if (foreign.length === 0) return { todo: start, command: start };
  return {
    todo: `Start a worker of the application that has ${foreign.join(', ')} on queue ${queue}. ${start} would not help: it does not know ${foreign.length === 1 ? 'this type' : 'these types'}`,
    command: 'holdfast workers',
  };
}
