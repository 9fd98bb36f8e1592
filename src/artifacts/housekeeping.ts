/** What a store holds that has not been used, or written to, for long. */
export interface Unused {
  /** Hashes of files. */
  files: string[];
  /** Places of task logs. */
  logs: string[];
  /** Places of tasks' journals. */
  journals: string[];
  /** Names of records. The files that one names have been idle as long at most. */
  records: string[];
}

/**
 * The upkeep of a store: finds what has been idle since a time and removes what is not needed. Each removal looks again,
 * and leaves what was used meanwhile. A place is only meaningful to the store that it is of.
 */
export interface Housekeeping {
  /** Whether no sweep was noted within the last milliseconds. A store that this host does not have needs none. */
  isDue(everyMs: number): Promise<boolean>;
  note(): Promise<void>;
  /** @param onStep Called now and then; may throw to stop. */
  findUnused(before: Date, onStep?: () => void): Promise<Unused>;
  /** Each answers whether it removed something. */
  removeFile(hash: string, before: Date): Promise<boolean>;
  removeRecord(name: string, before: Date): Promise<boolean>;
  removePlace(place: string, before: Date): Promise<boolean>;
  /** Where the log and the journals of a task lie, or would lie. */
  placesOf(taskId: string): string[];
  /** Removes the log and the journals of a task that is gone. */
  removeTextsOf(taskId: string): Promise<void>;
  /** Removes half-written files that were left behind before the given time. @returns How many. */
  removeTemporary(before: Date): Promise<number>;
}
