import { createHash } from 'node:crypto';
import type { EntryStore } from '../../artifacts/store';
import { HoldfastError } from '../../errors';

/** A search that somebody has kept under a name. */
export interface SavedView {
  name: string;
  /** The page that it belongs to. */
  page: string;
  /** What stands in its search line. */
  query: string;
  savedAt: string;
}

const LIST = 'views';
const MOST = 100;

/** Saved views, for everybody who uses this place. */
export class Views {
  constructor(private readonly entries: EntryStore) {}

  /** All of them, by name. */
  async list(): Promise<SavedView[]> {
    const names = await this.entries.names(LIST);
    const read = await Promise.all(names.map((name) => this.entries.get(LIST, name)));
    const views = read.filter((one) => one !== undefined) as SavedView[];
    return views.sort((a, b) => a.name.localeCompare(b.name));
  }

  /** Keeps a view; one of the same name is replaced. @throws HoldfastError `invalid-request` when there are too many. */
  async put(view: Omit<SavedView, 'savedAt'>): Promise<SavedView> {
    const entry = entryOf(view.name);
    const names = await this.entries.names(LIST);
    if (!names.includes(entry) && names.length >= MOST) {
      const message = `There are ${MOST} saved views already: delete one first.`;
      throw new HoldfastError('invalid-request', message, { issues: [{ pointer: '', message }] });
    }
    const saved = { ...view, savedAt: new Date().toISOString() };
    await this.entries.remove(LIST, entry);
    await this.entries.add(LIST, entry, saved);
    return saved;
  }

  /** @throws HoldfastError `not-found`. */
  async remove(name: string): Promise<void> {
    const entry = entryOf(name);
    if ((await this.entries.get(LIST, entry)) === undefined) {
      throw new HoldfastError('not-found', `There is no saved view ${JSON.stringify(name)}.`);
    }
    await this.entries.remove(LIST, entry);
  }
}

/** People name views as they like; entries have plain names. */
function entryOf(name: string): string {
  return createHash('sha256').update(name).digest('hex').slice(0, 32);
}
