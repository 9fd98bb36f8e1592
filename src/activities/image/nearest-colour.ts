import type { Rgb } from './palettes';

/** Values that the cells cover on each channel, errors of a dithering included, and how wide a cell is. */
const LEAST = -256;
const WIDTH = 16;
const CELLS = 48;

/**
 * Finds the colour of a palette that is nearest to a value. Space is divided into cells; each keeps the colours that can
 * be nearest to a value in it, which are few, in the order of the palette.
 */
export class NearestColour {
  /** One array a channel, which is several times faster than one of colours. */
  private readonly channels: readonly [Float64Array, Float64Array, Float64Array];
  private readonly all: Uint8Array;
  private readonly cells: (Uint8Array | undefined)[] = new Array(CELLS ** 3);

  constructor(private readonly palette: readonly Rgb[]) {
    const channel = (index: 0 | 1 | 2) => Float64Array.from(palette, (colour) => colour[index]);
    this.channels = [channel(0), channel(1), channel(2)];
    this.all = Uint8Array.from(palette.keys());
  }

  /** Least Euclidean distance in RGB; of equally near colours the first. Colours too far off in one channel are left early. */
  find(red: number, green: number, blue: number): Rgb {
    const [reds, greens, blues] = this.channels;
    const candidates = this.candidates(red, green, blue);
    let best = 0;
    let least = Number.POSITIVE_INFINITY;
    for (let index = 0; index < candidates.length; index++) {
      const colour = candidates[index] as number;
      const byRed = red - (reds[colour] as number);
      let distance = byRed * byRed;
      if (distance >= least) continue;
      const byGreen = green - (greens[colour] as number);
      distance += byGreen * byGreen;
      if (distance >= least) continue;
      const byBlue = blue - (blues[colour] as number);
      distance += byBlue * byBlue;
      if (distance >= least) continue;
      least = distance;
      best = colour;
    }
    return this.palette[best] as Rgb;
  }

  private candidates(red: number, green: number, blue: number): Uint8Array {
    const x = Math.floor((red - LEAST) / WIDTH);
    const y = Math.floor((green - LEAST) / WIDTH);
    const z = Math.floor((blue - LEAST) / WIDTH);
    if (x < 0 || y < 0 || z < 0 || x >= CELLS || y >= CELLS || z >= CELLS) return this.all;
    const cell = (x * CELLS + y) * CELLS + z;
    const known = this.cells[cell];
    if (known) return known;
    const found = this.inCell([x, y, z]);
    this.cells[cell] = found;
    return found;
  }

  /** A colour whose nearest point of the cell is farther than another's farthest is never the nearest. */
  private inCell(at: readonly [number, number, number]): Uint8Array {
    const spans = this.palette.map((colour) => {
      let nearest = 0;
      let farthest = 0;
      for (const channel of [0, 1, 2] as const) {
        const low = LEAST + at[channel] * WIDTH - colour[channel];
        const high = low + WIDTH;
        nearest += low > 0 ? low * low : high < 0 ? high * high : 0;
        farthest += Math.max(low * low, high * high);
      }
      return { nearest, farthest };
    });
    const bound = Math.min(...spans.map(({ farthest }) => farthest));
    return this.all.filter((colour) => (spans[colour]?.nearest ?? 0) <= bound);
  }
}
