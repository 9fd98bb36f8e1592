import { DefaultFailureConverter } from '@temporalio/common';

/** A worker with encryption keys sets it before it evaluates the workflow code, which is the same with and without. */
const { holdfastEncodesFailures } = globalThis as { holdfastEncodesFailures?: boolean };

export const failureConverter = new DefaultFailureConverter({
  encodeCommonAttributes: holdfastEncodesFailures === true,
});
