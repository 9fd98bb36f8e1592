import { z } from 'zod';
import { artifactHash, artifactRef } from '../../tasks/artifact-schema';
import { defineContract } from '../../tasks/contract';
import { MAX_INLINE_BYTES } from '../shared/inline-bytes';

export const IMAGE_FORMATS = ['jpeg', 'png', 'webp', 'avif', 'gif', 'tiff'] as const;
export type ImageFormat = (typeof IMAGE_FORMATS)[number];

/** Formats with a quality; the others are written without loss, or from a palette of their own (gif). */
export const QUALITY_FORMATS: readonly ImageFormat[] = ['jpeg', 'webp', 'avif'];

/** Formats that keep every dithered pixel as it is. */
const DITHER_FORMATS: readonly ImageFormat[] = ['png', 'webp', 'tiff'];

export const PALETTE_NAMES = ['black-white', 'greys-4', 'greys-16', 'cga-16', 'web-216'] as const;

const side = z.int().min(1).max(65_535);

const image = z
  .union(
    [
      z.strictObject({ artifact: artifactHash.describe('Hash of an uploaded image.') }),
      z.strictObject({
        base64: z
          .base64('must be plain base64, without a data: prefix')
          .min(4, 'holds no image')
          .refine((text) => Buffer.byteLength(text, 'base64') <= MAX_INLINE_BYTES, {
            error: `holds more than ${MAX_INLINE_BYTES} bytes: upload the image instead`,
          })
          .describe(`The image itself in base64, at most ${MAX_INLINE_BYTES} bytes once decoded.`),
      }),
    ],
    { error: 'must be {"artifact": "sha256:…"} or {"base64": "…"}, not both' },
  )
  .describe('The image: a JPEG, PNG, WebP, AVIF, GIF or TIFF file.');

const resize = z
  .strictObject({
    width: side.optional().describe('Width in pixels. Defaults to what keeps the proportions, rounded down.'),
    height: side.optional().describe('Height in pixels. Defaults to what keeps the proportions, rounded down.'),
    fit: z
      .enum(['cover', 'contain', 'fill', 'inside', 'outside'])
      .optional()
      .describe(
        'With both sides given: cover crops, contain adds transparent borders, fill distorts, inside and outside keep the proportions within or around them. Defaults to cover.',
      ),
    kernel: z
      .enum(['nearest', 'linear', 'cubic', 'mitchell', 'lanczos2', 'lanczos3'])
      .optional()
      .describe('How pixels are resampled. Defaults to lanczos3, and to nearest (the only choice) with dither.'),
  })
  .superRefine(({ width, height, fit }, context) => {
    if (width === undefined && height === undefined) {
      context.addIssue({ code: 'custom', message: 'needs a width, a height or both' });
    } else if (fit && (width === undefined || height === undefined)) {
      context.addIssue({ code: 'custom', path: ['fit'], message: 'needs both width and height' });
    }
  })
  .describe('The new size. Defaults to the size of the image.');

const dither = z
  .strictObject({
    algorithm: z
      .enum(['floyd-steinberg', 'ordered', 'random', 'none'])
      .describe('none takes the nearest colour of the palette for each pixel by itself.'),
    palette: z
      .union(
        [
          z.enum(PALETTE_NAMES),
          z
            .array(z.string().regex(/^#[0-9a-f]{6}$/i, 'must be a colour such as "#1a2b3c"'))
            .min(1)
            .max(256),
        ],
        { error: `must be one of ${PALETTE_NAMES.join(', ')}, or a list of 1 to 256 colours such as "#1a2b3c"` },
      )
      .describe('Name of a palette, or its colours. Of equally near colours the first one is taken.'),
    seed: z
      .int()
      .min(0)
      .max(0xffff_ffff)
      .optional()
      .describe('Seed of random. Defaults to one that stays the same for all attempts of the task.'),
  })
  .superRefine(({ algorithm, seed }, context) => {
    if (seed !== undefined && algorithm !== 'random') {
      context.addIssue({ code: 'custom', path: ['seed'], message: `has no meaning with ${algorithm}` });
    }
  })
  .describe('Reduces the image to the colours of a palette. Defaults to no reduction.');

const input = z
  .strictObject({
    image,
    resize: resize.optional(),
    greyscale: z.boolean().default(false).describe('Whether to drop the colours. Defaults to false.'),
    format: z
      .enum(IMAGE_FORMATS)
      .optional()
      .describe(
        'Format of the result. Defaults to that of the image, and to png with dither. GIF is reduced to 256 colours.',
      ),
    quality: z
      .int()
      .min(1)
      .max(100)
      .optional()
      .describe('1 (small) to 100 (best), for jpeg, webp and avif. Defaults to 80, for avif to 50.'),
    dither: dither.optional(),
  })
  .superRefine((value, context) => {
    const refuse = (path: string[], message: string) => context.addIssue({ code: 'custom', path, message });
    if (value.quality !== undefined && value.format && !QUALITY_FORMATS.includes(value.format)) {
      refuse(['quality'], `has no meaning for ${value.format}, which has none`);
    }
    if (!value.dither) return;
    if (value.format && !DITHER_FORMATS.includes(value.format)) {
      refuse(['format'], `${value.format} would change the dithered colours: use ${DITHER_FORMATS.join(', ')}`);
    }
    if (value.quality !== undefined) refuse(['quality'], 'has no meaning with dither, which is written without loss');
    if (value.resize?.kernel && value.resize.kernel !== 'nearest') {
      refuse(['resize', 'kernel'], 'must be nearest with dither');
    }
  });

const output = z.strictObject({
  artifacts: z.strictObject({ image: artifactRef }),
  width: z.int().min(1),
  height: z.int().min(1),
  format: z.enum(IMAGE_FORMATS),
  bytes: z.int().min(1),
  hash: artifactHash,
  seed: z.int().optional().describe('The seed that random dithering used.'),
});

export const imageConvert = defineContract({
  type: 'image.convert',
  summary: 'Resizes, converts and dithers an image.',
  category: 'default',
  input,
  output,
  // What can go wrong here and pass again is a lack of memory or a killed process: both clear in seconds.
  policy: { firstDelay: 2, cap: 60, timeout: 300 },
  example: {
    image: {
      base64:
        'iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAAAAADhZOFXAAAACXBIWXMAAAPoAAAD6AG1e1JrAAAAKklEQVQI12NgEFIx94zObYDRkxig9BIGKL2NAUqfYIDStxmg9FsGKP0fAI1NH+UQsyh+AAAAAElFTkSuQmCC',
    },
    resize: { width: 64 },
    dither: { algorithm: 'floyd-steinberg', palette: 'black-white' },
  },
});

export type ImageConvertInput = z.output<typeof input>;
export type Resize = NonNullable<ImageConvertInput['resize']>;
export type Dither = NonNullable<ImageConvertInput['dither']>;
