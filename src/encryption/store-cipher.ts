import { Readable } from 'node:stream';
import { HoldfastError } from '../errors';
import { openChunks, sealChunks } from './file-format';
import type { KeyRing } from './key-ring';
import { seal, unseal } from './seal';

/** `hfenc1:`, the key's ID, and base64. No JSON and no log begins so. */
const SEALED_TEXT = /^hfenc1:([A-Za-z0-9._-]{1,64}):([A-Za-z0-9+/]+={0,2})$/;

/**
 * Encrypts what the artifact store keeps, when there are keys. What was stored without is read as it is: encryption can
 * be switched on at any time. A text belongs to its place: moved elsewhere it is damaged.
 */
export class StoreCipher {
  /** @param keys Defaults to none: nothing that is written is encrypted, and nothing that was can be read. */
  constructor(private readonly keys?: KeyRing | undefined) {}

  get encrypts(): boolean {
    return this.keys !== undefined;
  }

  async sealText(place: string, text: string): Promise<string> {
    if (!this.keys) return text;
    const { keyId, data } = await seal(this.keys, 'text', place, Buffer.from(text));
    return `hfenc1:${keyId}:${data.toString('base64')}`;
  }

  /** @throws HoldfastError `encryption-key-unknown`, `damaged`. */
  async openText(place: string, text: string): Promise<string> {
    const [, keyId, base64] = SEALED_TEXT.exec(text) ?? [];
    if (keyId === undefined || base64 === undefined) return text;
    const what = `${place} in the artifact store`;
    if (!this.keys) {
      const message = `${what} was encrypted with key ${keyId}, and this process has no keys: set HOLDFAST_ENCRYPTION_KEYS.`;
      throw new HoldfastError('encryption-key-unknown', message);
    }
    const data = Buffer.from(base64, 'base64');
    return (await unseal(this.keys, 'text', place, { keyId, data }, what)).toString('utf8');
  }

  /** The content as it is to be stored. */
  sealFile(content: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
    return this.keys ? sealChunks(this.keys, content) : content;
  }

  /** A stored file as it was before. @param stored Bytes that are stored. */
  async openFile(source: Readable, stored: number, hash: string): Promise<{ stream: Readable; bytes: number }> {
    const { content, bytes } = await openChunks(this.keys, source, stored, `The file ${hash}`);
    const stream = Readable.from(content, { objectMode: false });
    // A generator that was never begun does not close what it reads.
    stream.once('close', () => source.destroy());
    return { stream, bytes };
  }
}
