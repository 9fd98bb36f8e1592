import { ApplicationFailure } from '@temporalio/workflow';

/** Ends every task at once, whatever its type: one in thirty-one as failed. */
export default async function endAtOnce(start: { input: { number?: number } }): Promise<null> {
  if ((start.input.number ?? 1) % 31 === 0) throw ApplicationFailure.nonRetryable('Out of stock');
  return null;
}
