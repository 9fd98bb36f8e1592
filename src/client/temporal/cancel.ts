import type { LoadedDataConverter } from '@temporalio/common';
import type { OperatorMessage } from '../../protocol/task';
import type { Gateway } from './gateway';
import { openText, sealText } from './sealed-text';

type Cancel = Pick<OperatorMessage, 'by' | 'reason'>;

/** A request to cancel a workflow. @param cause Requests with the same one are one, however often they are sent. */
export async function cancelRequest(
  gateway: Gateway,
  workflowExecution: { workflowId: string; runId?: string },
  cause: string,
  message: Cancel,
) {
  const { namespace } = gateway;
  return { namespace, workflowExecution, requestId: `${cause}:cancel`, ...(await sealedCancel(gateway, message)) };
}

/**
 * What a request to cancel says of who sends it and why. The server keeps both as they are. With encryption both stand
 * in the reason: an identity has no room for what is encrypted.
 */
async function sealedCancel(
  { client }: Gateway,
  { by, reason = '' }: Cancel,
): Promise<{ identity: string; reason: string }> {
  const { identity, loadedDataConverter } = client.options;
  const text = JSON.stringify({ by, reason });
  const sealed = await sealText(loadedDataConverter, text);
  return sealed === text ? { identity: by ?? identity, reason } : { identity, reason: sealed };
}

/** The same as the history has it. */
export async function readCancel(
  converter: LoadedDataConverter,
  { identity, cause }: { identity?: string | null; cause?: string | null },
): Promise<Cancel> {
  const text = cause ?? '';
  const opened = await openText(converter, text);
  const { by = identity, reason } =
    opened === text ? { reason: text } : (JSON.parse(opened) as { by?: string; reason?: string });
  return { ...(by && { by }), ...(reason && { reason }) };
}
