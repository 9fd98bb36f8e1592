import { z } from 'zod';

/** What is asked of the Temporal server, and how long it keeps what has ended. */
export const TEMPORAL_SETTINGS = {
  HOLDFAST_TEMPORAL_DEADLINE: z.coerce
    .number()
    .min(0.5)
    .max(60)
    .default(4)
    .describe('Seconds that one call to Temporal may take before the API answers 503. Defaults to 4.'),
  HOLDFAST_VISIBILITY_RATE: z.coerce
    .number()
    .min(1)
    .max(10_000)
    .default(8)
    .describe(
      'Calls a second that one process makes to list and count workflows, at most. A stock Temporal server allows 10 for a namespace. Defaults to 8; `npm start` with its own Temporal server says 80.',
    ),
  HOLDFAST_RETENTION_DAYS: z.coerce
    .number()
    .min(1)
    .max(3650)
    .default(30)
    .describe('Days for which Temporal keeps ended tasks; no window may be longer. Defaults to 30.'),
};
