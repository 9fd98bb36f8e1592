import { z } from 'zod';

/** Names a file in the artifact store. */
export const artifactHash = z.string().regex(/^sha256:[0-9a-f]{64}$/, 'must be sha256: and 64 lower-case hex digits');

/** A file that a task wrote. The API serves each one found under an output's or a failure's `artifacts`, by its key there. */
export const artifactRef = z.strictObject({
  hash: artifactHash,
  bytes: z.int().min(0),
  name: z.string().optional(),
  mediaType: z.string().optional(),
});
