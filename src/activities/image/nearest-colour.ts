import type { Rgb } from './palettes';

/** Finds the colour of a palette that is nearest to a value. Nearly all the time of a dithering is spent here. */
export class NearestColour {
  /** One array a channel, which is several times faster than one of colours. */
  private readonly channels: readonly [Float64Array, Float64Array, Float64Array];

  constructor(private readonly palette: readonly Rgb[]) {
    const channel = (index: 0 | 1 | 2) => Float64Array.from(palette, (colour) => colour[index]);
    this.channels = [channel(0), channel(1), channel(2)];
  }

  /** Least Euclidean distance in RGB; of equally near colours the first. Colours too far off in one channel are left early. */
  find(red: number, green: number, blue: number): Rgb {
    const [reds, greens, blues] = this.channels;
    let best = 0;
    let least = Number.POSITIVE_INFINITY;
    for (let colour = 0; colour < reds.length; colour++) {
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
}
