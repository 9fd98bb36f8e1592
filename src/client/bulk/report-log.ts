import type { ArtifactStore } from '../../artifacts/store';

const INDEX_DIGITS = 8;

/** A report that grows in the artifact store, in chunks of lines, as a workflow of many steps goes on. */
export class ReportLog<Line extends { index: number }> {
  constructor(
    protected readonly store: ArtifactStore,
    private readonly workflowId: string,
  ) {}

  /** Adds lines, whole or not at all. @param writer Distinguishes writers of the same lines. */
  async append(lines: readonly Line[], writer: number): Promise<void> {
    const [first] = lines;
    if (!first) return;
    const name = `${chunkName(first.index)}-${writer}`;
    await this.store.appendLog(this.workflowId, name, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  }

  /** The lines from an index on, in order of the chunks in which they were written; each index once. */
  async *lines(from = 0): AsyncGenerator<Line[]> {
    const seen = new Set<number>();
    for (const name of await this.store.listLog(this.workflowId, from > 0 ? chunkName(from) : '')) {
      // A worker that was taken for dead may have written what its successor wrote too.
      const text = await this.store.readLog(this.workflowId, name);
      const lines = parseLines<Line>(text).filter(({ index }) => !seen.has(index));
      for (const { index } of lines) seen.add(index);
      yield lines;
    }
  }
}

export function parseLines<Line>(text: string): Line[] {
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Line);
}

/** Names sort by index; a chunk's own name sorts after the bare index. */
function chunkName(index: number): string {
  return String(index).padStart(INDEX_DIGITS, '0');
}
