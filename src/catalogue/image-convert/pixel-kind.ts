import type { Metadata } from 'sharp';
import { TaskFailure } from '../../tasks/failures';
import type { ImageFormat } from './contract';

/** Samples whose values have a meaning as colours by themselves: whole numbers from black to full. */
const DEPTHS: Readonly<Record<string, string>> = {
  char: 'signed 8-bit samples',
  short: 'signed 16-bit samples',
  uint: 'unsigned 32-bit samples',
  int: 'signed 32-bit samples',
  float: 'floating-point samples',
  double: 'double-precision samples',
  complex: 'complex samples',
  dpcomplex: 'double-precision complex samples',
};

/** Colour spaces that are converted, by libvips' names, and the most samples of a pixel, alpha included. */
const SPACES: Readonly<Record<string, number>> = { 'b-w': 2, grey16: 2, srgb: 4, rgb: 4, rgb16: 4, cmyk: 5 };

/**
 * Refuses pixels that have no defined conversion to 8-bit sRGB: the decoder would silently make something of them.
 * @throws TaskFailure PERMANENT_VALIDATION that names their kind.
 */
export function refuseOddPixels({ depth, space, channels }: Metadata, format: ImageFormat): void {
  const samples = DEPTHS[depth ?? ''];
  if (samples) {
    throw refused(format, samples, 'Save it with unsigned samples of 8 or 16 bits');
  }
  const most = SPACES[space ?? ''];
  if (most === undefined) {
    throw refused(format, `pixels of the kind ${space}`, 'Save it in grey, RGB or CMYK');
  }
  if ((channels ?? 0) > most) {
    throw refused(
      format,
      `${channels} samples for each pixel (${space})`,
      'Save it with its colours and one alpha at most',
    );
  }
}

function refused(format: ImageFormat, what: string, advice: string): TaskFailure {
  return new TaskFailure(
    'PERMANENT_VALIDATION',
    `The ${format} image has ${what}, for which no conversion to colours is defined. ${advice}.`,
  );
}
