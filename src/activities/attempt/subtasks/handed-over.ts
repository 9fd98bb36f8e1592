import type { ArtifactStore } from '../../../artifacts/store';

/** A task that was to be submitted: its ID and the hash of its payload. */
interface Intent {
  id: string;
  hash: string;
}

type Entry = { at: string; begun: Intent[] } | { made: string[] };

/** What is known of a submission that an earlier attempt began. */
export interface Begun {
  hash: string;
  /** ISO time before the first submission. */
  at: string;
  /** Whether it was seen to be made. */
  made: boolean;
}

/**
 * What a task has handed over to tasks of their own. A key answers for its window only, which may be over, or set free
 * by a cancel, before the task that waits runs its handler again: this is kept as long as the task itself.
 */
export class HandedOver {
  private constructor(
    private readonly store: ArtifactStore,
    private readonly name: string,
    private readonly known: Map<string, Begun>,
  ) {}

  /** @param name Of the journal. */
  static async read(store: ArtifactStore, name: string): Promise<HandedOver> {
    const known = new Map<string, Begun>();
    for (const entry of (await store.readJournal(name)) as Entry[]) take(known, entry);
    return new HandedOver(store, name, known);
  }

  get(taskId: string): Begun | undefined {
    return this.known.get(taskId);
  }

  /** To be called before the first of them is submitted. */
  async begin(begun: Intent[]): Promise<void> {
    await this.write({ at: new Date().toISOString(), begun });
  }

  async end(made: string[]): Promise<void> {
    await this.write({ made });
  }

  private async write(entry: Entry): Promise<void> {
    await this.store.appendJournal(this.name, entry);
    take(this.known, entry);
  }
}

function take(known: Map<string, Begun>, entry: Entry): void {
  if ('begun' in entry) {
    // The first time stands: a task may have been made since, of which nothing more was written down.
    for (const { id, hash } of entry.begun) known.set(id, known.get(id) ?? { hash, at: entry.at, made: false });
    return;
  }
  for (const id of entry.made) {
    const begun = known.get(id);
    if (begun) known.set(id, { ...begun, made: true });
  }
}
