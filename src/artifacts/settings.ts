import path from 'node:path';
import { z } from 'zod';
import { isS3Url, parseS3Url } from './location';

/** Where the artifact store is. */
export const ARTIFACT_SETTINGS = {
  HOLDFAST_ARTIFACTS: z
    .string()
    .optional()
    .refine((place) => !place || !isS3Url(place) || parseS3Url(place) !== undefined, {
      message: 'is no address of a bucket: expected s3://bucket or s3://bucket/prefix',
    })
    .transform((place) => (place && !isS3Url(place) ? path.resolve(place) : place))
    .describe(
      'The artifact store, which API, workers and monitor share: a folder, or a bucket as s3://bucket/prefix. Defaults to artifacts in HOLDFAST_HOME.',
    ),
  HOLDFAST_S3_ENDPOINT: z
    .url({ protocol: /^https?$/, message: 'must be an http or https address' })
    .optional()
    .describe(
      "Address of the S3-compatible service of HOLDFAST_ARTIFACTS; its credentials are looked for where Amazon's library does. Defaults to Amazon's of the region.",
    ),
  HOLDFAST_S3_REGION: z
    .string()
    .optional()
    .describe('Region of the bucket. Defaults to AWS_REGION, or else us-east-1.'),
  HOLDFAST_S3_PRESIGN: z
    .enum(['on', 'off'])
    .default('off')
    .describe(
      'Whether downloads are redirected (302) to an address of the bucket that works for a minute: on or off. Callers must reach the service then. Defaults to off.',
    ),
};
