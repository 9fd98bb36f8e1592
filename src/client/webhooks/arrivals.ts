import { addAndKeep, newestEntry } from '../../artifacts/newest-entry';
import type { EntryStore } from '../../artifacts/store';

const listOf = (subject: string) => `webhook-arrivals/${subject}`;

/**
 * The newest webhook of each subject, by the generation of its task: generations sort by the time of submission. Any
 * number of processes may note arrivals in any order.
 */
export class Arrivals {
  constructor(private readonly entries: EntryStore) {}

  async note(subject: string, generation: string): Promise<void> {
    await addAndKeep(this.entries, listOf(subject), { name: generation, value: true }, 1);
  }

  /** Whether nothing newer has come. */
  async isNewest(subject: string, generation: string): Promise<boolean> {
    const newest = await newestEntry(this.entries, listOf(subject));
    return newest === undefined || newest.name <= generation;
  }
}
