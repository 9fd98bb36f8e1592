import sharp, { type Sharp } from 'sharp';

/** Pixels as rows of `[red, green, blue]` or `[red, green, blue, alpha]`. */
export type Matrix = number[][][];

/** An image from a matrix, to be encoded by sharp as the test likes. */
export function imageOf(matrix: Matrix): Sharp {
  const channels = matrix[0]?.[0]?.length as 3 | 4;
  return sharp(Buffer.from(matrix.flat(2)), {
    raw: { width: matrix[0]?.length ?? 0, height: matrix.length, channels },
  });
}

/** What an encoded image shows. */
export async function matrixOf(encoded: Buffer): Promise<Matrix> {
  const { data, info } = await sharp(encoded).toColourspace('srgb').raw().toBuffer({ resolveWithObject: true });
  const pixels = Array.from({ length: info.width * info.height }, (_, index) => [
    ...data.subarray(index * info.channels, (index + 1) * info.channels),
  ]);
  return Array.from({ length: info.height }, (_, y) => pixels.slice(y * info.width, (y + 1) * info.width));
}

/** A matrix of one colour, or of what a function says. */
export function matrix(width: number, height: number, pixel: number[] | ((x: number, y: number) => number[])): Matrix {
  return Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (_, x) => (typeof pixel === 'function' ? pixel(x, y) : pixel)),
  );
}

/** A matrix that uses every level of every channel irregularly, and is the same on every run. */
export function speckled(width: number, height: number, channels: 3 | 4 = 3): Matrix {
  let state = 1;
  const next = () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return state >>> 24;
  };
  return matrix(width, height, () => Array.from({ length: channels }, next));
}
