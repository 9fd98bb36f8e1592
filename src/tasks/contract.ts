import type { z } from 'zod';
import type { Category } from './categories';
import type { PolicyOverride } from './policy-override';

/** Where an equal input counts as the same task when the key is made from the input. */
type KeyScope = 'global' | 'tenant';

/**
 * A task type's pure description. Everything that is not its work is made from it: validation, policy,
 * HTTP documentation, the catalogue. It has no side effects and no heavy imports.
 */
export interface Contract<
  Type extends string = string,
  Input extends z.ZodType = z.ZodType,
  Output extends z.ZodType = z.ZodType,
> {
  /** Dotted name, `thing.verb`; also the Temporal workflow type, so the Web UI shows it. */
  readonly type: Type;
  /** One sentence for people. */
  readonly summary: string;
  readonly category: Category;
  readonly input: Input;
  readonly output: Output;
  /** What differs from the category's policy. */
  readonly policy?: PolicyOverride;
  /** Makes the idempotency key when the caller sends none: from all of the input, or by a function of it. Defaults to no such key. */
  readonly keyFrom?: 'input' | ((input: z.output<Input>) => string);
  /** Scope of a key made from the input. Defaults to `tenant`. */
  readonly keyScope?: KeyScope;
  /**
   * Work under five seconds: the first attempt runs inside the first workflow task. A function decides per
   * input. Defaults to false.
   */
  readonly inline?: boolean | ((input: z.output<Input>) => boolean);
  /**
   * Whether running it twice does no harm. A function decides per input. When false, a lost attempt
   * leaves the outcome unknown for a person to decide. Defaults to true.
   */
  readonly idempotent?: boolean | ((input: z.output<Input>) => boolean);
  /** What a task with this input does, in a line for lists and people. Defaults to nothing. */
  readonly describe?: (input: z.output<Input>) => string;
  /** An example input for documentation and forms. It must satisfy `input`. */
  readonly example: z.input<Input>;
}

export function defineContract<Type extends string, Input extends z.ZodType, Output extends z.ZodType>(
  contract: Contract<Type, Input, Output>,
): Contract<Type, Input, Output> {
  if (!/^[a-z][a-z0-9-]*(\.[a-z][a-z0-9-]*)+$/.test(contract.type)) {
    throw new TypeError(`Task type "${contract.type}" must be a dotted lower-case name such as "image.convert".`);
  }
  if (contract.inline && contract.idempotent === false) {
    throw new TypeError(`Task type "${contract.type}" is not idempotent, so it cannot run inline.`);
  }
  return contract;
}

/** A task type that is known, but cannot work here. */
export interface AbsentType {
  type: string;
  /** What is missing, and what to do about it. */
  reason: string;
}
