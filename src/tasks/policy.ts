import { CATEGORIES, type Category } from './categories';
import type { Contract } from './contract';
import type { CategoryOverrides, PolicyOverride } from './policy-override';
import type { Policy } from './words';

const COMMON = {
  failureWindow: 300,
  timeout: 3600,
  heartbeatTimeout: 10,
  lostAttempts: 5,
} as const;

/** A key may not hold a failure for longer than this, whatever its window. */
const LONGEST_FAILURE_WINDOW = 3600;

export function categoryPolicy(category: Category, overrides: CategoryOverrides = {}): Policy {
  return { ...COMMON, ...CATEGORIES[category], ...defined(overrides[category]), category };
}

/** Later sources win: category, settings, contract, submission. */
export function resolvePolicy(
  contract: Contract,
  overrides: CategoryOverrides = {},
  asked: PolicyOverride = {},
): Policy {
  const policy: Policy = {
    ...categoryPolicy(contract.category, overrides),
    ...defined(contract.policy),
    ...defined(asked),
  };
  return { ...policy, failureWindow: Math.min(policy.failureWindow, policy.window, LONGEST_FAILURE_WINDOW) };
}

/** The delay before the attempt that follows the given number of failures, without jitter. */
export function retryDelay(policy: Policy, failures: number): number {
  const growth = policy.curve === 'linear' ? failures : 2 ** (failures - 1);
  return Math.min(policy.firstDelay * growth, policy.cap);
}

/** Spreads a delay over its upper half, so that tasks that failed together do not come back together. */
export function withJitter(delay: number, random: () => number = Math.random): number {
  return delay * (0.5 + random() / 2);
}

function defined(override: PolicyOverride | undefined): Partial<Policy> {
  const entries = Object.entries(override ?? {}).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Partial<Policy>;
}
