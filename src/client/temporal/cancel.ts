import type { OperatorMessage } from '../../protocol/task';
import type { Gateway } from './gateway';
import { sealText } from './sealed-text';

/** What a request to cancel says of who sends it and why; the server keeps both as they are, so they are encrypted here. */
export async function cancelWords(
  { client }: Gateway,
  { by, reason = '' }: Pick<OperatorMessage, 'by' | 'reason'>,
): Promise<{ identity: string; reason: string }> {
  const { identity, loadedDataConverter: converter } = client.options;
  return {
    identity: by === undefined ? identity : await sealText(converter, by),
    reason: await sealText(converter, reason),
  };
}
