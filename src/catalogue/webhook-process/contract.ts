import { z } from 'zod';
import { WEBHOOK_PROCESS } from '../../protocol/webhook';
import { defineContract } from '../../tasks/contract';
import { MAX_HOOK_BYTES, sourceName } from '../../tasks/received-webhook';
import { eventName } from '../../tasks/webhook-events';

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
  type: WEBHOOK_PROCESS,
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
