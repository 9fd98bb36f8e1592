import { z } from 'zod';
import { FAILURE_CLASSES } from '../../protocol/task';
import { creationTime, instant, nameText, plainText } from '../../tasks/plain-schemas';
import { wholeNumber } from './parameters';

const text = plainText(256);

/** A time in a query, as a Date. */
const time = instant.transform((text) => creationTime(new Date(text)));

/** Query parameters by which tasks are chosen, wherever they are listed. */
export const taskFilters = {
  type: text.optional().describe('Task type.'),
  tenant: nameText.optional(),
  tag: nameText.optional(),
  category: text.optional(),
  failureClass: z.enum(FAILURE_CLASSES).optional(),
  failureCode: text.optional(),
  fingerprint: text.optional().describe('Failures that are the same trouble.'),
  createdAfter: time.optional().describe('Created at this time or later.'),
  createdBefore: time.optional().describe('Created before this time.'),
};

/** Query parameters of everything that comes in pages. */
export const paging = {
  limit: wholeNumber(1, 200).optional().describe('Longest page. Defaults to 50.'),
  cursor: z
    .string()
    .regex(/^Wy[IJ][A-Za-z0-9_-]{60,8000}$/, 'is not one that a list gave out; start again without it')
    .optional()
    .describe('Cursor of the page before. Defaults to the first page.'),
};

type Given<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Leaves out what was not given. */
export function given<T extends object>(fields: { [K in keyof T]: T[K] | undefined }): Given<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Given<T>;
}
