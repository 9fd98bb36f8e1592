import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Exchange } from '../routing/route';

/**
 * Streams a text as it comes, as a download. What goes wrong before its first part is a problem like any
 * other; later, the connection breaks off, so that nobody takes a part for the whole.
 */
export async function streamText(
  { request, response, revoked }: Exchange,
  { name, mediaType }: { name: string; mediaType: string },
  parts: AsyncIterable<string>,
): Promise<void> {
  const iterator = parts[Symbol.asyncIterator]();
  const first = await iterator.next();
  response.attachment(name);
  response.setHeader('Content-Type', `${mediaType}; charset=utf-8`);
  if (request.method === 'HEAD') {
    await iterator.return?.();
    response.end();
    return;
  }
  await pipeline(Readable.from(all(first, iterator)), response, { signal: revoked }).catch((error) => {
    // A caller that hangs up, or whose key was revoked on the way, is no error of ours.
    if (!request.destroyed && !response.destroyed) throw error;
  });
}

async function* all(first: IteratorResult<string>, rest: AsyncIterator<string>): AsyncGenerator<string> {
  try {
    for (let next = first; !next.done; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}
