import { classify } from '../../src/activities/classify';
import { createConverter } from '../support/inputs/convert';
import { matrixOf } from '../support/inputs/images';
import { type TiffTags, tiffOf } from './tiff';

/** Four pixels in every kind that a TIFF can have: a defined conversion, or a refusal that names the kind. */
const { convert } = createConverter();

type Samples = Omit<TiffTags, 'width' | 'height'>;
const fileOf = (tags: Samples, pixels: Buffer) => tiffOf({ width: 4, height: 1, ...tags }, pixels);
const bytesOf = (
  values: Uint16Array | Uint32Array | Int8Array | Int16Array | Int32Array | Float32Array | Float64Array,
) => Buffer.from(values.buffer);

const GREY = { samples: 1, photometric: 1 };
const RGB = { samples: 3, photometric: 2 };
const STEPS = [0, 85, 170, 255].map((level) => [level, level, level]);
const COLOURS = [
  [255, 0, 0],
  [0, 255, 0],
  [0, 0, 255],
  [9, 9, 9],
];
const wide = (levels: number[]) => bytesOf(Uint16Array.from(levels, (level) => level * 257));

it.each<[string, Samples, Buffer, number[][]]>([
  ['8-bit grey', { ...GREY, bits: 8 }, Buffer.from([0, 85, 170, 255]), STEPS],
  ['8-bit grey, white as zero', { ...GREY, bits: 8, photometric: 0 }, Buffer.from([255, 170, 85, 0]), STEPS],
  ['4-bit grey', { ...GREY, bits: 4 }, Buffer.from([0x05, 0xaf]), STEPS],
  ['2-bit grey', { ...GREY, bits: 2 }, Buffer.from([0b00011011]), STEPS],
  [
    '1-bit grey',
    { ...GREY, bits: 1 },
    Buffer.from([0b01100000]),
    [0, 255, 255, 0].map((level) => [level, level, level]),
  ],
  ['16-bit grey', { ...GREY, bits: 16 }, wide([0, 85, 170, 255]), STEPS],
  ['16-bit grey, white as zero', { ...GREY, bits: 16, photometric: 0 }, wide([255, 170, 85, 0]), STEPS],
  ['untyped samples', { ...GREY, bits: 8, sampleFormat: 4 }, Buffer.from([0, 85, 170, 255]), STEPS],
  ['8-bit RGB', { ...RGB, bits: 8 }, Buffer.from(COLOURS.flat()), COLOURS],
  ['16-bit RGB', { ...RGB, bits: 16 }, wide(COLOURS.flat()), COLOURS],
  [
    'a palette',
    {
      samples: 1,
      bits: 8,
      photometric: 3,
      colourMap: [0, 1, 2].flatMap((channel) =>
        Array.from({ length: 256 }, (_, at) => (COLOURS[at]?.[channel] ?? 0) * 257),
      ),
    },
    Buffer.from([0, 1, 2, 3]),
    COLOURS,
  ],
  [
    'alpha of its own',
    { samples: 4, bits: 8, photometric: 2, extraSamples: [2] },
    Buffer.from([200, 100, 50, 128, 0, 255, 0, 255, 0, 0, 255, 0, 9, 9, 9, 255]),
    [
      [200, 100, 50, 128],
      [0, 255, 0, 255],
      [0, 0, 255, 0],
      [9, 9, 9, 255],
    ],
  ],
  [
    'colours multiplied by alpha',
    { samples: 4, bits: 8, photometric: 2, extraSamples: [1] },
    Buffer.from([100, 50, 25, 128, 0, 255, 0, 255, 0, 0, 0, 0, 9, 9, 9, 255]),
    [
      [199, 99, 49, 128],
      [0, 255, 0, 255],
      [0, 0, 0, 0],
      [9, 9, 9, 255],
    ],
  ],
  [
    'grey and alpha',
    { samples: 2, bits: 8, photometric: 1, extraSamples: [2] },
    Buffer.from([255, 128, 0, 255, 128, 0, 9, 255]),
    [
      [255, 255, 255, 128],
      [0, 0, 0, 255],
      [128, 128, 128, 0],
      [9, 9, 9, 255],
    ],
  ],
])('%s is converted', async (_, tags, pixels, expected) => {
  const { file } = await convert(fileOf(tags, pixels), { format: 'png' });
  expect(await matrixOf(file)).toEqual([expected]);
});

it.each([8, 16])('CMYK of %d bits is converted as its inks look', async (bits) => {
  const inks = [0, 0, 0, 0, 255, 0, 0, 0, 0, 255, 0, 0, 0, 0, 0, 255];
  const pixels = bits === 8 ? Buffer.from(inks) : wide(inks);
  const { file } = await convert(fileOf({ samples: 4, bits, photometric: 5 }, pixels), { format: 'png' });
  const [white = [], cyan = [], magenta = [], black = []] = (await matrixOf(file))[0] ?? [];
  expect(Math.min(...white)).toBeGreaterThan(250);
  expect(cyan[0]).toBeLessThan(cyan[2] ?? 0);
  expect(magenta[1]).toBeLessThan(magenta[0] ?? 0);
  expect(Math.max(...black)).toBeLessThan(60);
});

it('an orientation is applied', async () => {
  const { file, output } = await convert(fileOf({ ...GREY, bits: 8, orientation: 6 }, Buffer.from([0, 85, 170, 255])), {
    format: 'png',
  });
  expect([output.width, output.height]).toEqual([1, 4]);
  expect((await matrixOf(file)).map(([pixel]) => pixel?.[0])).toEqual([0, 85, 170, 255]);
});

it('premultiplied colours are scaled without dark borders', async () => {
  const pixels = Buffer.from([128, 0, 0, 128, 128, 0, 0, 128, 0, 0, 0, 0, 0, 0, 0, 0]);
  const tags = { samples: 4, bits: 8, photometric: 2, extraSamples: [1] };
  const { file } = await convert(fileOf(tags, pixels), { format: 'png', resize: { width: 2, height: 1, fit: 'fill' } });
  expect((await matrixOf(file))[0]?.[0]?.[0]).toBeGreaterThan(250);
});

it.each<[string, Samples, Buffer, string]>([
  ['32-bit floats', { ...GREY, bits: 32, sampleFormat: 3 }, bytesOf(Float32Array.of(0, 0.3, 0.6, 1)), 'floating-point'],
  ['RGB of floats', { ...RGB, bits: 32, sampleFormat: 3 }, bytesOf(new Float32Array(12)), 'floating-point'],
  ['16-bit floats', { ...GREY, bits: 16, sampleFormat: 3 }, Buffer.alloc(8), 'floating-point'],
  ['64-bit floats', { ...GREY, bits: 64, sampleFormat: 3 }, Buffer.alloc(32), 'samples out of range'],
  ['unsigned 32 bits', { ...GREY, bits: 32 }, bytesOf(Uint32Array.of(0, 1, 2, 4_294_967_295)), 'unsigned 32-bit'],
  ['RGB of 32 bits', { ...RGB, bits: 32 }, Buffer.alloc(48), 'unsigned 32-bit'],
  ['signed 8 bits', { ...GREY, bits: 8, sampleFormat: 2 }, bytesOf(Int8Array.of(-128, -1, 0, 127)), 'signed 8-bit'],
  ['signed 16 bits', { ...GREY, bits: 16, sampleFormat: 2 }, bytesOf(Int16Array.of(-9, -1, 0, 9)), 'signed 16-bit'],
  ['signed 32 bits', { ...GREY, bits: 32, sampleFormat: 2 }, bytesOf(Int32Array.of(-9, -1, 0, 9)), 'signed 32-bit'],
  ['complex floats', { ...GREY, bits: 64, sampleFormat: 6 }, Buffer.alloc(32), 'samples out of range'],
  ['complex integers', { ...GREY, bits: 32, sampleFormat: 5 }, Buffer.alloc(16), 'unsupported tiff image type'],
  ['8-bit CIELab', { samples: 3, bits: 8, photometric: 8 }, Buffer.alloc(12), 'labq'],
  ['16-bit CIELab', { samples: 3, bits: 16, photometric: 8 }, Buffer.alloc(24), 'signed 16-bit'],
  ['ICCLab', { samples: 3, bits: 8, photometric: 9 }, Buffer.alloc(12), 'pixels of the kind multiband'],
  [
    'a colour filter array',
    { ...GREY, bits: 16, photometric: 32_803 },
    Buffer.alloc(8),
    'pixels of the kind multiband',
  ],
  [
    'three samples besides grey',
    { ...GREY, samples: 4, bits: 8, extraSamples: [0, 0, 0] },
    Buffer.alloc(16),
    '4 samples',
  ],
  ['two samples besides RGB', { ...RGB, samples: 5, bits: 8, extraSamples: [2, 0] }, Buffer.alloc(20), '5 samples'],
  ['12 bits', { ...GREY, bits: 12 }, Buffer.alloc(6), 'not a whole number of bytes'],
  ['64 bits', { ...GREY, bits: 64 }, Buffer.alloc(32), 'samples out of range'],
])('%s are refused, and the failure names them', async (_, tags, pixels, reason) => {
  const failure = await convert(fileOf(tags, pixels), { format: 'png' }).then(() => 'converted', classify);
  expect(failure).toMatchObject({ code: 'PERMANENT_VALIDATION', message: expect.stringContaining(reason) });
});
