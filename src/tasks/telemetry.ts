import { z } from 'zod';

const reference = z.union([z.string().trim().min(1).max(200), z.int()]);

/** A batch of telemetry of one user's work on one asset, as learning packages send it; what else it holds is kept. */
export const telemetryBatch = z
  .looseObject({
    user_id: reference,
    slug: z.string().trim().min(1).max(200).optional(),
    asset_id: reference.optional(),
    package_id: reference.optional(),
  })
  .refine(({ slug, asset_id, package_id }) => slug ?? asset_id ?? package_id, {
    path: ['slug'],
    error: 'must be there, or asset_id or package_id: which asset is this of?',
  });
export type TelemetryBatch = z.output<typeof telemetryBatch>;

/** Whose batch it is and of what. Slugs differ in case only by accident. */
export function telemetrySubject({ user_id, slug, asset_id, package_id }: TelemetryBatch): {
  user: string;
  asset: string;
} {
  const asset = slug?.toLowerCase() ?? (asset_id === undefined ? `package:${package_id}` : `asset:${asset_id}`);
  return { user: String(user_id), asset };
}
