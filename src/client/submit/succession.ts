import type { ArtifactStore } from '../../artifacts/store';
import type { TaskFacts } from '../../tasks/state';

/**
 * Which run follows an ended run of a task, written down once: the first run that is named stands. The server compares
 * a start with the newest run only, so a start that was held up may make a second successor of a run that has one.
 * Runs are named by the first of their chain, which a run keeps when it continues as new or is reset.
 */
export class Succession {
  constructor(private readonly store: Pick<ArtifactStore, 'putRecord' | 'getRecord'>) {}

  /** @returns The run that follows `ended`, from now on or since earlier. */
  async settle(taskId: string, ended: string, run: string): Promise<string> {
    return (await this.store.putRecord(nameOf(taskId, ended), run)) as string;
  }

  /** Makes sure that a run which follows another is written down as such before a third one follows it. */
  async settleBefore({ taskId, runId, firstRunId = runId, memo }: TaskFacts): Promise<void> {
    if (memo.follows !== undefined) await this.settle(taskId, memo.follows, firstRunId);
  }

  /** The first successor of the run that a second one follows; `undefined` when the given run is not a second one. */
  async firstInPlaceOf({ taskId, runId, firstRunId = runId, memo }: TaskFacts): Promise<string | undefined> {
    const heir = memo.follows === undefined ? undefined : await this.heirOf(taskId, memo.follows);
    return heir === firstRunId ? undefined : heir;
  }

  /** The run that follows an ended one; `undefined` when none does. */
  async heirOf(taskId: string, ended: string): Promise<string | undefined> {
    return (await this.store.getRecord(nameOf(taskId, ended))) as string | undefined;
  }
}

/** Begins as an effect key does, so that it is kept as long as its task. */
function nameOf(taskId: string, ended: string): string {
  return `${taskId}/successor-of/${ended}`;
}
