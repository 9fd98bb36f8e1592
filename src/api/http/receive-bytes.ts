import type { Request } from 'express';
import { Problem } from './problems';
import { receive } from './upload';

/**
 * The whole body of a request that is not read as JSON at once, since its very bytes matter.
 * @throws Problem `too-large`, `unsupported-media-type`, `request-timeout`.
 */
export function receiveBytes(request: Request, limit: number): Promise<Buffer> {
  return receive(request, limit, async (body) => {
    const pieces: Buffer[] = [];
    let bytes = 0;
    for await (const piece of body as AsyncIterable<Buffer>) {
      bytes += piece.length;
      if (bytes > limit) throw new Problem('too-large', `The body is larger than ${limit} bytes.`);
      pieces.push(piece);
    }
    return Buffer.concat(pieces);
  });
}
