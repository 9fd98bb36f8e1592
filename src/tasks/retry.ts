import type { AttemptPolicy } from '../protocol/task';
import { FAILURE_CODES, type FailureCode, type FailureCodeName, type Retry } from './failure-codes';

/**
 * Who decides how a failed attempt is repeated: retries that the contract or the submission chose, else
 * those of the failure code, else the category's. A task of release 0.1.0 does not say who chose its
 * retries, so they stand.
 */
export function retryOf(code: FailureCodeName, policy: AttemptPolicy): Retry {
  const { retry }: FailureCode = FAILURE_CODES[code];
  const isOfFirstRelease = policy.redrives === undefined;
  return retry && !policy.ownRetries && !isOfFirstRelease ? retry : policy;
}
