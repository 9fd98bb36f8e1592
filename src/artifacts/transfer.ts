/** One thing that a store keeps, under a key that means the same in every kind of store. */
export interface Kept {
  /** `journal`: lines are only ever added. `text`: never changed. */
  kind: 'file' | 'text' | 'journal';
  /** Of a file its hash. */
  key: string;
}

/** A store seen from below, for moving all of it to another one. Texts and lines are in plain text here; each store encrypts what it keeps. */
export interface Transfer {
  /** Everything that lasts: files, records, logs, entries, journals. */
  all(): AsyncGenerator<Kept>;
  /** A text, or the whole lines of a journal; `undefined` when there is none. */
  readText(kept: Kept): Promise<string | undefined>;
  /** Puts a text where nothing is. @returns False when something is there already; it stays. */
  addText(key: string, text: string): Promise<boolean>;
  /** Adds whole lines to the end of a journal that nobody else writes. */
  addLines(key: string, lines: readonly string[]): Promise<void>;
}

/** Parts of a store that hold texts, and journals. */
export const TEXT_PARTS = ['records', 'logs', 'entries'] as const;
export const JOURNAL_PART = 'journals';

/** The lines of a journal that their writers have finished. */
export function wholeLines(text: string): string[] {
  return text.split('\n').filter((line) => {
    if (line === '') return false;
    try {
      JSON.parse(line);
      return true;
    } catch {
      return false;
    }
  });
}
