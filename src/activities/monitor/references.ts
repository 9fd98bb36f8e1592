import { loadIfStored } from '../../artifacts/large-values';
import { type ArtifactStore, hashesIn } from '../../artifacts/store';
import { type ScannedRow, scanRows } from '../../client/list/scan';
import type { Gateway } from '../../client/temporal/gateway';
import { inParallel } from '../../parallel';
import { BATCH_WORKFLOW } from '../../protocol/batch';
import { SEARCH_ATTRIBUTES } from '../../protocol/task';
import { pulse } from './pulse';

/** What existing tasks refer to. */
export interface References {
  hashes: Set<string>;
  taskIds: Set<string>;
}

const READS_AT_ONCE = 10;
const TASKS = `(${SEARCH_ATTRIBUTES.category} IS NOT NULL OR WorkflowType = '${BATCH_WORKFLOW}')`;
/** A large value in the store may name further files. */
const STORED_VALUE = /"\$artifact":\{"hash":"(sha256:[0-9a-f]{64})"/g;

/**
 * Collects the files that existing tasks refer to, from their whole histories and from what their attempts
 * left with the server. Files count as used when a task first refers to them, so only tasks need a look that were
 * submitted before the given time; a row that does not say when, as those of batches, gets one too while it is open.
 */
export async function readReferences(gateway: Gateway, store: ArtifactStore, before: Date): Promise<References> {
  const references: References = { hashes: new Set(), taskIds: new Set() };
  const queries = [
    `${TASKS} AND ExecutionStatus = 'Running'`,
    `${TASKS} AND ExecutionStatus != 'Running' AND StartTime < '${before.toISOString()}'`,
  ];
  for (const query of queries) {
    for await (const rows of scanRows(gateway, query)) {
      for (const { id } of rows) references.taskIds.add(id);
      const mayRefer = rows.filter(({ submittedAt }) => !submittedAt || Date.parse(submittedAt) < before.getTime());
      await inParallel(mayRefer, READS_AT_ONCE, async (row) => {
        pulse();
        await collect(await textOf(gateway, row), store, references.hashes);
      });
    }
  }
  return references;
}

/** Everything that the server knows of a run, as text. */
async function textOf(gateway: Gateway, { id: taskId, runId }: ScannedRow): Promise<string> {
  const handle = gateway.client.workflow.getHandle(taskId, runId);
  const [history, description] = await Promise.all([
    gateway.find(() => handle.fetchHistory()),
    gateway.find(() => handle.describe()),
  ]);
  return `${plainText(history)}${plainText(description?.raw)}`;
}

/** Payloads are JSON as bytes, and nothing encrypts them, so that what they name can be read right there. */
function plainText(value: unknown): string {
  if (typeof value === 'string') return `${value}\n`;
  if (value instanceof Uint8Array) return `${Buffer.from(value).toString('utf8')}\n`;
  if (typeof value !== 'object' || value === null) return '';
  return Object.values(value).map(plainText).join('');
}

async function collect(text: string, store: ArtifactStore, hashes: Set<string>): Promise<void> {
  const stored = [...text.matchAll(STORED_VALUE)].map(([, hash]) => hash as string).filter((hash) => !hashes.has(hash));
  for (const hash of hashesIn(text)) hashes.add(hash);
  for (const hash of new Set(stored)) {
    // One that is gone names nothing any more.
    if (!(await store.has(hash))) continue;
    const value = await loadIfStored(store, { $artifact: { hash } });
    await collect(JSON.stringify(value), store, hashes);
  }
}
