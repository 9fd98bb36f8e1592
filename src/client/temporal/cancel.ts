import type { LoadedDataConverter } from '@temporalio/common';
import type { OperatorMessage } from '../../protocol/task';
import type { Gateway } from './gateway';
import { openText, sealText } from './sealed-text';

type Words = Pick<OperatorMessage, 'by' | 'reason'>;

/** A request to cancel a workflow. @param cause Requests with the same one are one, however often they are sent. */
export async function cancelRequest(
  gateway: Gateway,
  workflowExecution: { workflowId: string; runId?: string },
  cause: string,
  message: Words,
) {
  const { namespace } = gateway;
  return { namespace, workflowExecution, requestId: `${cause}:cancel`, ...(await cancelWords(gateway, message)) };
}

/**
 * What a request to cancel says of who sends it and why. The server keeps both as they are. With encryption both stand
 * in the reason: an identity has no room for what is encrypted.
 */
async function cancelWords(
  { client }: Gateway,
  { by, reason = '' }: Words,
): Promise<{ identity: string; reason: string }> {
  const { identity, loadedDataConverter } = client.options;
  const words = JSON.stringify({ by, reason });
  const sealed = await sealText(loadedDataConverter, words);
  return sealed === words ? { identity: by ?? identity, reason } : { identity, reason: sealed };
}

/** The same as the history has it. */
export async function readCancelWords(
  converter: LoadedDataConverter,
  { identity, cause }: { identity?: string | null; cause?: string | null },
): Promise<Words> {
  const text = cause ?? '';
  const opened = await openText(converter, text);
  const { by = identity, reason } =
    opened === text ? { reason: text } : (JSON.parse(opened) as { by?: string; reason?: string });
  return { ...(by && { by }), ...(reason && { reason }) };
}
