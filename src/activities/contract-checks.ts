import { loadIfStored } from '../artifacts/large-values';
import type { ArtifactStore } from '../artifacts/store';
import type { Contract } from '../tasks/contract';

/** The input as a handler gets it, from what travelled. @throws ZodError; HoldfastError `not-found`. */
export async function inputFor(contract: Contract, artifacts: ArtifactStore, travelled: unknown): Promise<unknown> {
  return contract.input.parse(await loadIfStored(artifacts, travelled));
}

/** The output as the contract wants it. @throws TypeError: trying again cannot help. */
export function checkedOutput(contract: Contract, output: unknown): unknown {
  const checked = contract.output.safeParse(output);
  if (checked.success) return checked.data;
  throw new TypeError(`The handler's output is not what the contract says: ${checked.error.message}`);
}
