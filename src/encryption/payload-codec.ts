import type { Payload, PayloadCodec } from '@temporalio/common';
import { temporal } from '@temporalio/proto';
import { HoldfastError } from '../errors';
import type { KeyRing } from './key-ring';
import { seal, unseal } from './seal';

const ENCODING = 'binary/encrypted';
const KEY_ID = 'encryption-key-id';
/** Payloads are copied by the server: from a schedule to its tasks, from run to run. No other place is theirs. */
const PLACE = '';
const WHAT = 'A payload';

const { Payload: PayloadMessage } = temporal.api.common.v1;

/** Encrypts whole payloads, metadata included. What was never encrypted is read as it is, so that it can be switched on at any time. */
export class EncryptionCodec implements PayloadCodec {
  constructor(private readonly ring: KeyRing) {}

  encode(payloads: Payload[]): Promise<Payload[]> {
    return Promise.all(payloads.map((payload) => this.encodeOne(payload)));
  }

  /** @throws HoldfastError `encryption-key-unknown`, `damaged`. */
  decode(payloads: Payload[]): Promise<Payload[]> {
    return Promise.all(payloads.map((payload) => this.decodeOne(payload)));
  }

  private async encodeOne(payload: Payload): Promise<Payload> {
    const { keyId, data } = await seal(this.ring, 'payload', PLACE, PayloadMessage.encode(payload).finish());
    return { metadata: { encoding: Buffer.from(ENCODING), [KEY_ID]: Buffer.from(keyId) }, data };
  }

  private async decodeOne(payload: Payload): Promise<Payload> {
    if (!isEncrypted(payload)) return payload;
    const keyId = text(payload.metadata?.[KEY_ID]);
    const bytes = await unseal(this.ring, 'payload', PLACE, { keyId, data: payload.data ?? new Uint8Array() }, WHAT);
    return PayloadMessage.decode(bytes) as Payload;
  }
}

/**
 * The same for workers. Whoever reaches the server may signal a task with bytes that nobody has encrypted. Those stay as
 * they are, which no converter can read: an error here would block the task. A key that is missing does block it, until
 * the worker has that key.
 */
export class WorkerCodec implements PayloadCodec {
  constructor(private readonly codec: EncryptionCodec) {}

  encode(payloads: Payload[]): Promise<Payload[]> {
    return this.codec.encode(payloads);
  }

  decode(payloads: Payload[]): Promise<Payload[]> {
    return Promise.all(payloads.map((payload) => this.decodeOne(payload)));
  }

  private async decodeOne(payload: Payload): Promise<Payload> {
    try {
      return (await this.codec.decode([payload]))[0] ?? payload;
    } catch (error) {
      if (error instanceof HoldfastError && error.code === 'damaged') return payload;
      throw error;
    }
  }
}

/** For processes without keys: says what is missing, where the SDK would only say that it does not know the encoding. */
export const noKeys: PayloadCodec = {
  encode: async (payloads) => payloads,
  decode: async (payloads) => {
    const encrypted = payloads.find(isEncrypted);
    if (!encrypted) return payloads;
    const keyId = text(encrypted.metadata?.[KEY_ID]);
    throw new HoldfastError(
      'encryption-key-unknown',
      `${WHAT} was encrypted with key ${keyId}, and this process has no keys: set HOLDFAST_ENCRYPTION_KEYS.`,
    );
  },
};

export function isEncrypted({ metadata }: Payload): boolean {
  return text(metadata?.encoding) === ENCODING;
}

function text(bytes: Uint8Array | null | undefined): string {
  return Buffer.from(bytes ?? []).toString('utf8');
}
