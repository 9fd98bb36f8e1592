import { Readable, type Transform } from 'node:stream';
import { constants, createBrotliDecompress, createGunzip, createInflate, createInflateRaw } from 'node:zlib';

const MOST_ENCODINGS = 3;
const SHOWN = 40;

/** The encodings of a `Content-Encoding` header, in the order in which they were applied; none for `identity`. */
export function encodingsOf(header: string | string[] | undefined): string[] {
  return String(header ?? '')
    .split(',')
    .map((one) => one.trim().toLowerCase().slice(0, SHOWN))
    .filter((one) => one !== '' && one !== 'identity');
}

/**
 * What unpacks the encodings, to be piped through in this order; undefined when one of them is not known.
 * @param first The first bytes: `deflate` comes with a header, as the standard says, or without one.
 */
export function unpackers(encodings: readonly string[], first: Buffer): Transform[] | undefined {
  if (encodings.length > MOST_ENCODINGS) return undefined;
  const made = [...encodings].reverse().map((encoding, index) => unpacker(encoding, index === 0 ? first : undefined));
  return made.every((one) => one !== undefined) ? made : undefined;
}

function unpacker(encoding: string, first: Buffer | undefined): Transform | undefined {
  // What is cut off gives what it has.
  const lenient = { finishFlush: constants.Z_SYNC_FLUSH };
  switch (encoding) {
    case 'gzip':
    case 'x-gzip':
      return createGunzip(lenient);
    case 'deflate': {
      const hasHeader = first === undefined || ((first[0] ?? 0) & 0x0f) === 8;
      return hasHeader ? createInflate(lenient) : createInflateRaw(lenient);
    }
    case 'br':
      return createBrotliDecompress({ finishFlush: constants.BROTLI_OPERATION_FLUSH });
    default:
      return undefined;
  }
}

/** Unpacks up to so many bytes; undefined when it cannot be unpacked at all. */
export async function unpackBeginning(
  packed: Buffer,
  encodings: readonly string[],
  most: number,
): Promise<{ content: Buffer; truncated: boolean } | undefined> {
  const stages = unpackers(encodings, packed);
  if (!stages) return undefined;
  const pieces: Buffer[] = [];
  let length = 0;
  try {
    let stream: Readable = Readable.from([packed]);
    for (const stage of stages) {
      stream.on('error', (error) => stage.destroy(error));
      stream = stream.pipe(stage);
    }
    for await (const piece of stream as AsyncIterable<Buffer>) {
      pieces.push(piece);
      length += piece.length;
      if (length > most) break;
    }
  } catch {
    if (length === 0) return undefined;
    return { content: Buffer.concat(pieces).subarray(0, most), truncated: true };
  }
  return { content: Buffer.concat(pieces).subarray(0, most), truncated: length > most };
}
