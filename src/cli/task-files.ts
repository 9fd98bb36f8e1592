import { hashesIn } from '../artifacts/store';
import { HoldfastError } from '../errors';
import type { ArtifactRef } from '../protocol/task';
import type { Session } from './session';

/** A file of a task, as it is listed for people. */
interface TaskFile {
  /** `input`, or the name under which the result or the failure has it. */
  category: string;
  name: string;
  hash: string;
  bytes: number;
}

/** The files that a task's input names, as far as the store has them here. */
export async function inputFiles({ tasks, artifacts }: Session, id: string): Promise<TaskFile[]> {
  const { input } = await tasks.input(id);
  const files: TaskFile[] = [];
  for (const hash of hashesIn(JSON.stringify(input) ?? '')) {
    try {
      const { stream, bytes } = await artifacts.open(hash);
      stream.destroy();
      files.push({ category: 'input', name: hash, hash, bytes });
    } catch (error) {
      if (!(error instanceof HoldfastError)) throw error;
    }
  }
  return files;
}

/** The files that a result, or a failure, refers to. */
export function outputFiles(result: unknown): TaskFile[] {
  const { artifacts = result } = (result ?? {}) as { artifacts?: unknown };
  return filesIn(artifacts, 'output');
}

function filesIn(value: unknown, category: string): TaskFile[] {
  if (typeof value !== 'object' || value === null) return [];
  const { hash, bytes, name } = value as Partial<ArtifactRef>;
  if (typeof hash === 'string' && typeof bytes === 'number' && hashesIn(hash).length === 1) {
    return [{ category, name: name ?? hash, hash, bytes }];
  }
  return Object.entries(value).flatMap(([key, part]) => filesIn(part, /^\d+$/.test(key) ? category : key));
}
