import { createConverter } from '../support/inputs/convert';
import { type Matrix, matrix, speckled } from '../support/inputs/images';
import { floydSteinberg, mersenneTwister, ordered, plain, random } from './dithering-oracle';

const { convertPixels } = createConverter();

const grey = (level: number) => [level, level, level];
const greyRows = (...rows: number[][]): Matrix => rows.map((row) => row.map(grey));
const hex = (colour: number[]) => `#${colour.map((level) => level.toString(16).padStart(2, '0')).join('')}`;

const BLACK_WHITE = [grey(0), grey(255)];

/** Equally near pairs, a colour that comes twice, and colours far off the greys. */
const UNEVEN = [
  [100, 100, 100],
  [110, 100, 100],
  [100, 110, 100],
  [200, 10, 60],
  [100, 100, 100],
  [0, 255, 255],
  [20, 30, 250],
  [255, 255, 255],
  [2, 1, 0],
];

/** So coarse that most pixels are equally near to several of the uneven palette's colours. */
const tied = (width: number, height: number) =>
  matrix(width, height, (x, y) => [100 + 5 * (x % 3), 100 + 5 * (y % 3), 95 + 5 * ((x + y) % 3)]);

const SEED = 4_000_000_007;

describe('the dithered matrix equals an independently computed one', () => {
  const oracles = {
    'floyd-steinberg': floydSteinberg,
    ordered,
    random: (image: Matrix, palette: number[][]) => random(image, palette, SEED),
    none: plain,
  };
  const sizes: [number, number][] = [
    [2, 2],
    [17, 3],
    [64, 64],
  ];
  const images = { speckled, tied };
  const palettes = { 'black and white': BLACK_WHITE, uneven: UNEVEN };

  for (const [algorithm, oracle] of Object.entries(oracles)) {
    for (const [width, height] of sizes) {
      test.each(Object.keys(palettes))(`${algorithm}, ${width}×${height}, %s palette`, async (name) => {
        const palette = palettes[name as keyof typeof palettes];
        for (const image of Object.values(images)) {
          const pixels = image(width, height);
          const dither = { algorithm: algorithm as keyof typeof oracles, palette: palette.map(hex) };
          const seeded = algorithm === 'random' ? { ...dither, seed: SEED } : dither;
          expect(await convertPixels(pixels, { dither: seeded })).toEqual(oracle(pixels, palette));
        }
      });
    }
  }
});

describe('values computed by hand', () => {
  const cases: [string, Matrix, Parameters<typeof convertPixels>[1]['dither'], Matrix][] = [
    [
      'floyd-steinberg spreads 7, 3, 5 and 1 sixteenths',
      greyRows([100, 150], [200, 50]),
      { algorithm: 'floyd-steinberg', palette: 'black-white' },
      greyRows([0, 255], [255, 0]),
    ],
    [
      'floyd-steinberg truncates 127.875 to 127 before it matches',
      greyRows([2, 127]),
      { algorithm: 'floyd-steinberg', palette: 'black-white' },
      greyRows([0, 0]),
    ],
    [
      'floyd-steinberg truncates -0.4375 to 0, where both colours are equally near',
      [
        [
          [0, 10, 0],
          [0, 10, 0],
        ],
      ],
      { algorithm: 'floyd-steinberg', palette: ['#010a00', '#000b00'] },
      [
        [
          [1, 10, 0],
          [1, 10, 0],
        ],
      ],
    ],
    [
      'floyd-steinberg carries values above 255 on without clamping',
      greyRows([255, 255, 255, 10]),
      { algorithm: 'floyd-steinberg', palette: ['#000000', '#969696'] },
      greyRows([150, 150, 150, 150]),
    ],
    [
      'ordered shifts by -32, 0, 16 and -16',
      greyRows([128, 128], [128, 128]),
      { algorithm: 'ordered', palette: 'black-white' },
      greyRows([0, 255], [255, 0]),
    ],
    [
      'ordered clamps -22 to 0, where both colours are equally near',
      [[[10, 42, 32]]],
      { algorithm: 'ordered', palette: ['#010a00', '#000b00'] },
      [[[1, 10, 0]]],
    ],
    [
      "random adds NumPy's RandomState(0).uniform(-32, 32)",
      greyRows([124, 124], [124, 124]),
      { algorithm: 'random', palette: 'black-white', seed: 0 },
      greyRows([255, 0], [255, 255]),
    ],
    [
      'none takes the first of two equally near colours',
      greyRows([105, 104], [106, 105]),
      { algorithm: 'none', palette: ['#646464', '#6e6e6e'] },
      greyRows([100, 100], [110, 100]),
    ],
    [
      'none takes the first of two equally near colours, also in the other order',
      greyRows([105, 104], [106, 105]),
      { algorithm: 'none', palette: ['#6e6e6e', '#646464'] },
      greyRows([110, 100], [110, 110]),
    ],
  ];

  test.each(cases)('%s', async (_, pixels, dither, expected) => {
    expect(await convertPixels(pixels, { dither })).toEqual(expected);
  });

  test('the generator that checks random dithering is the published one', () => {
    const numbers = mersenneTwister(5489);
    expect(numbers.next().value).toBe(3_499_211_612);
    for (let index = 2; index < 10_000; index++) numbers.next();
    expect(numbers.next().value).toBe(4_123_659_995);
  });
});

test.each([
  [40, 7],
  [8, 2],
  [64, 64],
  [17, 1],
])('with dithering, resizing to %i×%i takes the nearest source pixel', async (width, height) => {
  const pixels = speckled(17, 3);
  const resized = matrix(width, height, (x, y) => {
    const [sourceX, sourceY] = [Math.floor(((x + 0.5) * 17) / width), Math.floor(((y + 0.5) * 3) / height)];
    return pixels[sourceY]?.[sourceX] ?? [];
  });
  const dither = { algorithm: 'floyd-steinberg', palette: UNEVEN.map(hex) } as const;
  const operations = { resize: { width, height, fit: 'fill' }, dither } as const;
  expect(await convertPixels(pixels, operations)).toEqual(floydSteinberg(resized, UNEVEN));
});

test.each(['floyd-steinberg', 'ordered', 'random', 'none'] as const)(
  '%s makes pixels with less than half the alpha transparent, leaves them out, and makes the rest opaque',
  async (algorithm) => {
    const pixels = [
      [
        [120, 120, 120, 127],
        [90, 90, 90, 128],
        [250, 250, 250, 255],
      ],
    ];
    expect(await convertPixels(pixels, { dither: { algorithm, palette: 'black-white' } })).toEqual([
      [
        [0, 0, 0, 0],
        [0, 0, 0, 255],
        [255, 255, 255, 255],
      ],
    ]);
  },
);

test('transparent pixels do not change the random noise of the others', async () => {
  const opaque = speckled(9, 9);
  const holed = opaque.map((row, y) => row.map((pixel, x) => [...pixel, (x + y) % 4 ? 255 : 0]));
  const dither = { algorithm: 'random', palette: UNEVEN.map(hex), seed: 3 } as const;
  const whole = random(opaque, UNEVEN, 3);
  const expected = whole.map((row, y) => row.map((pixel, x) => ((x + y) % 4 ? [...pixel, 255] : [0, 0, 0, 0])));
  expect(await convertPixels(holed, { dither })).toEqual(expected);
});

test.each([
  ['black-white', 2],
  ['greys-4', 4],
  ['greys-16', 16],
  ['cga-16', 16],
  ['web-216', 216],
] as const)('the palette %s has %i colours, each of which stays as it is', async (palette, count) => {
  const levels = matrix(64, 64, (x, y) => [
    (x % 16) * 17,
    (y % 16) * 17,
    (4 * Math.floor(x / 16) + Math.floor(y / 16)) * 17,
  ]);
  const dither = { algorithm: 'none', palette } as const;
  const once = await convertPixels(levels, { dither });
  expect(new Set(once.flat().map(String)).size).toBe(count);
  expect(await convertPixels(once, { dither })).toEqual(once);
});

test.each(['png', 'webp', 'tiff'] as const)('%s keeps every dithered pixel', async (format) => {
  const pixels = speckled(33, 21);
  const dither = { algorithm: 'ordered', palette: 'web-216' } as const;
  const inPng = await convertPixels(pixels, { dither });
  expect(await convertPixels(pixels, { dither, format })).toEqual(inPng);
});
