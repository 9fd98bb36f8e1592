import { Readable } from 'node:stream';
import type { ArtifactStore } from '../../artifacts/store';
import { artifactRef } from '../../artifacts/store';
import type { ArtifactRef } from '../../protocol/task';
import { streamWithoutSecrets } from '../shared/without-secrets';
import { TAIL_BYTES } from './contract';

/** What became of one output stream. */
export interface Captured {
  /** The last bytes, as text. */
  tail: string;
  bytes: number;
  /** True when the artifact holds only the beginning. */
  truncated: boolean;
  artifact: ArtifactRef;
}

/**
 * Reads a stream to its end, while its first `limit` bytes go to the store. What lies beyond the limit is
 * read and dropped, so that the program never waits for a reader. Destroying the stream ends it early.
 * @param secrets Are hidden wherever the program repeats them.
 */
export async function capture(
  stream: Readable,
  name: string,
  store: ArtifactStore,
  limit: number,
  secrets: readonly string[],
  onChunk: (chunk: Buffer) => void,
): Promise<Captured> {
  let bytes = 0;
  let tail = Buffer.alloc(0);
  let binary = false;
  let endedEarly = false;

  async function* beginning(): AsyncGenerator<Buffer> {
    try {
      for await (const chunk of streamWithoutSecrets(stream, secrets)) {
        const room = Math.max(0, limit - bytes);
        bytes += chunk.length;
        tail = Buffer.concat([tail, chunk]).subarray(-TAIL_BYTES);
        binary ||= chunk.includes(0);
        onChunk(chunk);
        if (room > 0) yield chunk.subarray(0, room);
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
      endedEarly = true;
    }
  }

  const stored = await store.put(Readable.from(beginning(), { objectMode: false }));
  return {
    tail: textOf(tail, bytes > tail.length),
    bytes,
    truncated: endedEarly || bytes > limit,
    artifact: artifactRef(stored, name, binary ? 'application/octet-stream' : 'text/plain; charset=utf-8'),
  };
}

/** Reads bytes as UTF-8. A cut may have split the first character, whose remains are dropped. */
function textOf(bytes: Buffer, cut: boolean): string {
  let start = 0;
  while (cut && start < 3 && ((bytes[start] ?? 0) & 0xc0) === 0x80) start++;
  return bytes.subarray(start).toString('utf8');
}
