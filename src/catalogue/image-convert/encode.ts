import type { Sharp } from 'sharp';
import { codecFailure, sharp } from './codecs';
import type { ImageFormat } from './contract';
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

/**
 * How hard an encoder tries, by the pixels: trying hard takes AVIF ten seconds a megapixel, GIF three and WebP without
 * loss one and a half; the least takes them about half a second.
 */
const AVIF_EFFORT = [
  { upTo: 1_000_000, effort: 4 },
  { upTo: 8_000_000, effort: 2 },
  { upTo: Number.POSITIVE_INFINITY, effort: 0 },
];
const GIF_EFFORT = [
  { upTo: 2_000_000, effort: 7 },
  { upTo: Number.POSITIVE_INFINITY, effort: 1 },
];
const WEBP_EFFORT = [
  { upTo: 8_000_000, effort: 4 },
  { upTo: Number.POSITIVE_INFINITY, effort: 0 },
];

function effortFor(pixels: number, efforts: typeof AVIF_EFFORT): { effort: number } {
  return { effort: efforts.find(({ upTo }) => pixels <= upTo)?.effort ?? 1 };
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
        ...effortFor(pixels, WEBP_EFFORT),
      });
    case 'avif':
      return image.avif({ ...options, ...effortFor(pixels, AVIF_EFFORT) });
    case 'gif':
      return image.gif(effortFor(pixels, GIF_EFFORT));
    case 'tiff':
      return image.tiff({ compression: 'deflate', predictor: 'horizontal' });
  }
}
