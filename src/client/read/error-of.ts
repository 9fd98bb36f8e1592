import type { LoadedDataConverter } from '@temporalio/common';
import { decodeOptionalFailureToOptionalError } from '@temporalio/common/lib/internal-non-workflow';
import type { temporal } from '@temporalio/proto';
import { HoldfastError } from '../../errors';

type Failure = temporal.api.failure.v1.IFailure;

/** A failure as an error. One that was encrypted with a key that is missing here says so in the place of its message. */
export async function errorOf(
  converter: LoadedDataConverter,
  failure: Failure | null | undefined,
): Promise<Error | undefined> {
  try {
    return await decodeOptionalFailureToOptionalError(converter, failure);
  } catch (error) {
    if (error instanceof HoldfastError) return error;
    throw error;
  }
}
