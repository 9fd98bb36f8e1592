import type { AttemptPolicy, Policy } from '../../protocol/task';

/**
 * The part of a policy that an attempt decides by. The whole of it stands in the workflow's input and in the memo, and
 * every activity's input is one copy more in the history. That there are redrives shows the release of the submission.
 */
export function attemptPolicy(policy: AttemptPolicy): AttemptPolicy {
  const { category: _c, queue: _q, priority: _p, window: _w, failureWindow: _f, ...rest } = policy as Partial<Policy>;
  const { maxQueueTime: _mq, maxTotalTime: _mt, redrives, ...needed } = rest;
  return { ...(needed as AttemptPolicy), ...(redrives && { redrives: {} as Policy['redrives'] & object }) };
}
