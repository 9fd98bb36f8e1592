import path from 'node:path';
import { z } from 'zod';
import { list } from '../../setting-kinds';

export const CITATION_SETTINGS = {
  HOLDFAST_PYTHON: z
    .string()
    .optional()
    .transform((file) => file && path.resolve(file))
    .describe(
      'Python with the packages of python/requirements.txt, for citations.extract. Defaults to the environment that set-up makes in tools/citations of HOLDFAST_HOME.',
    ),
  HOLDFAST_URL_HOSTS: list
    .default([])
    .describe(
      'Hosts that citations.extract may fetch pages from although their addresses are not public, separated by commas: host, or host:port. Defaults to none.',
    ),
  HOLDFAST_COURTLISTENER_URL: z
    .url({ protocol: /^https?$/, error: 'is not an http:// or https:// address' })
    .optional()
    .describe(
      "Address of CourtListener's citation look-up, or of a service in its shape, that verifies citations. Defaults to none: only the table of landmark cases that comes with Holdfast.",
    ),
  HOLDFAST_COURTLISTENER_TOKEN: z.string().optional().describe('Token for that citation look-up. Defaults to none.'),
  HOLDFAST_COURTLISTENER_RATE: z.coerce
    .number()
    .int()
    .min(1)
    .max(10_000)
    .default(180)
    .describe('Calls a minute that one worker process makes to that citation look-up, at most. Defaults to 180.'),
};
