import type { Handler } from '../../activities/attempt/handler';
import type { Verifier } from '../../activities/attempt/verify';
import { Arrivals } from '../../client/webhooks/arrivals';
import { TelemetryStore } from '../../client/webhooks/telemetry-store';
import { TaskFailure } from '../../tasks/failures';
import { exactJson } from '../../tasks/json-text';
import { subjectOf } from '../../tasks/received-webhook';
import { telemetryBatch, telemetrySubject } from '../../tasks/telemetry';
import { WEBHOOK_ACTIONS } from './actions';
import type { webhookProcess } from './contract';

const NEWER = 'A newer webhook about the same has come, so this one was left undone.';

/** The handler of `webhook.process`: the action of the event, unless something newer of the same subject has come. */
export const processWebhook: Handler<typeof webhookProcess> = async ({ source, event, body }, context) => {
  const action = Object.hasOwn(WEBHOOK_ACTIONS, event) ? WEBHOOK_ACTIONS[event] : undefined;
  if (!action) {
    const known = Object.keys(WEBHOOK_ACTIONS).join(', ');
    const message = `There is no action for the event ${JSON.stringify(event)} of ${source}. Known: ${known}.`;
    throw new TaskFailure('PERMANENT_VALIDATION', message);
  }
  const payload = parse(body);
  const subject = subjectOf(event, payload);
  if (subject !== undefined && !(await new Arrivals(context.artifacts.entries).isNewest(subject, context.generation))) {
    context.log.info('ignored', { reason: NEWER });
    return { event, ignored: true, reason: NEWER, result: null };
  }
  const result = await action(payload, context);
  return result === undefined
    ? { event, ignored: true, reason: NEWER, result: null }
    : { event, ignored: false, result };
};

/** Looks into the telemetry store. */
export const verifyWebhookProcess: Verifier<typeof webhookProcess> = async ({ event, body }, context) => {
  const batch = telemetryBatch.safeParse(parse(body));
  if (event !== 'batch' || !batch.success) return { effect: 'absent', evidence: 'It can have had no effect.' };
  const { user, asset } = telemetrySubject(batch.data);
  const stored = await new TelemetryStore(context.artifacts.entries).find(user, asset);
  const where = `The telemetry of user ${user} and asset ${asset}`;
  if (!stored) return { effect: 'absent', evidence: `${where} is not there.` };
  if (stored.task !== context.taskId) {
    return { effect: 'absent', evidence: `${where} is of the task ${stored.task}.` };
  }
  const result = { user, asset, storedAt: stored.storedAt };
  return { effect: 'done', output: { event, ignored: false, result }, evidence: `${where} is of this task.` };
};

function parse(body: string): unknown {
  try {
    return exactJson(body);
  } catch (cause) {
    const message = `The body is not JSON that can be taken: ${(cause as Error).message}`;
    throw new TaskFailure('PERMANENT_VALIDATION', message, undefined, { cause });
  }
}
