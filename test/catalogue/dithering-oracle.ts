import type { Matrix } from '../support/inputs/images';

/*
 * The arithmetic of docs/reference/tasks/image-convert.md a second time, in another way than the product's: errors are
 * gathered instead of spread, the Bayer matrix is grown, the generator is written after Matsumoto and Nishimura.
 */

/** Sorts the whole palette by distance; the sort is stable, so the first of equals stays first. */
function nearest(palette: number[][], value: number[]): number[] {
  const distance = (colour: number[]) =>
    colour.map((level, channel) => (level - (value[channel] ?? 0)) ** 2).reduce((sum, square) => sum + square);
  return [...palette].sort((one, other) => distance(one) - distance(other))[0] ?? [];
}

/** The middle one of three. */
const bound = (value: number) => [0, value, 255].sort((one, other) => one - other)[1] ?? 0;

export function plain(image: Matrix, palette: number[][]): Matrix {
  return image.map((row) => row.map((pixel) => nearest(palette, pixel)));
}

/** Each pixel collects from the neighbours before it, in the order in which they were visited. */
export function floydSteinberg(image: Matrix, palette: number[][]): Matrix {
  const chosen: Matrix = image.map(() => []);
  const errors: Matrix = image.map(() => []);
  const error = (x: number, y: number, channel: number) => errors[y]?.[x]?.[channel] ?? 0;
  image.forEach((row, y) => {
    row.forEach((pixel, x) => {
      const value = pixel.map((level, channel) =>
        [
          error(x - 1, y - 1, channel) / 16,
          (error(x, y - 1, channel) * 5) / 16,
          (error(x + 1, y - 1, channel) * 3) / 16,
          (error(x - 1, y, channel) * 7) / 16,
        ].reduce((sum, share) => sum + share, level),
      );
      const colour = nearest(
        palette,
        value.map((level) => (level < 0 ? Math.ceil(level) : Math.floor(level))),
      );
      chosen[y]?.push(colour);
      errors[y]?.push(value.map((level, channel) => level - (colour[channel] ?? 0)));
    });
  });
  return chosen;
}

/** Doubles a Bayer matrix. */
function grow(small: number[][]): number[][] {
  const quadrant = (add: number) => small.map((row) => row.map((value) => 4 * value + add));
  const beside = (left: number[][], right: number[][]) => left.map((row, y) => [...row, ...(right[y] ?? [])]);
  return [...beside(quadrant(0), quadrant(2)), ...beside(quadrant(3), quadrant(1))];
}

export function ordered(image: Matrix, palette: number[][]): Matrix {
  const bayer = grow(grow([[0]]));
  return image.map((row, y) =>
    row.map((pixel, x) => {
      const shift = 4 * (bayer[y & 3]?.[x & 3] ?? 0) - 32;
      return nearest(
        palette,
        pixel.map((level) => bound(level + shift)),
      );
    }),
  );
}

export function random(image: Matrix, palette: number[][], seed: number): Matrix {
  const numbers = mersenneTwister(seed);
  const uniform = () => {
    const [high, low] = [numbers.next().value as number, numbers.next().value as number];
    return (Math.floor(high / 32) * 67_108_864 + Math.floor(low / 64)) / 9_007_199_254_740_992;
  };
  return image.map((row) =>
    row.map((pixel) => {
      const noisy = pixel.map((level) => bound(level + (64 * uniform() - 32)));
      return nearest(palette, noisy);
    }),
  );
}

/** MT19937: a whole block of 624 words at a time, seeded by one word. */
export function* mersenneTwister(seed: number): Generator<number, never> {
  const state = [BigInt(seed)];
  for (let index = 1n; index < 624n; index++) {
    const last = state[Number(index) - 1] ?? 0n;
    state.push((1_812_433_253n * (last ^ (last >> 30n)) + index) & 0xffff_ffffn);
  }
  const word = (index: number) => state[index % 624] ?? 0n;
  for (;;) {
    for (let index = 0; index < 624; index++) {
      const joined = (word(index) & 0x8000_0000n) | (word(index + 1) & 0x7fff_ffffn);
      state[index] = word(index + 397) ^ (joined >> 1n) ^ (joined & 1n ? 0x9908_b0dfn : 0n);
    }
    for (let value of [...state]) {
      value ^= value >> 11n;
      value ^= (value << 7n) & 0x9d2c_5680n;
      value ^= (value << 15n) & 0xefc6_0000n;
      yield Number(value ^ (value >> 18n));
    }
  }
}
