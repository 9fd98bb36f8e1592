import type { DataConverter, PayloadCodec } from '@temporalio/common';
import type { KeyRing } from './key-ring';
import { EncryptionCodec, noKeys, WorkerCodec } from './payload-codec';

/** Messages and stacks of failures become payloads, which are encrypted; otherwise the server has them in plain text. */
const FAILURES = { failureConverterPath: require.resolve('./failure-converter') };

/** How clients write and read payloads. Whatever connects to Temporal has its data converter from here. */
export function clientConverter(keys: KeyRing | undefined): DataConverter {
  return keys ? { payloadCodecs: [new EncryptionCodec(keys)], ...FAILURES } : { payloadCodecs: [noKeys] };
}

/** The same for workers. */
export function workerConverter(keys: KeyRing | undefined): DataConverter {
  return { payloadCodecs: [workerCodec(keys)], ...(keys && FAILURES) };
}

/** A codec that takes bytes that are not what they claim to be as they are. */
export function workerCodec(keys: KeyRing | undefined): PayloadCodec {
  return keys ? new WorkerCodec(new EncryptionCodec(keys)) : noKeys;
}
