import { z } from 'zod';
import { count } from '../../setting-kinds';

/** How much one key or tenant may ask for. */
export const QUOTA_SETTINGS = {
  HOLDFAST_TENANT_TASKS: z.coerce
    .number()
    .int()
    .min(1)
    .max(10_000_000)
    .default(50_000)
    .describe('Open tasks that a tenant with keys of its own may have; counted every few seconds. Defaults to 50000.'),
  HOLDFAST_KEY_RATE: count(100).describe(
    'Requests of one API key in a second, on the average of ten seconds; each API process counts for itself. Defaults to 100.',
  ),
  HOLDFAST_KEY_BYTES: z.coerce
    .number()
    .int()
    .min(1)
    .default(10_737_418_240)
    .describe(
      'Bytes of files that one API key may upload in an hour; each API process counts for itself. Defaults to 10737418240 (10 GiB).',
    ),
  HOLDFAST_TENANT_BYTES: z.coerce
    .number()
    .int()
    .min(1)
    .default(107_374_182_400)
    .describe(
      'Bytes of files and of submissions that a tenant with keys of its own may send in a day; each API process counts for itself. Defaults to 107374182400 (100 GiB).',
    ),
};
