import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** What settings of several folders consist of: each reads the text of an environment variable. */
export const port = (fallback: number) => z.coerce.number().int().min(1).max(65_535).default(fallback);
export const count = (fallback: number) => z.coerce.number().int().min(1).max(10_000).default(fallback);
export const seconds = (fallback: number) => z.coerce.number().min(0).max(86_400).default(fallback);
export const days = (longest: number) => z.coerce.number().positive().max(longest);

/** Several, separated by commas. */
export const list = z.string().transform((text) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean),
);

export const webAddress = z.url({ protocol: /^https?$/, error: 'is not an http:// or https:// address' });

/** The text of a file that a setting names. */
export const textFile = z
  .string()
  .transform((file, context) => {
    try {
      return readFileSync(file, 'utf8');
    } catch (error) {
      context.addIssue({ code: 'custom', message: `cannot be read: ${(error as Error).message}` });
      return z.NEVER;
    }
  })
  .optional();

/** A setting that holds JSON: the text itself, or the path of a file with it. */
export const json = <T extends z.ZodType>(schema: T, fallback: z.output<T>) =>
  z
    .string()
    .transform((text, context) => {
      try {
        return JSON.parse(/^\s*[[{]/.test(text) ? text : readFileSync(text, 'utf8')) as unknown;
      } catch (error) {
        context.addIssue({
          code: 'custom',
          message: `is neither JSON nor the path of a JSON file: ${(error as Error).message}`,
        });
        return z.NEVER;
      }
    })
    .pipe(schema)
    .default(fallback as never);
