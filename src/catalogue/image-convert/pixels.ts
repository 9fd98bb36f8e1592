/** An image in memory: rows from the top, 8 bits a channel, RGB or RGBA, not premultiplied. */
export interface Pixels {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly channels: 3 | 4;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export function sameSize(one: Size, other: Size): boolean {
  return one.width === other.width && one.height === other.height;
}

/** Drops the colours in place: ITU-R 601 luma, `(19595 R + 38470 G + 7471 B + 32768) >> 16`, in all three channels. */
export function greyscale({ data, channels }: Pixels): void {
  for (let at = 0; at < data.length; at += channels) {
    const luma = (19_595 * (data[at] ?? 0) + 38_470 * (data[at + 1] ?? 0) + 7_471 * (data[at + 2] ?? 0) + 32_768) >> 16;
    data.fill(luma, at, at + 3);
  }
}
