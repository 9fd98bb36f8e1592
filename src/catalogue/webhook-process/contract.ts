import { z } from 'zod';
import { defineContract } from '../../tasks/contract';
import { telemetryBatch, telemetrySubject } from '../../tasks/telemetry';
import { eventName } from '../../tasks/webhook-events';

/** Most bytes of a webhook that is received. */
export const MAX_HOOK_BYTES = 1024 * 1024;

const sourceName = z.string().regex(/^[a-z][a-z0-9-]{0,62}$/, 'must be a lower-case name such as learnpack');

const input = z.strictObject({
  source: sourceName.describe('Who sent it.'),
  id: z.string().min(1).max(200).describe('The webhook-id that it came with.'),
  event: eventName.describe('What happened; it names the action.'),
  body: z.string().max(MAX_HOOK_BYTES).describe('The body as it came: JSON.'),
});

const output = z.object({
  event: z.string(),
  ignored: z.boolean().describe('True when the action did nothing, since something newer makes it pointless.'),
  reason: z.string().optional().describe('Why it was ignored.'),
  result: z.unknown().describe('What the action made; null when it was ignored.'),
});

export const webhookProcess = defineContract({
  type: 'webhook.process',
  summary: 'Does what a webhook that was received asks for.',
  category: 'high',
  input,
  output,
  // Senders repeat a webhook for days when they do not get our answer.
  policy: { firstDelay: 2, cap: 60, timeout: 60, window: 7 * 86_400 },
  example: {
    source: 'learnpack',
    id: 'msg_2b1c',
    event: 'batch',
    body: '{"event":"batch","user_id":5043,"slug":"16-Random-Colors-Loop","steps":[]}',
  },
});

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
