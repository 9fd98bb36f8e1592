import { useState } from 'react';
import { api, data, type Schemas } from '../../api/client';
import { signature } from '../../api/session';
import { ActionDialog } from '../../components/action-dialog';
import { useAction } from '../../components/use-action';
import { texts } from '../../texts';
import { SecretDialog } from './secret';

export function RotateDialog({ id, onClose }: { id: string; onClose(): void }) {
  const [hours, setHours] = useState('24');
  const send = useAction({
    send: () =>
      data<Schemas['WebhookSubscriptionWithSecret']>(
        api.POST('/v1/webhook-subscriptions/{id}/rotate-secret', {
          params: { path: { id } },
          body: { graceSeconds: Math.round(Number(hours) * 3600) } as never,
        }),
      ),
    said: () => texts.webhooks.secretRotated,
    touches: [['subscriptions']],
  });
  if (send.data)
    return <SecretDialog secret={send.data.secret} graceUntil={send.data.oldSecretUntil} onClose={onClose} />;
  return (
    <ActionDialog
      title={texts.webhooks.rotateSecret}
      explanation={texts.webhooks.rotateExplained}
      confirm={texts.webhooks.rotate}
      reason="none"
      pending={send.isPending}
      error={send.error}
      onClose={onClose}
      onSend={() => send.mutate()}
    >
      <label>
        {texts.webhooks.graceHours}
        <input type="number" min={0} step="any" value={hours} onChange={(event) => setHours(event.target.value)} />
      </label>
    </ActionDialog>
  );
}

export function DisableDialog({ id, url, onClose }: { id: string; url: string; onClose(): void }) {
  const send = useAction({
    send: (reason: string) =>
      data(
        api.POST('/v1/webhook-subscriptions/{id}/disable', {
          params: { path: { id } },
          body: { ...signature(), reason } as never,
        }),
      ),
    said: () => texts.webhooks.isDisabled,
    touches: [['subscriptions']],
  });
  return (
    <ActionDialog
      title={texts.webhooks.disableSubscription}
      explanation={texts.webhooks.disableExplained(url)}
      confirm={texts.webhooks.disable}
      danger
      reason="required"
      pending={send.isPending}
      error={send.error}
      onClose={onClose}
      onSend={(reason) => send.mutate(reason, { onSuccess: onClose })}
    />
  );
}
