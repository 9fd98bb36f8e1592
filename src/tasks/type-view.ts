import { z } from 'zod';
import type { Contract } from './contract';
import { resolvePolicy } from './policy';
import type { CategoryOverrides } from './policy-override';

/** A task type as the catalogue shows it, with JSON Schemas of its input and result. */
export function typeView(contract: Contract, categories: CategoryOverrides = {}) {
  const { type, summary, category, inline = false, keyFrom, example, input, output } = contract;
  return {
    type,
    summary,
    category,
    // Of some types a function decides by input.
    inline: inline !== false,
    ...(keyFrom && { keyFrom: 'input' as const }),
    example,
    input: z.toJSONSchema(input, { io: 'input', unrepresentable: 'any' }),
    output: z.toJSONSchema(output, { unrepresentable: 'any' }),
    policy: resolvePolicy(contract, categories),
  };
}
