import type { Policy } from '../protocol/task';
import { CATEGORIES, type Category } from './categories';
import type { Contract } from './contract';
import type { CategoryOverrides, PolicyOverride } from './policy-override';
import { REDRIVES } from './redrives';

const COMMON = {
  failureWindow: 300,
  timeout: 3600,
  maxProcessingTime: 3600,
  heartbeatTimeout: 10,
  lostAttempts: 5,
} as const;

/** A key may not hold a failure for longer than this, whatever its window. */
const LONGEST_FAILURE_WINDOW = 3600;

/** What a contract or a submission says of these makes the retries its own. */
const RETRY_FIELDS = ['attempts', 'firstDelay', 'curve', 'cap', 'growth', 'jitter'] as const;

export function categoryPolicy(category: Category, overrides: CategoryOverrides = {}): Policy {
  const { redrives, ...override } = overrides[category] ?? {};
  return {
    ...COMMON,
    ...CATEGORIES[category],
    ...defined(override),
    redrives: { ...REDRIVES, ...defined(redrives) },
    category,
  };
}

/** Later sources win: category, settings, contract, submission. Redrives are replaced class by class. */
export function resolvePolicy(
  contract: Contract,
  overrides: CategoryOverrides = {},
  asked: PolicyOverride = {},
): Policy {
  const base = categoryPolicy(contract.category, overrides);
  const own = { ...defined(contract.policy), ...defined(asked) };
  const redrives = { ...base.redrives, ...defined(contract.policy?.redrives), ...defined(asked.redrives) };
  const policy = { ...base, ...own, redrives } as Policy;
  return {
    ...policy,
    failureWindow: Math.min(policy.failureWindow, policy.window, LONGEST_FAILURE_WINDOW),
    // Who allows an attempt of two hours means the task to run that long, unless it is set.
    maxProcessingTime: own.maxProcessingTime ?? Math.max(base.maxProcessingTime ?? 0, own.timeout ?? 0),
    ...(RETRY_FIELDS.some((field) => own[field] !== undefined) && { ownRetries: true }),
  };
}

/** How the delay between attempts grows. Times in seconds. */
export type RetryCurve = Pick<Policy, 'firstDelay' | 'curve' | 'growth' | 'cap'>;

/** The delay before the attempt that follows the given number of failures, without jitter. */
export function retryDelay({ firstDelay, curve, growth, cap }: RetryCurve, failures: number): number {
  const factor = curve === 'linear' ? 1 + (growth ?? 1) * (failures - 1) : (growth ?? 2) ** (failures - 1);
  return Math.min(firstDelay * factor, cap);
}

/**
 * Spreads a delay, so that tasks that failed together do not come back together.
 * @param jitter Largest part of the delay, 0 to 1, that chance takes off.
 */
export function withJitter(delay: number, jitter = 0.5, random: () => number = Math.random): number {
  return delay * (1 - jitter * random());
}

function defined<T extends object>(override: T | undefined): { [K in keyof T]?: NonNullable<T[K]> } {
  const entries = Object.entries(override ?? {}).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]?: NonNullable<T[K]> };
}
