import type { Sharp } from 'sharp';
import { TaskFailure } from '../../tasks/failures';
import { codecFailure, sharp } from './codecs';
import type { ImageFormat, Resize } from './contract';
import { formatOf } from './format';
import { resampleNearest } from './nearest';
import { refuseOddPixels } from './pixel-kind';
import { type Pixels, type Size, sameSize } from './pixels';
import type { Placement } from './placement';

/** What a file says about itself before anything is decoded. The size is that after the EXIF orientation. */
export interface Header extends Size {
  readonly format: ImageFormat;
  readonly pages: number;
}

const TRANSPARENT = { r: 0, g: 0, b: 0, alpha: 0 };

/**
 * Reads the header only.
 * @throws TaskFailure PERMANENT_VALIDATION for a wrong format, a damaged header, too many pixels, or such that have no
 * defined colours.
 */
export async function readHeader(file: Buffer, maxPixels: number): Promise<Header> {
  const format = formatOf(file);
  const metadata = await sharp(file, { limitInputPixels: false })
    .metadata()
    .catch((error: unknown) => {
      throw codecFailure(
        `The file begins like a ${format} image but cannot be read; it may be damaged or cut short`,
        error,
      );
    });
  const { autoOrient, pages } = metadata;
  refuseTooLarge('The image has', autoOrient, maxPixels);
  refuseOddPixels(metadata, format);
  return { format, width: autoOrient.width, height: autoOrient.height, pages: pages ?? 1 };
}

/** @throws TaskFailure PERMANENT_VALIDATION when a size has more pixels than allowed. */
export function refuseTooLarge(what: string, { width, height }: Size, maxPixels: number): void {
  if (width * height <= maxPixels) return;
  throw new TaskFailure(
    'PERMANENT_VALIDATION',
    `${what} ${width} × ${height} = ${width * height} pixels, more than the ${maxPixels} allowed. Send a smaller one, or raise HOLDFAST_IMAGE_MAX_PIXELS.`,
  );
}

/**
 * The first frame, upright, in 8-bit sRGB, at the size of the placement.
 * @throws TaskFailure PERMANENT_VALIDATION with the decoder's reason for a damaged or truncated file.
 */
export async function decode(
  file: Buffer,
  { format, width, height }: Header,
  placement: Placement,
  { fit = 'cover', kernel = 'lanczos3' }: Pick<Resize, 'fit' | 'kernel'>,
): Promise<Pixels> {
  const { target, scaled } = placement;
  // The decoder repeats the header's check, should a file name another size there.
  const upright = sharp(file, { autoOrient: true, limitInputPixels: width * height }).toColourspace('srgb');
  if (kernel === 'nearest') return resampleNearest(await raw(upright, format), placement);
  const resize = { ...target, fit: sameSize(target, scaled) ? 'fill' : fit, kernel, background: TRANSPARENT } as const;
  return raw(upright.resize(resize), format);
}

async function raw(image: Sharp, format: ImageFormat): Promise<Pixels> {
  const { data, info } = await image
    .raw()
    .toBuffer({ resolveWithObject: true })
    .catch((error: unknown) => {
      throw codecFailure(`The ${format} image cannot be decoded; it may be damaged or cut short`, error);
    });
  const { width, height, channels } = info;
  if (channels !== 3 && channels !== 4) {
    throw codecFailure(`The ${format} image cannot be decoded`, `it has ${channels} samples for each pixel`);
  }
  return { data, width, height, channels };
}
