import { z } from 'zod';
import { telemetryBatch, telemetrySubject } from './telemetry';

/** Most bytes of a webhook that is received. */
export const MAX_HOOK_BYTES = 1024 * 1024;

export const sourceName = z.string().regex(/^[a-z][a-z0-9-]{0,62}$/, 'must be a lower-case name such as learnpack');

/** Sources by name, with the secrets that their signatures may be made with. */
export const hookSourcesSchema = z.record(
  sourceName,
  z.strictObject({
    secrets: z
      .array(z.string().regex(/^whsec_[A-Za-z0-9+/]{32,}={0,2}$/, 'must be whsec_ and base64'))
      .min(1)
      .max(5),
  }),
);
export type HookSources = z.output<typeof hookSourcesSchema>;

/** Events without a name of their own are batches of telemetry. */
export function eventOf(payload: unknown): string {
  const named = (payload ?? {}) as { event?: unknown; type?: unknown };
  return (
    ([named.event, named.type].find((name) => typeof name === 'string' && name !== '') as string | undefined) ?? 'batch'
  );
}

/**
 * What a webhook is about, when only the newest of that matters; `undefined` when every one counts, or when it is not
 * valid: then it makes nothing else pointless.
 */
export function subjectOf(event: string, payload: unknown): string | undefined {
  if (event !== 'batch') return undefined;
  const batch = telemetryBatch.safeParse(payload);
  if (!batch.success) return undefined;
  const { user, asset } = telemetrySubject(batch.data);
  return `telemetry/${user}/${asset}`;
}
