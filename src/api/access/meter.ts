import type { Response } from 'express';
import type { Caller } from '../../access/caller';
import type { Quota } from './quota';

/** Counts the bytes of an upload while they arrive, so that uploads at once do not get beyond a quota together. */
export class Meter {
  private taken = 0;

  constructor(
    private readonly quotas: readonly Quota[],
    private readonly caller: Caller,
    private readonly response: Response,
  ) {}

  /** @throws Problem `too-many-requests` when so many bytes are more than what is left. */
  async check(bytes: number): Promise<void> {
    for (const quota of this.quotas) await quota.check(this.caller, bytes, this.response);
  }

  /** @throws Problem `too-many-requests` at the first byte that is one too many. */
  async *through(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of body) {
      await this.check(chunk.length);
      for (const quota of this.quotas) await quota.take(this.caller, chunk.length);
      this.taken += chunk.length;
      yield chunk;
    }
  }

  /** The upload has come to nothing. */
  async giveBack(): Promise<void> {
    for (const quota of this.quotas) await quota.giveBack(this.caller, this.taken);
  }
}
