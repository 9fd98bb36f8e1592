import type { BatchReportLine } from '../../src/client/batches/batch-report';
import type { BatchView } from '../../src/client/batches/batch-view';
import type { BatchRequest } from '../../src/client/batches/batches';
import type { Harness } from './harness';
import { until } from './until';

/** Starts a batch that must be new. */
export async function startBatch({ tasks }: Harness, request: Partial<BatchRequest>): Promise<BatchView> {
  const { batch, duplicate } = await tasks.batches.start({ tasks: [], ...request });
  if (duplicate) throw new Error(`${batch.id} is there already`);
  return batch;
}

export function endOfBatch({ tasks }: Harness, id: string): Promise<BatchView> {
  return until(`${id} has ended`, async () => {
    const view = await tasks.batches.read(id);
    return view.endedAt === undefined ? undefined : view;
  });
}

/** The report, as far as it goes. */
export async function membersOf({ tasks }: Harness, id: string): Promise<BatchReportLine[]> {
  const lines: BatchReportLine[] = [];
  for await (const group of await tasks.batches.report(id)) lines.push(...group);
  return lines;
}
