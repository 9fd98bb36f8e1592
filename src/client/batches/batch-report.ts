import { FATES, type Fate, type MemberLine, readFates } from '../../protocol/batch';
import type { StoredSubmission } from './batch-members';

/** One line of the report that people get. */
export interface BatchReportLine {
  /** Position in the batch, from 0. */
  index: number;
  /** Absent: it has not been submitted, or was refused. */
  id?: string;
  type: string;
  /** The member's own key. */
  key?: string;
  state: Fate;
  /** Why it was refused; or that its task is somebody else's. */
  detail?: string;
}

const LINES_AT_ONCE = 500;

/** Every member, in order: what it is, and what the batch knows of it. */
export async function* reportLines(
  members: readonly StoredSubmission[],
  fates: string,
  submitted: AsyncIterable<MemberLine[]>,
): AsyncGenerator<BatchReportLine[]> {
  const known = new Map<number, MemberLine>();
  for await (const lines of submitted) for (const line of lines) known.set(line.index, line);
  const codes = readFates(fates, members.length);
  for (let from = 0; from < members.length; from += LINES_AT_ONCE) {
    yield members.slice(from, from + LINES_AT_ONCE).map(({ type, key }, offset) => {
      const index = from + offset;
      const { id, refused, foreign } = known.get(index) ?? {};
      const detail = refused ?? (foreign && 'Its key stands for a task that was submitted before.');
      const state = FATES[codes[index] ?? 0] as Fate;
      return { index, ...(id && { id }), type, ...(key && { key }), state, ...(detail && { detail }) };
    });
  }
}
