import { type Pixels, sameSize } from './pixels';
import type { Placement } from './placement';

/**
 * Nearest-neighbour resampling in whole numbers: scaled pixel x shows source pixel `floor((x + 1/2) * source / scaled)`.
 * It is not left to libvips, whose choice shifts by up to a pixel when it enlarges by a fraction: dithered
 * results must be computable by anyone. Borders are transparent.
 */
export function resampleNearest(source: Pixels, { target, scaled }: Placement): Pixels {
  if (sameSize(target, source) && sameSize(scaled, source)) return source;
  const columns = axis(source.width, scaled.width, target.width);
  const rows = axis(source.height, scaled.height, target.height);
  const bordered = scaled.width < target.width || scaled.height < target.height;
  const channels = bordered ? 4 : source.channels;
  const data = new Uint8Array(target.width * target.height * channels);
  let at = 0;
  for (const row of rows) {
    for (const column of columns) {
      if (row >= 0 && column >= 0) {
        const from = (row * source.width + column) * source.channels;
        for (let channel = 0; channel < source.channels; channel++)
          data[at + channel] = source.data[from + channel] ?? 0;
        if (channels > source.channels) data[at + 3] = 255;
      }
      at += channels;
    }
  }
  return { data, width: target.width, height: target.height, channels };
}

/** For each target pixel the source pixel it shows, or -1 on a border. */
function axis(source: number, scaled: number, target: number): Int32Array {
  const offset = Math.floor((scaled - target) / 2);
  return Int32Array.from({ length: target }, (_, index) => {
    const x = index + offset;
    return x >= 0 && x < scaled ? Math.floor(((2 * x + 1) * source) / (2 * scaled)) : -1;
  });
}
