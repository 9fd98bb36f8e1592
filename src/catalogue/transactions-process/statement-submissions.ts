import type { ArtifactStore } from '../../artifacts/store';
import type { Submission } from '../../client/submit/prepare';
import { HoldfastError } from '../../errors';
import { payloadHash } from '../../tasks/keys';
import { MAX_INLINE_BYTES } from '../shared/inline-bytes';
import { transactionsProcess } from './contract';
import { divideByClient } from './statement/statement';
import type { Operation } from './transaction';

interface StatementOptions {
  /** Defaults to both. */
  operation?: Operation;
  /**
   * Begin of the tasks' keys, so that submitting the same statement again finds the tasks that there are. Defaults to
   * none: every submission is new tasks.
   */
  key?: string;
  tenant?: string;
}

/**
 * What to submit for a CSV with the transactions of several clients, told by its column `client`: one task each.
 * @throws HoldfastError `invalid-request` when it cannot be divided.
 */
export async function statementSubmissions(
  csv: string,
  artifacts: ArtifactStore,
  { operation = 'both', key, tenant }: StatementOptions = {},
): Promise<Submission[]> {
  const submissions: Submission[] = [];
  for (const [client, part] of divided(csv)) {
    submissions.push({
      type: transactionsProcess.type,
      input: { client, transactions: await passed(part.csv, artifacts), operation, count: part.count },
      // A client's name may hold anything; a key may not.
      ...(key && { key: `${key}:${payloadHash(transactionsProcess.type, client).slice(0, 16)}` }),
      ...(tenant && { tenant }),
    });
  }
  return submissions;
}

function divided(csv: string): ReturnType<typeof divideByClient> {
  try {
    return divideByClient(csv);
  } catch (error) {
    throw new HoldfastError('invalid-request', (error as Error).message);
  }
}

async function passed(csv: string, artifacts: ArtifactStore): Promise<{ csv: string } | { artifact: string }> {
  if (Buffer.byteLength(csv) <= MAX_INLINE_BYTES) return { csv };
  return { artifact: (await artifacts.put(Buffer.from(csv))).hash };
}
