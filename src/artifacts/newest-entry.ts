import type { EntryStore } from './store';

interface Entry {
  name: string;
  value: unknown;
}

/** The entry of a list whose name comes last, if it has any. */
export async function newestEntry(entries: EntryStore, list: string): Promise<Entry | undefined> {
  for (;;) {
    const name = (await entries.names(list)).at(-1);
    if (name === undefined) return undefined;
    const value = await entries.get(list, name);
    if (value !== undefined) return { name, value };
    // A newer one has come meanwhile, and this one has been removed.
  }
}

/**
 * Adds an entry and keeps the newest ones only. Where names show the order, any number of writers may do so in any
 * order: what stands in the end is the same.
 */
export async function addAndKeep(
  entries: EntryStore,
  list: string,
  { name, value }: Entry,
  keep: number,
): Promise<void> {
  await entries.add(list, name, value);
  const old = (await entries.names(list)).slice(0, -keep);
  for (const one of old) await entries.remove(list, one);
}
