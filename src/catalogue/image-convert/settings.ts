import { z } from 'zod';

export const IMAGE_SETTINGS = {
  HOLDFAST_IMAGE_MAX_PIXELS: z.coerce
    .number()
    .int()
    .min(1)
    .max(1_000_000_000)
    .default(50_000_000)
    .describe('Largest image that image.convert reads or makes, in pixels. Defaults to 50000000.'),
  HOLDFAST_IMAGE_MAX_SECONDS: z.coerce
    .number()
    .min(1)
    .max(86_400)
    .default(60)
    .describe(
      'Longest conversion that image.convert begins, in seconds of one core, by an estimate from pixels, format and colours. Defaults to 60.',
    ),
};
