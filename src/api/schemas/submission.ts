import { z } from 'zod';
import { bulkItemSchema, submissionFields } from '../../client/submit/submission-schema';
import type { Contract } from '../../tasks/contract';
import { notBoth, type Rules, stating } from './rules';

const ONE_TIME = stating(notBoth('runAt', 'delay'));

/** The submission as it is documented: one shape for each task type. */
export function documentedSubmission(contracts: readonly Contract[]): z.ZodType {
  const shapes = contracts.map((contract) =>
    documentedShape(contract, submissionFields).meta({ title: contract.type, ...ONE_TIME }),
  );
  return z.union(shapes).meta({ id: 'Submission' });
}

/** Two routes take it, and the document has one schema of a name. */
const bulkItems = new WeakMap<readonly Contract[], z.ZodType>();

export function documentedBulkItem(contracts: readonly Contract[]): z.ZodType {
  const known = bulkItems.get(contracts);
  if (known) return known;
  const key = bulkItemSchema.shape.key;
  const shapes = contracts.map((contract) =>
    documentedShape(contract, { ...submissionFields, key }).meta({ title: contract.type, ...ONE_TIME }),
  );
  const made = z.union(shapes).meta({ id: 'BulkItem' });
  bulkItems.set(contracts, made);
  return made;
}

/** What a task of each type is said with, beside other fields: the input is needed where the type needs one. */
export function documentedWork(contracts: readonly Contract[], shape: z.ZodRawShape, ...rules: Rules[]): z.ZodType {
  return z.union(
    contracts.map((contract) => documentedShape(contract, shape).meta({ title: contract.type, ...stating(...rules) })),
  );
}

function documentedShape({ type, input, example }: Contract, shape: z.ZodRawShape) {
  return z.strictObject({
    ...shape,
    type: z.literal(type),
    // A schema of its own, so that the contract's keeps the metadata it has.
    input: input.clone().meta({ ...input.meta(), example }),
  });
}
