import { classify } from '../../src/activities/classify';
import { IMAGE_FORMATS, imageConvert } from '../../src/catalogue/image-convert/contract';
import { createHandlerContext } from '../support/handler-context';
import { createConverter } from '../support/inputs/convert';
import { imageOf, speckled } from '../support/inputs/images';

const MAX_PIXELS = 100 * 100;
const { handler, convert } = createConverter({ maxPixels: MAX_PIXELS });
const uncapped = createConverter();

const png = (width = 40, height = 30) => imageOf(speckled(width, height)).png().toBuffer();

/** The failure of a conversion as the worker would report it, and what it left behind in the store. */
async function failureOf(file: Buffer, operations: Parameters<typeof convert>[1] = {}) {
  const given = createHandlerContext();
  const put = jest.spyOn(given.context.artifacts, 'put');
  const failure = await convert(file, operations, given).then(() => 'no failure', classify);
  return { failure, stored: put.mock.calls.length - 1 };
}

describe('files that cannot be converted fail for good, with the reason', () => {
  const foreign: [string, Buffer | string][] = [
    ['an SVG drawing', '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'],
    ['a PDF document', '%PDF-1.7\n1 0 obj'],
    ['a PPM image', 'P6\n1 1\n255\nabc'],
    ['a BMP image', Buffer.from('424d3a000000000000003600000028000000', 'hex')],
    ['a HEIC image', Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1')],
    ['a text', 'not an image at all'],
    ['an empty file', ''],
  ];
  test.each(foreign)('%s', async (_, content) => {
    const { failure, stored } = await failureOf(Buffer.from(content));
    expect(failure).toMatchObject({
      code: 'PERMANENT_VALIDATION',
      message: expect.stringMatching(
        /^The file is none of jpeg, png, webp, avif, gif, tiff: it (begins with|is empty)/,
      ),
    });
    expect(stored).toBe(0);
  });

  test.each(IMAGE_FORMATS.flatMap((format) => [0.1, 0.5, 0.9].map((part) => [format, part] as const)))(
    'a %s of which only the first %d is there',
    async (format, part) => {
      const whole = await imageOf(speckled(90, 60))[format]().toBuffer();
      const { failure, stored } = await failureOf(whole.subarray(0, whole.length * part));
      expect(failure).toMatchObject({
        code: 'PERMANENT_VALIDATION',
        message: expect.stringMatching(new RegExp(`${format} image.*: .+`)),
      });
      expect(stored).toBe(0);
    },
  );

  test.each(['png', 'gif', 'avif'] as const)('a %s with damage in its middle', async (format) => {
    const damaged = await imageOf(speckled(90, 60))[format]().toBuffer();
    const middle = damaged.length >> 1;
    damaged.fill(0xa5, middle, middle + 40);
    const { failure } = await failureOf(damaged);
    expect(failure).toMatchObject({
      code: 'PERMANENT_VALIDATION',
      message: expect.stringContaining(`The ${format} image cannot be decoded`),
    });
  });

  test('one that begins like a PNG', async () => {
    const { failure } = await failureOf(Buffer.from('89504e470d0a1a0a0000', 'hex'));
    expect(failure).toMatchObject({
      code: 'PERMANENT_VALIDATION',
      message: expect.stringContaining('begins like a png image'),
    });
  });
});

describe('the pixel cap', () => {
  test('refuses an image with one pixel too many', async () => {
    const { failure } = await failureOf(await png(1, MAX_PIXELS + 1));
    expect(failure).toMatchObject({
      code: 'PERMANENT_VALIDATION',
      message:
        'The image has 1 × 10001 = 10001 pixels, more than the 10000 allowed. Send a smaller one, or raise HOLDFAST_IMAGE_MAX_PIXELS.',
    });
  });

  test('is checked before anything is decoded: of two things wrong, the size is named', async () => {
    const whole = await imageOf(speckled(200, 200)).jpeg().toBuffer();
    const { failure } = await failureOf(whole.subarray(0, whole.length / 2));
    expect(failure).toMatchObject({ message: expect.stringContaining('The image has 200 × 200 = 40000 pixels') });
  });

  test('refuses a result with too many pixels', async () => {
    const { failure } = await failureOf(await png(100, 100), { resize: { width: 101, height: 100 } });
    expect(failure).toMatchObject({
      code: 'PERMANENT_VALIDATION',
      message: expect.stringContaining('The result would have 101 × 100 = 10100 pixels'),
    });
  });

  test('lets an image and a result of exactly that many through', async () => {
    const { output } = await convert(await png(100, 100), { resize: { width: 10_000, height: 1, fit: 'fill' } });
    expect([output.width, output.height]).toEqual([10_000, 1]);
  });
});

describe('the cap on work', () => {
  const large = createConverter({ maxPixels: 50_000_000 });
  const strict = createConverter({ maxPixels: 50_000_000, maxSeconds: 5 });
  const square = (side: number) => ({ resize: { width: side, height: side } });
  const colours = Array.from(
    { length: 256 },
    (_, number) => `#${(number * 65_793).toString(16).padStart(6, '0').slice(-6)}`,
  );
  const dither = { algorithm: 'floyd-steinberg', palette: 'web-216' } as const;

  test.each<[string, ReturnType<typeof createConverter>, Parameters<typeof convert>[1]]>([
    ['the largest dithered webp', large, { ...square(7071), format: 'webp', dither }],
    ['a dithered webp that tries hard', strict, { ...square(2000), format: 'webp', dither }],
    ['an avif that tries hard, though it is small', strict, { ...square(900), format: 'avif', quality: 100 }],
    ['the largest avif', strict, { ...square(7071), format: 'avif', quality: 100 }],
    ['a gif of many colours', strict, { ...square(1400), format: 'gif' }],
    ['a large dithering', strict, { ...square(3000), dither: { ...dither, palette: colours } }],
  ])('refuses at once: %s', async (_name, converter, operations) => {
    const failure = await converter.convert(await png(64, 64), operations).then(() => 'no failure', classify);
    expect(failure).toMatchObject({
      code: 'PERMANENT_VALIDATION',
      message: expect.stringMatching(
        /^The conversion would take about \d+ seconds of computing, more than the (5|60) allowed\. .+HOLDFAST_IMAGE_MAX_SECONDS/,
      ),
    });
  });

  test.each<[string, Parameters<typeof convert>[1]]>([
    ['as many pixels in a cheaper format', { ...square(3000), format: 'jpeg', quality: 100 }],
    ['as many colours on fewer pixels', { ...square(300), dither: { ...dither, palette: colours } }],
    ['a small avif of the best quality', { ...square(300), format: 'avif', quality: 100 }],
  ])('lets through: %s', async (_name, operations) => {
    expect((await strict.convert(await png(64, 64), operations)).output.bytes).toBeGreaterThan(0);
  });
});

test('a size that the format does not have fails for good', async () => {
  const wide = { format: 'webp', resize: { width: 16_384, height: 1 } } as const;
  const failure = await uncapped.convert(await png(), wide).then(() => 'no failure', classify);
  expect(failure).toMatchObject({
    code: 'PERMANENT_VALIDATION',
    message: expect.stringContaining('The result cannot be written as webp: Processed image is too large'),
  });
});

test('an artifact that the store does not have fails for good', async () => {
  const hash = `sha256:${'0'.repeat(64)}`;
  const input = imageConvert.input.parse({ image: { artifact: hash } });
  const failure = await handler(input, createHandlerContext().context).then(() => 'no failure', classify);
  expect(failure).toMatchObject({ code: 'PERMANENT_NOT_FOUND', message: `The artifact store has no file ${hash}.` });
});

describe('the contract refuses', () => {
  const base = { image: { base64: 'AAAA' } };
  const dither = { algorithm: 'ordered', palette: 'cga-16' };
  const cases: [string, unknown, string, RegExp][] = [
    ['no image', {}, 'image', /must be \{"artifact"/],
    ['two images', { image: { artifact: `sha256:${'0'.repeat(64)}`, base64: 'AAAA' } }, 'image', /not both/],
    ['a wrong hash', { image: { artifact: 'sha256:abc' } }, 'image.artifact', /64 lower-case hex digits/],
    ['a data URL', { image: { base64: 'data:image/png;base64,AAAA' } }, 'image.base64', /plain base64/],
    ['empty base64', { image: { base64: '' } }, 'image.base64', /holds no image/],
    ['131,073 bytes in base64', { image: { base64: 'A'.repeat(174_764) } }, 'image.base64', /more than 131072 bytes/],
    ['far too much base64', { image: { base64: 'A'.repeat(400_000) } }, 'image.base64', /upload the image/],
    ['an unknown field', { ...base, rotate: 90 }, '', /rotate/],
    ['an unknown format', { ...base, format: 'bmp' }, 'format', /"jpeg"/],
    ['quality 0', { ...base, quality: 0 }, 'quality', />=1/],
    ['quality for png', { ...base, format: 'png', quality: 80 }, 'quality', /no meaning for png/],
    ['a resize to nothing', { ...base, resize: {} }, 'resize', /a width, a height or both/],
    ['a width of 0', { ...base, resize: { width: 0 } }, 'resize.width', />=1/],
    ['half a pixel', { ...base, resize: { width: 1.5 } }, 'resize.width', /int/],
    ['a fit for one side', { ...base, resize: { width: 1, fit: 'cover' } }, 'resize.fit', /both width and height/],
    [
      'an unknown palette',
      { ...base, dither: { ...dither, palette: 'mauve' } },
      'dither.palette',
      /black-white, greys-4/,
    ],
    ['no colours', { ...base, dither: { ...dither, palette: [] } }, 'dither.palette', />=1/],
    ['a colour by name', { ...base, dither: { ...dither, palette: ['red'] } }, 'dither.palette.0', /"#1a2b3c"/],
    [
      '257 colours',
      { ...base, dither: { ...dither, palette: Array(257).fill('#000000') } },
      'dither.palette',
      /1 to 256 colours/,
    ],
    ['a seed without random', { ...base, dither: { ...dither, seed: 1 } }, 'dither.seed', /no meaning with ordered/],
    ['a negative seed', { ...base, dither: { ...dither, algorithm: 'random', seed: -1 } }, 'dither.seed', />=0/],
    ...['jpeg', 'avif', 'gif'].map((format): [string, unknown, string, RegExp] => [
      `dithering to ${format}`,
      { ...base, dither, format },
      'format',
      /change the dithered colours: use png, webp, tiff/,
    ]),
    ['quality with dithering', { ...base, dither, quality: 80 }, 'quality', /without loss/],
    [
      'a smooth kernel with dithering',
      { ...base, dither, resize: { width: 9, kernel: 'cubic' } },
      'resize.kernel',
      /nearest/,
    ],
  ];

  test.each(cases)('%s', (_, input, path, message) => {
    const issues = imageConvert.input.safeParse(input).error?.issues ?? [];
    expect(issues.map((issue) => issue.path.join('.'))).toEqual([path]);
    expect(issues[0]?.message).toMatch(message);
  });

  test('nothing in exactly 128 KiB of base64', () => {
    const base64 = Buffer.alloc(128 * 1024).toString('base64');
    expect(imageConvert.input.safeParse({ image: { base64 } }).success).toBe(true);
  });
});
