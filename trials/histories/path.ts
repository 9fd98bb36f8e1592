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
