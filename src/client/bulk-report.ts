import type { ArtifactStore } from '../artifacts/store';
import type { BulkReportLine, BulkTarget } from '../tasks/bulk-words';

/** The longest snapshot that is read back: some hundred bytes for each of a hundred thousand tasks. */
const LONGEST_SNAPSHOT = 128 * 1024 * 1024;
const INDEX_DIGITS = 8;

/** What a bulk action keeps in the artifact store: its snapshot, and its report as it goes. */
export class BulkReport {
  constructor(
    private readonly store: ArtifactStore,
    private readonly bulkId: string,
  ) {}

  /** Keeps the tasks as they were seen. @returns The hash under which they are found. */
  async putTargets(targets: readonly BulkTarget[]): Promise<string> {
    const lines = targets.map((target) => JSON.stringify(target)).join('\n');
    return (await this.store.put(Buffer.from(lines), LONGEST_SNAPSHOT)).hash;
  }

  async targets(hash: string): Promise<BulkTarget[]> {
    return parse<BulkTarget>((await this.store.read(hash, LONGEST_SNAPSHOT)).toString('utf8'));
  }

  /** Adds lines, whole or not at all. @param writer Tells writers of the same lines apart. */
  async append(lines: readonly BulkReportLine[], writer: number): Promise<void> {
    const [first] = lines;
    if (!first) return;
    const name = `${chunkName(first.index)}-${writer}`;
    await this.store.appendLog(this.bulkId, name, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  }

  /** The lines from an index on, in order of the chunks in which they were written; each task once. */
  async *lines(from = 0): AsyncGenerator<BulkReportLine[]> {
    const told = new Set<number>();
    for (const name of await this.store.listLog(this.bulkId, from > 0 ? chunkName(from) : '')) {
      // A worker that was taken for dead may have written what its successor wrote too.
      const lines = parse<BulkReportLine>(await this.store.readLog(this.bulkId, name)).filter(
        ({ index }) => !told.has(index),
      );
      for (const { index } of lines) told.add(index);
      yield lines;
    }
  }
}

/** Names sort by index; a chunk's own name sorts after the bare index. */
function chunkName(index: number): string {
  return String(index).padStart(INDEX_DIGITS, '0');
}

function parse<T>(text: string): T[] {
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as T);
}
