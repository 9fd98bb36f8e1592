import { defaultPayloadConverter, type LoadedDataConverter, type Payload } from '@temporalio/common';
import { decodeOptionalSingle, encode } from '@temporalio/common/lib/internal-non-workflow';
import { temporal } from '@temporalio/proto';

const { Payload: PayloadMessage } = temporal.api.common.v1;
const MARK = 'encrypted:';

/**
 * A text for one of the fields that the server takes as they are, which no codec sees: reasons, notes and names of
 * people. With encryption it goes through the codec by itself.
 */
export async function sealText({ payloadCodecs }: LoadedDataConverter, text: string): Promise<string> {
  if (text === '' || payloadCodecs.length === 0) return text;
  const plain = defaultPayloadConverter.toPayload(text) as Payload;
  const [payload] = await encode(payloadCodecs, [plain]);
  if (!payload || payload === plain) return text;
  return `${MARK}${Buffer.from(PayloadMessage.encode(payload).finish()).toString('base64')}`;
}

/** The text that was sealed; any other text as it is. */
export async function openText({ payloadCodecs }: LoadedDataConverter, text: string): Promise<string> {
  const payload = text.startsWith(MARK) ? payloadIn(text.slice(MARK.length)) : undefined;
  if (!payload) return text;
  const decoded = await decodeOptionalSingle(payloadCodecs, payload);
  return decoded ? String(defaultPayloadConverter.fromPayload(decoded)) : text;
}

/** Anybody may write a text that begins like one that was sealed. */
function payloadIn(base64: string): Payload | undefined {
  try {
    return PayloadMessage.decode(Buffer.from(base64, 'base64')) as Payload;
  } catch {
    return undefined;
  }
}
