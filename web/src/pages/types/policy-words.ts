import type { Schemas } from '../../api/client';
import { duration } from '../../lib/time';
import { texts } from '../../texts';

type Policy = Schemas['Policy'];

/** `3 attempts, after 2 s doubling to 1 min; then redriven after …`: a policy as one would say it. */
export function policyWords(policy: Policy): string {
  return [attemptWords(policy), redriveWords(policy)].filter(Boolean).join(texts.types.thenJoin);
}

function attemptWords({ attempts, firstDelay, curve, growth = 2, cap }: Policy): string {
  if (attempts === 1) return texts.types.oneAttempt;
  const grows =
    curve === 'linear'
      ? texts.types.growingByEach(duration(firstDelay))
      : growth === 1
        ? ''
        : growth === 2
          ? texts.types.doubling
          : texts.types.timesEach(growth);
  return texts.types.attempts(attempts, duration(firstDelay), grows, duration(cap));
}

/** The classes that are redriven, and when. */
function redriveWords({ redrives = {} }: Policy): string {
  const some = Object.entries(redrives as Record<string, number[]>).filter(([, delays]) => delays.length > 0);
  if (some.length === 0) return '';
  return texts.types.redriven(some.map(([name, delays]) => texts.types.classAfter(name, spans(delays))).join('; '));
}

function spans(seconds: readonly number[]): string {
  return seconds.map((one) => duration(one)).join(', ');
}

/** The policy as a table of what and how long. */
export function policyRows(policy: Policy): [name: string, value: string][] {
  const rows: [string, string | undefined][] = [
    [texts.types.retries, attemptWords(policy)],
    [texts.types.oneAttemptTakesAtMost, duration(policy.timeout)],
    [texts.types.noHeartbeatFor, duration(policy.heartbeatTimeout)],
    [texts.types.attemptsLost, String(policy.lostAttempts)],
    [
      texts.types.allRunningTogetherAtMost,
      policy.maxProcessingTime === undefined ? undefined : duration(policy.maxProcessingTime),
    ],
    [texts.types.waitsInQueueAtMost, policy.maxQueueTime === undefined ? undefined : duration(policy.maxQueueTime)],
    [
      texts.types.everythingTogetherAtMost,
      policy.maxTotalTime === undefined ? undefined : duration(policy.maxTotalTime),
    ],
    [texts.types.keyAnswersAfterSuccessFor, duration(policy.window)],
    [texts.types.keyAnswersAfterFailureFor, duration(policy.failureWindow)],
    [texts.types.queueAndPriority, `${policy.queue}, ${policy.priority}`],
    ...Object.entries((policy.redrives ?? {}) as Record<string, number[]>).map(([name, delays]): [string, string] => [
      texts.types.redrivesWhen(name),
      delays.length === 0 ? texts.types.waitsForAPerson : texts.types.after(spans(delays)),
    ]),
  ];
  return rows.filter((row): row is [string, string] => row[1] !== undefined);
}
