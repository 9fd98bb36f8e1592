import type { Resize } from './contract';
import type { Size } from './pixels';

/** Where a resized image goes: it is scaled, then centred on a target that cuts it off or leaves borders. */
export interface Placement {
  readonly target: Size;
  readonly scaled: Size;
}

/**
 * The sizes that a resize asks for. Proportions are kept in whole numbers: the other side is rounded down,
 * but never below one pixel.
 */
export function place(source: Size, resize: Resize | undefined): Placement {
  const { width, height, fit = 'cover' } = resize ?? {};
  if (width === undefined || height === undefined) {
    return exactly(
      width !== undefined ? byWidth(source, width) : height !== undefined ? byHeight(source, height) : source,
    );
  }
  const target = { width, height };
  const wide = byWidth(source, width);
  const tall = byHeight(source, height);
  const widthGrowsMore = width * source.height >= height * source.width;
  const around = widthGrowsMore ? wide : tall;
  const within = widthGrowsMore ? tall : wide;
  switch (fit) {
    case 'fill':
      return exactly(target);
    case 'inside':
      return exactly(within);
    case 'outside':
      return exactly(around);
    case 'contain':
      return { target, scaled: within };
    case 'cover':
      return { target, scaled: around };
  }
}

function exactly(size: Size): Placement {
  return { target: size, scaled: size };
}

function byWidth(source: Size, width: number): Size {
  return { width, height: Math.max(1, Math.floor((source.height * width) / source.width)) };
}

function byHeight(source: Size, height: number): Size {
  return { width: Math.max(1, Math.floor((source.width * height) / source.height)), height };
}
