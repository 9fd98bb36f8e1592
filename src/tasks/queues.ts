import { CATEGORY_NAMES } from './categories';
import type { Contract } from './contract';
import { categoryPolicy, resolvePolicy } from './policy';
import type { CategoryOverrides } from './policy-override';

/** Every queue that a policy names: those of the categories and those of the task types. Sorted. */
export function queuesOf(contracts: readonly Contract[], categories: CategoryOverrides = {}): string[] {
  const ofCategories = CATEGORY_NAMES.map((name) => categoryPolicy(name, categories).queue);
  const ofContracts = contracts.map((contract) => resolvePolicy(contract, categories).queue);
  return [...new Set([...ofCategories, ...ofContracts])].sort();
}
