import type { Sharp } from 'sharp';
import { codecFailure, sharp } from './codecs';
import type { ImageFormat } from './contract';
import { effortOf } from './effort';
import type { Pixels } from './pixels';

export interface Encoding {
  readonly format: ImageFormat;
  /** 1 to 100, for formats that have it. Unset: 80, for avif 50. */
  readonly quality?: number | undefined;
  /** Keeps every pixel as it is. The format must be png, webp or tiff. */
  readonly exact: boolean;
  /** Stores one channel instead of three equal ones, where the format can. */
  readonly grey: boolean;
}

/**
 * Encodes an image, without any metadata. Equal pixels and encodings give equal bytes.
 * @throws TaskFailure PERMANENT_VALIDATION with the encoder's reason, for instance a size the format does not have.
 */
export async function encode({ data, ...raw }: Pixels, encoding: Encoding): Promise<Buffer> {
  const image = sharp(data, { raw, limitInputPixels: false });
  return withFormat(encoding.grey ? image.toColourspace('b-w') : image, encoding, raw.width * raw.height)
    .toBuffer()
    .catch((error: unknown) => {
      throw codecFailure(`The result cannot be written as ${encoding.format}`, error);
    });
}

function withFormat(image: Sharp, { format, quality, exact }: Encoding, pixels: number): Sharp {
  const options = quality === undefined ? {} : { quality };
  switch (format) {
    case 'jpeg':
      return image.flatten({ background: '#ffffff' }).jpeg(options);
    case 'png':
      return image.png();
    case 'webp':
      return image.webp({
        ...(exact ? { lossless: true, exact: true } : options),
        effort: effortOf(exact ? 'lossless webp' : 'webp', pixels).effort,
      });
    case 'avif':
      return image.avif({ ...options, effort: effortOf('avif', pixels).effort });
    case 'gif':
      return image.gif({ effort: effortOf('gif', pixels).effort });
    case 'tiff':
      return image.tiff({ compression: 'deflate', predictor: 'horizontal' });
  }
}
