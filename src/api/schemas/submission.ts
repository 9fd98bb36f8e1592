import { z } from 'zod';
import { bulkItemSchema, submissionFields } from '../../client/submission-schema';
import type { Contract } from '../../tasks/contract';

/** The submission as it is documented: one shape for each task type. */
export function documentedSubmission(contracts: readonly Contract[]): z.ZodType {
  const shapes = contracts.map((contract) =>
    documentedShape(contract, submissionFields).meta({ title: contract.type }),
  );
  return z.union(shapes).meta({ id: 'Submission' });
}

export function documentedBulkItem(contracts: readonly Contract[]): z.ZodType {
  const key = bulkItemSchema.shape.key;
  const shapes = contracts.map((contract) =>
    documentedShape(contract, { ...submissionFields, key }).meta({ title: contract.type }),
  );
  return z.union(shapes).meta({ id: 'BulkItem' });
}

function documentedShape({ type, input, example }: Contract, shape: z.ZodRawShape) {
  return z.strictObject({
    ...shape,
    type: z.literal(type),
    // A schema of its own, so that the contract's keeps the metadata it has.
    input: input.clone().meta({ ...input.meta(), example }),
  });
}
