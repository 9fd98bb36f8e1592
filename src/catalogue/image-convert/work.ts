import { TaskFailure } from '../../tasks/failures';
import type { Dither, ImageFormat } from './contract';
import type { Header } from './decode';
import { effortOf } from './effort';
import { paletteColours } from './palettes';
import type { Size } from './pixels';

/** Seconds of one core for a megapixel, about and rather too many, by what was measured on a slow one. */
const DECODE: Record<ImageFormat, number> = { jpeg: 0.05, png: 0.05, webp: 0.08, avif: 0.2, gif: 0.05, tiff: 0.05 };
const ENCODE = { jpeg: 0.03, png: 0.06, tiff: 0.1 };
const RESIZE = 0.05;
const DITHER = 0.25;
const DITHER_A_COLOUR = 0.003;

/** About how long a conversion computes: to tell long ones from short ones, and from those that are too long. */
export function secondsFor(
  source: Header,
  target: Size,
  { format, dither }: { format: ImageFormat; dither: Dither | undefined },
): number {
  const dithering = dither ? DITHER + DITHER_A_COLOUR * paletteColours(dither.palette).length : 0;
  const encoding = encodingSeconds(format, target, dither !== undefined);
  return megapixels(source) * (DECODE[source.format] + RESIZE) + megapixels(target) * (RESIZE + dithering + encoding);
}

/** @throws TaskFailure PERMANENT_VALIDATION for a conversion that computes longer than allowed. */
export function refuseTooMuchWork(seconds: number, most: number): void {
  if (seconds <= most) return;
  throw new TaskFailure(
    'PERMANENT_VALIDATION',
    `The conversion would take about ${Math.ceil(seconds)} seconds of computing, more than the ${most} allowed. Ask for a smaller result, another format or fewer colours, or raise HOLDFAST_IMAGE_MAX_SECONDS.`,
  );
}

function encodingSeconds(format: ImageFormat, { width, height }: Size, exact: boolean): number {
  if (format === 'jpeg' || format === 'png' || format === 'tiff') return ENCODE[format];
  return effortOf(format === 'webp' && exact ? 'lossless webp' : format, width * height).seconds;
}

function megapixels({ width, height }: Size): number {
  return (width * height) / 1e6;
}
