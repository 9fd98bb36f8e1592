/** What a TIFF says of its samples; tags not given are left out. */
export interface TiffTags {
  width: number;
  height: number;
  samples: number;
  bits: number;
  /** 1 unsigned, 2 signed, 3 float, 5 complex integers, 6 complex floats. */
  sampleFormat?: number;
  /** 0 white is zero, 1 black is zero, 2 RGB, 3 palette, 5 CMYK, 6 YCbCr, 8 CIELab, 9 ICCLab. */
  photometric: number;
  /** 0 unspecified, 1 associated, 2 unassociated alpha. */
  extraSamples?: number[];
  orientation?: number;
  /** Red, then green, then blue values of 16 bits, 2 ** bits each. */
  colourMap?: number[];
}

type Entry = [tag: number, type: 3 | 4, values: number[]];

/** An uncompressed little-endian TIFF of one strip, with the very samples given: encoders do not write the rarer kinds. */
export function tiffOf(tags: TiffTags, pixels: Buffer): Buffer {
  const { width, height, samples, bits, sampleFormat, photometric, extraSamples, orientation, colourMap } = tags;
  const each = (value: number) => Array<number>(samples).fill(value);
  const start = 8;
  const entries: Entry[] = [
    [256, 4, [width]],
    [257, 4, [height]],
    [258, 3, each(bits)],
    [259, 3, [1]],
    [262, 3, [photometric]],
    [273, 4, [start]],
    ...(orientation ? [[274, 3, [orientation]] as Entry] : []),
    [277, 3, [samples]],
    [278, 4, [height]],
    [279, 4, [pixels.length]],
    [284, 3, [1]],
    ...(colourMap ? [[320, 3, colourMap] as Entry] : []),
    ...(extraSamples ? [[338, 3, extraSamples] as Entry] : []),
    ...(sampleFormat ? [[339, 3, each(sampleFormat)] as Entry] : []),
  ];
  const directory = start + pixels.length + (pixels.length % 2);
  const spare: Buffer[] = [];
  let spareAt = directory + 2 + entries.length * 12 + 4;
  const table = entries.map(([tag, type, values]) => {
    const bytes = Buffer.concat(values.map((value) => (type === 3 ? uint16(value) : uint32(value))));
    const entry = Buffer.concat([uint16(tag), uint16(type), uint32(values.length)]);
    if (bytes.length <= 4) return Buffer.concat([entry, bytes, Buffer.alloc(4 - bytes.length)]);
    spare.push(bytes);
    spareAt += bytes.length;
    return Buffer.concat([entry, uint32(spareAt - bytes.length)]);
  });
  const header = Buffer.concat([Buffer.from('II*\0', 'latin1'), uint32(directory)]);
  return Buffer.concat([
    header,
    pixels,
    Buffer.alloc(pixels.length % 2),
    uint16(entries.length),
    ...table,
    uint32(0),
    ...spare,
  ]);
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
