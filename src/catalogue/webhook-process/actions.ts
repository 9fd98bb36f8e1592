import type { HandlerContext } from '../../activities/attempt/handler';
import { TelemetryStore } from '../../client/webhooks/telemetry-store';
import { telemetryBatch, telemetrySubject } from '../../tasks/telemetry';

/** Does what a webhook asks for. @returns The task's result; `undefined` when something newer has made it pointless. */
export type WebhookAction = (payload: unknown, context: HandlerContext) => Promise<unknown>;

/** A zod error fails the task for good: sending the same again cannot help. */
const storeTelemetry: WebhookAction = async (payload, context) => {
  const batch = telemetryBatch.parse(payload);
  const { user, asset } = telemetrySubject(batch);
  const store = new TelemetryStore(context.artifacts.entries);
  const storedAt = new Date().toISOString();
  const stands = await context.guard('store:telemetry', () =>
    store.upsert({ user, asset, task: context.taskId, storedAt, batch }, context.generation),
  );
  return stands ? { user, asset, storedAt } : undefined;
};

/** By the name of the event. A new one is one more entry here, and its code. */
export const WEBHOOK_ACTIONS: Readonly<Record<string, WebhookAction>> = { batch: storeTelemetry };
