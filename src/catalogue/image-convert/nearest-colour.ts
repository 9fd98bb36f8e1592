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
  /** For one cell at a time: how near each colour may be. */
  private readonly nearest: Float64Array;
  private readonly cells: (Uint8Array | undefined)[] = new Array(CELLS ** 3);

  constructor(private readonly palette: readonly Rgb[]) {
    const channel = (index: 0 | 1 | 2) => Float64Array.from(palette, (colour) => colour[index]);
    this.channels = [channel(0), channel(1), channel(2)];
    this.all = Uint8Array.from(palette.keys());
    this.nearest = new Float64Array(palette.length);
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
    const found = this.inCell(x, y, z);
    this.cells[cell] = found;
    return found;
  }

  /** A colour whose nearest point of the cell is farther than another's farthest is never the nearest. */
  private inCell(x: number, y: number, z: number): Uint8Array {
    const { channels, nearest } = this;
    const lows = [LEAST + x * WIDTH, LEAST + y * WIDTH, LEAST + z * WIDTH] as const;
    let bound = Number.POSITIVE_INFINITY;
    for (let colour = 0; colour < nearest.length; colour++) {
      let near = 0;
      let far = 0;
      for (let channel = 0; channel < 3; channel++) {
        const low = (lows[channel] as number) - (channels[channel]?.[colour] as number);
        const high = low + WIDTH;
        near += low > 0 ? low * low : high < 0 ? high * high : 0;
        far += Math.max(low * low, high * high);
      }
      nearest[colour] = near;
      bound = Math.min(bound, far);
    }
    return this.all.filter((colour) => (nearest[colour] as number) <= bound);
  }
}
