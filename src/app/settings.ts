import path from 'node:path';
import { z } from 'zod';

/** Which app runs. */
export const APP_SETTINGS = {
  HOLDFAST_APP: z
    .string()
    .optional()
    .transform((file) => file && path.resolve(file))
    .describe(
      'Module whose default export is the app, made with defineApp, or the folder of its holdfast.config.ts; TypeScript needs no build. `--app` of a role says the same. Defaults to holdfast.config.ts (or .mts, .js, .mjs, .cjs) in the working folder, else to the app with all shipped task types.',
    ),
};
