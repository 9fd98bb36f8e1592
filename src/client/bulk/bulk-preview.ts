import type { BulkTarget } from '../../protocol/bulk';

/** What a bulk action would be about. */
export interface BulkPreview {
  count: number;
  byType: Record<string, number>;
  byFingerprint: Record<string, number>;
  /** The first few tasks. */
  sample: string[];
  /** Named tasks that are not there, the first few. */
  missing: string[];
  /** True when counting was given up for its time: there are more. */
  partial: boolean;
}

const SAMPLE = 20;
/** Tasks that Visibility does not know by state are looked at one by one, which takes its time. */
const LONGEST_MS = 20_000;

export async function previewOf(targets: AsyncIterable<BulkTarget[]>): Promise<BulkPreview> {
  const until = Date.now() + LONGEST_MS;
  const preview: BulkPreview = { count: 0, byType: {}, byFingerprint: {}, sample: [], missing: [], partial: false };
  for await (const batch of targets) {
    for (const target of batch) add(preview, target);
    preview.partial = Date.now() > until;
    if (preview.partial) break;
  }
  return preview;
}

function add(preview: BulkPreview, { id, runId, type = 'unknown', fingerprint }: BulkTarget): void {
  if (runId === undefined) {
    if (preview.missing.length < SAMPLE) preview.missing.push(id);
    return;
  }
  preview.count++;
  preview.byType[type] = (preview.byType[type] ?? 0) + 1;
  if (fingerprint) preview.byFingerprint[fingerprint] = (preview.byFingerprint[fingerprint] ?? 0) + 1;
  if (preview.sample.length < SAMPLE) preview.sample.push(id);
}
