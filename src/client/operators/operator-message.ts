import { storeIfLarge } from '../../artifacts/large-values';
import type { ArtifactStore } from '../../artifacts/store';
import { HoldfastError } from '../../errors';
import type { OperatorMessage } from '../../protocol/task';
import { boundedParse } from '../../tasks/bounded-parse';
import type { Contract } from '../../tasks/contract';
import { issuesOf } from '../submit/issues';

/** Begins the reason of a message whose result was taken as the operator gave it. */
const UNCHECKED = 'Result not checked';

/**
 * Checks what an operator hands over: a corrected input as a submission's, a result as a handler's. Large
 * ones travel by reference, as everywhere.
 * @param contract Called only when there is something to check, since old tasks may have none any more.
 * @throws HoldfastError `invalid-request` with one issue per fault.
 */
export async function checkMessage(
  contract: () => Contract,
  message: OperatorMessage,
  store: ArtifactStore,
): Promise<OperatorMessage> {
  const { unchecked, ...checked } = message;
  if (message.at !== undefined) checked.at = time(message.at);
  if (message.input !== undefined) checked.input = await storeIfLarge(store, parse(contract(), 'input', message.input));
  if (message.result !== undefined) {
    const result = unchecked ? message.result : parse(contract(), 'output', message.result);
    checked.result = await storeIfLarge(store, result);
  }
  if (unchecked) checked.reason = `${UNCHECKED}${message.reason === undefined ? '' : `: ${message.reason}`}`;
  return checked;
}

function time(text: string): string {
  const parsed = new Date(text);
  if (!Number.isNaN(parsed.getTime())) return parsed.toISOString();
  const message = 'Not a time: expected ISO 8601.';
  throw new HoldfastError('invalid-request', message, { issues: [{ pointer: '/at', message }] });
}

function parse(contract: Contract, part: 'input' | 'output', value: unknown): unknown {
  const parsed = boundedParse(contract[part], value);
  if (parsed.success) return parsed.data;
  const name = part === 'input' ? 'input' : 'result';
  const issues = issuesOf(parsed.error, [name]);
  throw new HoldfastError(
    'invalid-request',
    `The ${name} is not a valid ${contract.type} ${part}: ${issues[0]?.message ?? ''}`,
    { issues },
  );
}
