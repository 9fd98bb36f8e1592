import { z } from 'zod';
import { loadIfStored } from '../../artifacts/large-values';
import type { ArtifactStore } from '../../artifacts/store';
import type { Contract } from '../../tasks/contract';

/** The input as a handler gets it, from what travelled. @throws ZodError; HoldfastError `not-found`. */
export async function inputFor(contract: Contract, artifacts: ArtifactStore, travelled: unknown): Promise<unknown> {
  return contract.input.parse(await loadIfStored(artifacts, travelled));
}

/**
 * The output as the contract wants it.
 * @throws TypeError: trying again cannot help; the failure that a handler returned instead of throwing it.
 */
export function checkedOutput(contract: Contract, output: unknown): unknown {
  const failure = returnedFailure(contract, output);
  if (failure) throw failure;
  const checked = contract.output.safeParse(output);
  if (checked.success) return checked.data;
  throw new TypeError(`The handler's output is not what the contract says: ${checked.error.message}`);
}

const FAILED = /^(?:failed|failure|error|errored|aborted)$/i;

/** An error, or a failure by its fields that the contract knows nothing of: kept as a result, it would read as done. */
function returnedFailure({ output: schema }: Contract, output: unknown): Error | undefined {
  if (output instanceof Error) return output;
  if (typeof output !== 'object' || output === null) return undefined;
  const { status, success, message, error, reason } = output as Record<string, unknown>;
  const saysSo =
    (typeof status === 'string' && FAILED.test(status) && !declares(schema, 'status')) ||
    (success === false && !declares(schema, 'success'));
  if (!saysSo) return undefined;
  const why = [message, error, reason].find((one) => typeof one === 'string' && one !== '');
  return new Error(`The handler returned a failure${why ? `: ${why}` : ', without a reason.'}`);
}

/** Whether an output may have the field by its contract; where that cannot be told, it may. */
function declares(schema: unknown, field: string): boolean {
  if (schema instanceof z.ZodObject) return field in schema.shape;
  if (schema instanceof z.ZodUnion) return schema.options.some((one) => declares(one, field));
  return !(schema instanceof z.ZodAny || schema instanceof z.ZodUnknown || schema instanceof z.ZodRecord);
}
