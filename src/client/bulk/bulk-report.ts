import type { BulkReportLine, BulkTarget } from '../../protocol/bulk';
import { parseLines, ReportLog } from './report-log';

/** The longest snapshot that is read back: some hundred bytes for each of a hundred thousand tasks. */
const LONGEST_SNAPSHOT = 128 * 1024 * 1024;

/** What a bulk action keeps in the artifact store: its snapshot, and its report as it goes. */
export class BulkReport extends ReportLog<BulkReportLine> {
  /** Keeps the tasks as they were seen. @returns The hash under which they are found. */
  async putTargets(targets: readonly BulkTarget[]): Promise<string> {
    const lines = targets.map((target) => JSON.stringify(target)).join('\n');
    return (await this.store.put(Buffer.from(lines), LONGEST_SNAPSHOT)).hash;
  }

  async targets(hash: string): Promise<BulkTarget[]> {
    return parseLines<BulkTarget>((await this.store.read(hash, LONGEST_SNAPSHOT)).toString('utf8'));
  }
}
