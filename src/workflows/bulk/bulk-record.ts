import { upsertMemo } from '@temporalio/workflow';
import { BULK_BEGIN, type BulkProgress, type BulkTally } from '../../protocol/bulk';

/** Keeps a bulk action's progress in its memo, where readers find it without any worker. */
export class BulkRecord {
  private progress: BulkProgress = { ...BULK_BEGIN };

  write(news: Partial<BulkProgress>): void {
    this.progress = { ...this.progress, ...news };
    upsertMemo({ progress: this.progress });
  }

  add({ done, movedOn, refused, failed }: BulkTally): void {
    const { progress } = this;
    this.write({
      done: progress.done + done,
      movedOn: progress.movedOn + movedOn,
      refused: progress.refused + refused,
      failed: progress.failed + failed,
    });
  }

  end(state: 'completed' | 'stopped' | 'cancelled', stoppedBecause?: string): BulkProgress {
    this.write({ state, endedAt: new Date().toISOString(), ...(stoppedBecause && { stoppedBecause }) });
    return this.progress;
  }
}
