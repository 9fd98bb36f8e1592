import type { Dither, ImageFormat } from './contract';
import type { Header } from './decode';
import { paletteColours } from './palettes';
import type { Size } from './pixels';

/** Seconds of one core for a megapixel, about and rather too many, by what was measured on a slow one. */
const DECODE: Record<ImageFormat, number> = { jpeg: 0.05, png: 0.05, webp: 0.08, avif: 0.2, gif: 0.05, tiff: 0.05 };
const ENCODE: Record<ImageFormat, number> = { jpeg: 0.03, png: 0.06, webp: 0.4, avif: 1, gif: 1, tiff: 0.1 };
const RESIZE = 0.05;
const DITHER = 0.2;
const DITHER_A_COLOUR = 0.001;

/** About how long a conversion computes: to tell long ones from short ones. */
export function secondsFor(
  source: Header,
  target: Size,
  { format, dither }: { format: ImageFormat; dither: Dither | undefined },
): number {
  const dithering = dither ? DITHER + DITHER_A_COLOUR * paletteColours(dither.palette).length : 0;
  return (
    megapixels(source) * (DECODE[source.format] + RESIZE) + megapixels(target) * (RESIZE + dithering + ENCODE[format])
  );
}

function megapixels({ width, height }: Size): number {
  return (width * height) / 1e6;
}
