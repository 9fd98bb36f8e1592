import { runVerifier } from '../../activities/attempt/run-verifier';
import { UsageError } from '../runner';
import type { Session } from '../session';

/**
 * The result that the outside world says a task has come to.
 * @throws UsageError when it says nothing of the kind.
 */
export async function verifiedResult({ tasks, app, artifacts, out, signal }: Session, id: string): Promise<unknown> {
  const request = await tasks.input(id);
  const contract = app.contracts.find(({ type }) => type === request.type);
  if (!contract)
    throw new UsageError(`The code at hand has no task type ${request.type}; give the result: ${typed(id)}`);
  const elsewhere = app.notHere(request.type);
  if (elsewhere) throw new UsageError(`${elsewhere} Or give the result: ${typed(id)}`);
  const { verifiers, close } = await app.open({ elsewhere: true });
  try {
    const found = await runVerifier(contract, verifiers[request.type], request, { artifacts, signal });
    if (found.effect !== 'done' || found.output === undefined) {
      throw new UsageError(
        `A completed task has a result, and none could be found: ${found.evidence} Give it with --result: ${typed(id)}`,
      );
    }
    out.note(`Its result was found: ${found.evidence}`);
    return found.output;
  } finally {
    await close();
  }
}

/** What to type instead. */
function typed(id: string): string {
  return `holdfast update ${id} --status completed --result RESULT.json, where - is standard input and JSON itself may stand too; --unchecked takes what the task type would refuse.`;
}
