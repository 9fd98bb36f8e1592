import { TaskFailure } from '../../tasks/failures';
import { IMAGE_FORMATS, type ImageFormat } from './contract';

/** How files of each format begin: the offset and the bytes there. */
const MAGIC: Record<Exclude<ImageFormat, 'avif'>, readonly (readonly [offset: number, bytes: string])[]> = {
  jpeg: [[0, '\xff\xd8\xff']],
  png: [[0, '\x89PNG\r\n\x1a\n']],
  webp: [[8, 'WEBP']],
  gif: [
    [0, 'GIF87a'],
    [0, 'GIF89a'],
  ],
  tiff: [
    [0, 'II*\0'],
    [0, 'MM\0*'],
    [0, 'II+\0'],
    [0, 'MM\0+'],
  ],
};

/** An AVIF file names its brand among those of its first box, which is short. */
const BRANDS_END = 64;

/**
 * The format that a file's first bytes tell. The decoders' own answer to a damaged file is often that its format
 * is unknown, which would send people looking for the wrong trouble.
 * @throws TaskFailure PERMANENT_VALIDATION when it is none of the accepted ones.
 */
export function formatOf(file: Uint8Array): ImageFormat {
  const head = Buffer.from(file.buffer, file.byteOffset, Math.min(file.length, BRANDS_END)).toString('latin1');
  if (head.startsWith('ftyp', 4) && /avi[fs]/.test(head)) return 'avif';
  for (const [format, signatures] of Object.entries(MAGIC)) {
    if (signatures.some(([offset, bytes]) => head.startsWith(bytes, offset))) return format as ImageFormat;
  }
  const begin = Buffer.from(head.slice(0, 8), 'latin1').toString('hex');
  throw new TaskFailure(
    'PERMANENT_VALIDATION',
    `The file is none of ${IMAGE_FORMATS.join(', ')}: it ${begin ? `begins with the bytes ${begin}` : 'is empty'}. Send one of these formats.`,
  );
}
