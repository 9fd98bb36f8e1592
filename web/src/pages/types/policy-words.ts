import type { Schemas } from '../../api/client';
import { duration } from '../../lib/time';

type Policy = Schemas['Policy'];

/** `3 attempts, after 2 s doubling to 1 min; then redriven after …`: a policy as one would say it. */
export function policyWords(policy: Policy): string {
  return [attemptWords(policy), redriveWords(policy)].filter(Boolean).join('; then ');
}

function attemptWords({ attempts, firstDelay, curve, growth = 2, cap }: Policy): string {
  if (attempts === 1) return 'One attempt';
  const grows =
    curve === 'linear'
      ? `growing by ${duration(firstDelay)} each`
      : growth === 1
        ? ''
        : growth === 2
          ? 'doubling'
          : `times ${growth} each`;
  return `${attempts} attempts, ${duration(firstDelay)} apart${grows && `, ${grows} to ${duration(cap)}`}`;
}

/** The classes that are redriven, and when. */
function redriveWords({ redrives = {} }: Policy): string {
  const some = Object.entries(redrives as Record<string, number[]>).filter(([, delays]) => delays.length > 0);
  if (some.length === 0) return '';
  return `redriven: ${some.map(([name, delays]) => `${name} after ${delays.map((one) => duration(one)).join(', ')}`).join('; ')}`;
}

/** The policy as a table of what and how long. */
export function policyRows(policy: Policy): [name: string, value: string][] {
  const rows: [string, string | undefined][] = [
    ['Retries', attemptWords(policy)],
    ['One attempt takes at most', duration(policy.timeout)],
    ['No heartbeat for', duration(policy.heartbeatTimeout)],
    ['Attempts lost with a worker, at most', String(policy.lostAttempts)],
    [
      'All running together at most',
      policy.maxProcessingTime === undefined ? undefined : duration(policy.maxProcessingTime),
    ],
    ['Waits in the queue at most', policy.maxQueueTime === undefined ? undefined : duration(policy.maxQueueTime)],
    ['Everything together at most', policy.maxTotalTime === undefined ? undefined : duration(policy.maxTotalTime)],
    ['A key answers after success for', duration(policy.window)],
    ['A key answers after failure for', duration(policy.failureWindow)],
    ['Queue and priority', `${policy.queue}, ${policy.priority}`],
    ...Object.entries((policy.redrives ?? {}) as Record<string, number[]>).map(([name, delays]): [string, string] => [
      `Redrives when ${name}`,
      delays.length === 0 ? 'none: waits for a person' : `after ${delays.map((one) => duration(one)).join(', ')}`,
    ]),
  ];
  return rows.filter((row): row is [string, string] => row[1] !== undefined);
}
