import type { TaskView } from '../../src/client/read/view';
import type { WebhookTarget } from '../../src/protocol/webhook';
import type { Harness } from '../../test/support/harness';

/** One run whose history is kept. */
export type Run = Pick<TaskView, 'id' | 'runId'>;

/** Leads tasks down one path through the workflow code and names the runs, oldest first. */
export type Path = (harness: Harness) => Promise<Run[]>;

/** Paths by the name of their file. */
export type Paths = Record<string, Path>;

export interface Asked {
  type?: string;
  input?: object;
  policy?: object;
  runAt?: Date;
  notify?: WebhookTarget[];
}

export async function submitted(harness: Harness, { type = 'test.probe', input = {}, ...more }: Asked = {}) {
  const { task } = await harness.tasks.submit({ type, input, ...more });
  return task;
}

/** A task whose first attempt goes on once the file exists. */
export async function running(harness: Harness, { input, ...more }: Asked = {}) {
  const waitFor = harness.file();
  const { id } = await submitted(harness, { ...more, input: { waitFor, ...input } });
  await harness.reaches(id, 'running');
  return { id, waitFor };
}

/** The task's current run, once it has ended. */
export async function ended(harness: Harness, id: string): Promise<Run[]> {
  return [await harness.reaches(id, 'completed', 'failed', 'cancelled')];
}

/** The same, with workers of its queue that are there until then. @param meanwhile What is done once they are. */
export async function endedOn(
  harness: Harness,
  queue: string,
  id: string,
  meanwhile: () => Promise<unknown> = async () => {},
): Promise<Run[]> {
  const stop = await harness.startWorkers({ queues: [queue] });
  await meanwhile();
  const runs = await ended(harness, id);
  await stop();
  return runs;
}

/** The run of a batch or bulk action, once it has ended. */
export async function endOfControl(harness: Harness, id: string): Promise<Run[]> {
  const handle = harness.temporal.workflow.getHandle(id);
  await handle.result().catch(() => undefined);
  const { runId } = await handle.describe();
  return [{ id, runId }];
}
