import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { IMAGE_FORMATS, imageConvert } from '../../src/catalogue/image-convert/contract';
import { createHandlerContext } from '../support/handler-context';
import { createConverter } from '../support/inputs/convert';
import { imageOf, matrix, matrixOf, speckled } from '../support/inputs/images';

const { handler, convert, convertPixels } = createConverter();

const png = (width = 40, height = 30) => imageOf(speckled(width, height)).png().toBuffer();

describe('result', () => {
  test('names the stored file, and says what it is', async () => {
    const { output, file } = await convert(await png(), { format: 'webp', resize: { width: 20 } });
    const hash = `sha256:${createHash('sha256').update(file).digest('hex')}`;
    expect(output).toEqual({
      artifacts: { image: { hash, bytes: file.length, name: 'image.webp', mediaType: 'image/webp' } },
      width: 20,
      height: 15,
      format: 'webp',
      bytes: file.length,
      hash,
    });
    expect(await sharp(file).metadata()).toMatchObject({ format: 'webp', width: 20, height: 15 });
  });

  test('the example of the contract runs as it is, from base64', async () => {
    const { context } = createHandlerContext();
    const output = await handler(imageConvert.input.parse(imageConvert.example), context);
    const file = await context.artifacts.read(output.hash);
    expect(new Set((await matrixOf(file)).flat().map(String))).toEqual(new Set(['0,0,0', '255,255,255']));
  });

  test.each(IMAGE_FORMATS.flatMap((from) => IMAGE_FORMATS.map((to) => [from, to] as const)))(
    '%s becomes %s',
    async (from, to) => {
      const { output, file } = await convert(await imageOf(speckled(20, 10))[from]().toBuffer(), { format: to });
      const { format, compression, width, height } = await sharp(file).metadata();
      expect([format === 'heif' && compression === 'av1' ? 'avif' : format, width, height]).toEqual([to, 20, 10]);
      expect(output.format).toBe(to);
    },
  );

  test.each(IMAGE_FORMATS)('%s keeps its format when none is asked for', async (format) => {
    const { output } = await convert(await imageOf(speckled(8, 8))[format]().toBuffer());
    expect(output.format).toBe(format);
  });

  test.each(['png', 'tiff'] as const)('%s loses nothing', async (format) => {
    const pixels = speckled(30, 20, 4);
    expect(await convertPixels(pixels, { format })).toEqual(pixels);
  });

  test.each(['jpeg', 'webp', 'avif'] as const)('less quality makes a smaller %s', async (format) => {
    const low = await convert(await png(), { format, quality: 10 });
    const high = await convert(await png(), { format, quality: 95 });
    expect(low.output.bytes).toBeLessThan(high.output.bytes);
  });

  test('quality is ignored, with a warning, when the format of the image has none', async () => {
    const { logs, output } = await convert(await png(), { quality: 10 });
    expect(output.format).toBe('png');
    expect(logs).toContainEqual(
      expect.objectContaining({ level: 'warn', message: expect.stringContaining('quality') }),
    );
  });

  test('nothing of the metadata of the image is kept', async () => {
    const source = await imageOf(speckled(8, 8))
      .withExif({ IFD0: { Artist: 'someone' } })
      .jpeg()
      .toBuffer();
    const { exif, icc, xmp } = await sharp((await convert(source)).file).metadata();
    expect([exif, icc, xmp]).toEqual([undefined, undefined, undefined]);
  });
});

describe('resize', () => {
  test.each([
    [{ width: 20 }, 20, 6],
    [{ height: 20 }, 60, 20],
    [{ width: 1 }, 1, 1],
    [{ width: 20, height: 20 }, 20, 20],
    [{ width: 20, height: 20, fit: 'contain' }, 20, 20],
    [{ width: 20, height: 20, fit: 'fill' }, 20, 20],
    [{ width: 20, height: 20, fit: 'inside' }, 20, 6],
    [{ width: 20, height: 20, fit: 'outside' }, 60, 20],
    [{ width: 61, height: 20, fit: 'inside' }, 60, 20],
  ] as const)('a 90×30 image with %o becomes %i×%i', async (resize, width, height) => {
    for (const kernel of ['nearest', 'lanczos3'] as const) {
      const { output, file } = await convert(await png(90, 30), { resize: { ...resize, kernel } });
      expect([output.width, output.height]).toEqual([width, height]);
      expect(await sharp(file).metadata()).toMatchObject({ width, height });
    }
  });

  // Three columns: red, green, blue. What is cut off, and what is left, shows in the colours.
  const [RED, GREEN, BLUE] = [
    [255, 0, 0],
    [0, 255, 0],
    [0, 0, 255],
  ];
  const stripes = matrix(3, 1, (x) => [RED, GREEN, BLUE][x] ?? []);

  test('cover cuts off what does not fit, on both sides', async () => {
    expect(await convertPixels(stripes, { resize: { width: 1, height: 1, kernel: 'nearest' } })).toEqual([[GREEN]]);
  });

  test('contain leaves transparent borders', async () => {
    const resize = { width: 3, height: 3, fit: 'contain', kernel: 'nearest' } as const;
    const clear = [0, 0, 0, 0];
    const opaque = stripes[0]?.map((pixel) => [...pixel, 255]);
    const expected = [[clear, clear, clear], opaque, [clear, clear, clear]];
    expect(await convertPixels(stripes, { resize })).toEqual(expected);
    expect(await convertPixels(stripes, { resize: { ...resize, kernel: 'lanczos3' } })).toEqual(expected);
  });

  test('fill distorts', async () => {
    const resize = { width: 3, height: 2, fit: 'fill', kernel: 'nearest' } as const;
    expect(await convertPixels(stripes, { resize })).toEqual([...stripes, ...stripes]);
  });
});

describe('greyscale', () => {
  const luma = ([red = 0, green = 0, blue = 0]: number[]) => Math.round(0.299 * red + 0.587 * green + 0.114 * blue);

  test('takes the luma of ITU-R 601 and keeps the alpha', async () => {
    const pixels = speckled(16, 16, 4);
    const grey = await convertPixels(pixels, { greyscale: true });
    grey.flat().forEach(([red, green, blue, alpha], index) => {
      const pixel = pixels.flat()[index] ?? [];
      expect(Math.abs((red ?? 0) - luma(pixel))).toBeLessThanOrEqual(1);
      expect([green, blue, alpha]).toEqual([red, red, pixel[3]]);
    });
  });

  test('comes before dithering', async () => {
    const dither = { algorithm: 'none' as const, palette: ['#ff0000', '#4c4c4c'] };
    expect(await convertPixels([[[255, 0, 0]]], { greyscale: true, dither })).toEqual([[[0x4c, 0x4c, 0x4c]]]);
  });
});

describe('unusual images', () => {
  test('the EXIF orientation is applied, and the sizes are those of the upright image', async () => {
    const sideways = await imageOf(speckled(40, 20))
      .withMetadata({ orientation: 6 })
      .tiff({ compression: 'lzw' })
      .toBuffer();
    const { file, output } = await convert(sideways, { format: 'png' });
    const turned = matrix(20, 40, (x, y) => speckled(40, 20)[19 - x]?.[y] ?? []);
    expect([output.width, output.height]).toEqual([20, 40]);
    expect(await matrixOf(file)).toEqual(turned);
  });

  test('16 bits a channel become 8: the upper ones', async () => {
    const levels = Uint16Array.from([0x0000, 0x00ff, 0x0100, 0x80ff, 0xfeff, 0xffff]);
    const deep = await sharp(levels, { raw: { width: 2, height: 1, channels: 3 } })
      .toColourspace('rgb16')
      .png()
      .toBuffer();
    expect((await sharp(deep).metadata()).depth).toBe('ushort');
    const { file } = await convert(deep);
    expect((await sharp(file).metadata()).depth).toBe('uchar');
    expect(await matrixOf(file)).toEqual([
      [
        [0x00, 0x00, 0x01],
        [0x80, 0xfe, 0xff],
      ],
    ]);
  });

  test('CMYK becomes sRGB', async () => {
    const inks = await imageOf(matrix(16, 16, [220, 30, 40]))
      .toColourspace('cmyk')
      .jpeg({ quality: 100 })
      .toBuffer();
    expect((await sharp(inks).metadata()).space).toBe('cmyk');
    const { file } = await convert(inks, { format: 'png' });
    expect((await sharp(file).metadata()).space).toBe('srgb');
    const [red = 0, green = 0, blue = 0] = (await matrixOf(file))[8]?.[8] ?? [];
    expect(red).toBeGreaterThan(180);
    expect(Math.max(green, blue)).toBeLessThan(90);
  });

  test.each(['gif', 'webp'] as const)('of an animated %s the first frame is taken, with a warning', async (format) => {
    const frames = [
      [200, 0, 0],
      [0, 200, 0],
      [0, 0, 200],
    ].map((colour) =>
      imageOf(matrix(6, 4, colour))
        .png()
        .toBuffer(),
    );
    const animated = await sharp(await Promise.all(frames), { join: { animated: true } })
      [format]({ lossless: true })
      .toBuffer();
    const { file, output, logs } = await convert(animated, { format: 'png' });
    expect([output.width, output.height]).toEqual([6, 4]);
    expect((await matrixOf(file))[0]?.[0]?.slice(0, 3)).toEqual([200, 0, 0]);
    expect(logs).toContainEqual(expect.objectContaining({ level: 'warn', fields: { pages: 3 } }));
  });

  test('transparency is laid on white where the format has none', async () => {
    const source = await imageOf(matrix(16, 16, [0, 0, 0, 0]))
      .png()
      .toBuffer();
    const { file } = await convert(source, { format: 'jpeg' });
    expect(new Set((await matrixOf(file)).flat().map(String))).toEqual(new Set(['255,255,255']));
  });
});

describe('what a task reports while it runs', () => {
  test('progress goes through the stages and never falls', async () => {
    const dither = { algorithm: 'floyd-steinberg', palette: 'web-216' } as const;
    const { progress } = await convert(await png(), { dither, resize: { width: 900 } });
    const percents = progress.map(({ percent }) => percent);
    expect(percents).toEqual([...percents].sort((one, other) => one - other));
    const ends = progress.filter(({ stage }) => stage !== 'dithering').map(({ percent, stage }) => [percent, stage]);
    expect(ends).toEqual([
      [5, 'reading'],
      [30, 'decoded'],
      [70, 'dithered'],
      [90, 'encoded'],
      [100, 'stored'],
    ]);
  });

  test('every stage writes a line of log', async () => {
    const { logs } = await convert(await png(), { dither: { algorithm: 'none', palette: 'cga-16' } });
    const messages = logs.map(({ message }) => message.split(' ')[0]);
    expect(messages).toEqual(['read', 'decoded', 'dithered', 'encoded', 'stored']);
  });
});

describe('the seed of random dithering', () => {
  const dither = { algorithm: 'random', palette: 'cga-16' } as const;

  test('is the same for all attempts of a task, so that each writes the same bytes', async () => {
    const attempts = [1, 2].map((attempt) => createHandlerContext({ taskId: 'image.convert:a', attempt }));
    const [first, second] = await Promise.all(attempts.map(async (given) => convert(await png(), { dither }, given)));
    expect(first?.output.seed).toEqual(expect.any(Number));
    expect(second?.output).toEqual(first?.output);
  });

  test('is another one for another task and another generation', async () => {
    const others = [{ taskId: 'image.convert:a' }, { taskId: 'image.convert:b' }, { generation: 'second' }];
    const outputs = await Promise.all(
      others.map(async (other) => (await convert(await png(), { dither }, createHandlerContext(other))).output),
    );
    expect(new Set(outputs.map(({ seed }) => seed)).size).toBe(3);
    expect(new Set(outputs.map(({ hash }) => hash)).size).toBe(3);
  });

  test('is reported, and given back makes the same result', async () => {
    const drawn = await convert(await png(), { dither });
    const repeated = await convert(await png(), { dither: { ...dither, seed: drawn.output.seed } });
    expect(repeated.output).toEqual(drawn.output);
  });
});
