import { mersenne } from 'pure-rand/generator/mersenne';
import type { Dither } from './contract';
import { NearestColour } from './nearest-colour';
import { paletteColours } from './palettes';
import type { Pixels } from './pixels';

/** Dithers one row in place. Rows must be taken from the top, each once. */
export type RowDitherer = (y: number) => void;

/** Pixels with less alpha become wholly transparent and take no part; all others become opaque. */
const OPAQUE_FROM = 128;

const BAYER = [0, 8, 2, 10, 12, 4, 14, 6, 3, 11, 1, 9, 15, 7, 13, 5];

/**
 * Prepares the reduction of an image to a palette. `docs/tasks/image-convert.md` states the arithmetic, to the bit.
 * @param dither Its seed, an unsigned 32-bit integer, counts for `random` only and defaults to 0.
 */
export function rowDitherer(pixels: Pixels, { algorithm, palette, seed = 0 }: Dither): RowDitherer {
  const nearest = new NearestColour(paletteColours(palette));
  switch (algorithm) {
    case 'floyd-steinberg':
      return floydSteinberg(pixels, nearest);
    case 'ordered':
      return pointwise(pixels, nearest, (x, y) => (at(BAYER, (y % 4) * 4 + (x % 4)) / 16) * 64 - 32);
    case 'random':
      return pointwise(pixels, nearest, uniformNoise(seed));
    case 'none':
      return pointwise(pixels, nearest, () => 0);
  }
}

/**
 * Adds a shift to each channel, clamps and takes the nearest colour. The shift is asked for in a fixed order,
 * red, green, blue of every pixel, so that transparency does not change the noise elsewhere.
 */
function pointwise(pixels: Pixels, nearest: NearestColour, shift: (x: number, y: number) => number): RowDitherer {
  const { data, width, channels } = pixels;
  return (y) => {
    for (let x = 0; x < width; x++) {
      const pixel = (y * width + x) * channels;
      const red = clamp(at(data, pixel) + shift(x, y));
      const green = clamp(at(data, pixel + 1) + shift(x, y));
      const blue = clamp(at(data, pixel + 2) + shift(x, y));
      if (!leftOut(pixels, pixel)) data.set(nearest.find(red, green, blue), pixel);
    }
  };
}

/** Left to right on every row. Values are neither clamped nor rounded, and truncated only to be matched. */
function floydSteinberg(pixels: Pixels, nearest: NearestColour): RowDitherer {
  const { data, width, channels } = pixels;
  let row = valuesOf(pixels, 0);
  let below = valuesOf(pixels, 1);
  return (y) => {
    for (let x = 0; x < width; x++) {
      const pixel = (y * width + x) * channels;
      if (leftOut(pixels, pixel)) continue;
      const value = (x + 1) * 3;
      const chosen = nearest.find(
        Math.trunc(at(row, value)),
        Math.trunc(at(row, value + 1)),
        Math.trunc(at(row, value + 2)),
      );
      data.set(chosen, pixel);
      for (let channel = 0; channel < 3; channel++) {
        const error = at(row, value + channel) - at(chosen, channel);
        add(row, value + 3 + channel, (error * 7) / 16);
        add(below, value - 3 + channel, (error * 3) / 16);
        add(below, value + channel, (error * 5) / 16);
        add(below, value + 3 + channel, error / 16);
      }
    }
    row = below;
    below = valuesOf(pixels, y + 2);
  };
}

/** One row's channels as floats, with a spare pixel at each end to take the errors that leave the image. */
function valuesOf({ data, width, height, channels }: Pixels, y: number): Float64Array {
  const values = new Float64Array((width + 2) * 3);
  for (let x = 0; x < width && y < height; x++) {
    const pixel = (y * width + x) * channels;
    for (let channel = 0; channel < 3; channel++) values[(x + 1) * 3 + channel] = at(data, pixel + channel);
  }
  return values;
}

/** Settles a pixel's alpha; true when the pixel is left out because it is transparent. */
function leftOut({ data, channels }: Pixels, pixel: number): boolean {
  if (channels === 3) return false;
  const transparent = at(data, pixel + 3) < OPAQUE_FROM;
  if (transparent) data.fill(0, pixel, pixel + 4);
  else data[pixel + 3] = 255;
  return transparent;
}

/** Uniform in [-32, 32): MT19937 with 53-bit doubles, the sequence of NumPy's `RandomState(seed).uniform(-32, 32)`. */
function uniformNoise(seed: number): () => number {
  const generator = mersenne(seed);
  return () => {
    const high = generator.next() >>> 5;
    const low = generator.next() >>> 6;
    return -32 + 64 * ((high * 2 ** 26 + low) / 2 ** 53);
  };
}

function clamp(value: number): number {
  return Math.min(255, Math.max(0, value));
}

function at(values: ArrayLike<number>, index: number): number {
  return values[index] ?? 0;
}

function add(values: Float64Array, index: number, amount: number): void {
  values[index] = at(values, index) + amount;
}
