import { useState } from 'react';
import { api, data, type Schemas } from '../../api/client';
import { signature } from '../../api/session';
import { ActionDialog } from '../../components/action-dialog';
import { useAction } from '../../components/use-action';
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
    said: () => 'The secret is rotated.',
    touches: [['subscriptions']],
  });
  if (send.data)
    return <SecretDialog secret={send.data.secret} graceUntil={send.data.oldSecretUntil} onClose={onClose} />;
  return (
    <ActionDialog
      title="Rotate the secret"
      explanation="A new secret signs from now on; the one before signs too for a while, so that the receiver can change over."
      confirm="Rotate"
      reason="none"
      pending={send.isPending}
      error={send.error}
      onClose={onClose}
      onSend={() => send.mutate()}
    >
      <label>
        The old one signs too for hours
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
    said: () => 'No event goes there any more.',
    touches: [['subscriptions']],
  });
  return (
    <ActionDialog
      title="Disable the subscription"
      explanation={`No event goes to ${url} any more; deliveries that wait fail, and can be retried later.`}
      confirm="Disable"
      danger
      reason="required"
      pending={send.isPending}
      error={send.error}
      onClose={onClose}
      onSend={(reason) => send.mutate(reason, { onSuccess: onClose })}
    />
  );
}
