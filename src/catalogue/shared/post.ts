import { Agent, type Dispatcher, request } from 'undici';
import { TaskFailure } from '../../tasks/failures';
import type { SafeAddresses } from './safe-address';
import { encodingsOf, unpackBeginning } from './unpack';

/** Most bytes of an answer that are read; what follows is not waited for. */
const MAX_ANSWER_BYTES = 64 * 1024;
/** Longest wait for a connection, in milliseconds. */
const CONNECT_MS = 10_000;

export interface PostRequest {
  url: URL;
  headers: Record<string, string>;
  body: string;
  /** Seconds for all of it: connection, request and answer. */
  timeout: number;
  signal: AbortSignal;
}

export interface PostAnswer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  /** The beginning of the body, read as UTF-8. */
  body: string;
  bytes: number;
  /** True when there was more of it, or it broke off. */
  truncated: boolean;
}

/** Posts to addresses that are safe to call. Redirects are not followed: they would lead to where nobody looked. */
export class Poster {
  private readonly checked: Agent;
  private readonly named = new Agent({ connect: { timeout: CONNECT_MS } });

  constructor(private readonly addresses: SafeAddresses) {
    this.checked = new Agent({ connect: { timeout: CONNECT_MS, lookup: addresses.lookup } });
  }

  /**
   * Makes one request. Any answer counts as one, whatever its status.
   * @throws TaskFailure `PERMANENT_PERMISSION` for an address that is not safe, `EXTERNAL_TIMEOUT` without an answer in
   * time; errors of the network; the signal's reason.
   */
  async post({ url, headers, body, timeout, signal }: PostRequest): Promise<PostAnswer> {
    this.addresses.check(url);
    const late = AbortSignal.timeout(timeout * 1000);
    try {
      const answer = await request(url, {
        method: 'POST',
        headers,
        body,
        signal: AbortSignal.any([signal, late]),
        dispatcher: this.addresses.isNamed(url) ? this.named : this.checked,
        headersTimeout: 0,
        bodyTimeout: 0,
      });
      const { statusCode: status, headers: answered } = answer;
      return { status, headers: answered, ...(await textOf(await beginningOf(answer.body), answered)) };
    } catch (error) {
      signal.throwIfAborted();
      if (!late.aborted) throw error;
      throw new TaskFailure('EXTERNAL_TIMEOUT', `${url.host} gave no answer within ${timeout} s.`, undefined, {
        cause: error,
      });
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.checked.destroy(), this.named.destroy()]);
  }
}

interface Beginning {
  content: Buffer;
  truncated: boolean;
}

/** The status has been given by now: a body that breaks off takes nothing back. */
async function beginningOf(body: Dispatcher.ResponseData['body']): Promise<Beginning> {
  const pieces: Buffer[] = [];
  let left = MAX_ANSWER_BYTES;
  let truncated = false;
  try {
    for await (const piece of body as AsyncIterable<Buffer>) {
      pieces.push(piece.subarray(0, left));
      truncated = piece.length > left;
      left -= Math.min(left, piece.length);
      if (truncated) break;
    }
  } catch {
    truncated = true;
  }
  return { content: Buffer.concat(pieces), truncated };
}

/** As text; what is packed, which nobody asked for, is unpacked as far as it goes, or named. */
async function textOf(
  { content, truncated }: Beginning,
  headers: PostAnswer['headers'],
): Promise<Pick<PostAnswer, 'body' | 'bytes' | 'truncated'>> {
  const bytes = content.length;
  const encodings = encodingsOf(headers['content-encoding']);
  if (encodings.length === 0 || bytes === 0) return { body: content.toString('utf8'), bytes, truncated };
  const unpacked = await unpackBeginning(content, encodings, MAX_ANSWER_BYTES);
  if (!unpacked) return { body: `(${bytes} bytes packed as ${encodings.join(', ')})`, bytes, truncated };
  return { body: unpacked.content.toString('utf8'), bytes, truncated: truncated || unpacked.truncated };
}
