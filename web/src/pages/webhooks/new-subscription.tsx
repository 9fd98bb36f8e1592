import { useState } from 'react';
import { api, data, type Schemas } from '../../api/client';
import { ActionDialog } from '../../components/action-dialog';
import { useAction } from '../../components/use-action';
import { SecretDialog } from './secret';

export function NewSubscription({ onClose }: { onClose(): void }) {
  const [url, setUrl] = useState('');
  const [events, setEvents] = useState('task.*');
  const [description, setDescription] = useState('');
  const send = useAction({
    send: () =>
      data<Schemas['WebhookSubscriptionWithSecret']>(
        api.POST('/v1/webhook-subscriptions', {
          body: { url, events: events.split(/[\s,]+/).filter(Boolean), ...(description && { description }) } as never,
        }),
      ),
    said: () => 'The subscription is made.',
    touches: [['subscriptions']],
  });
  if (send.data) return <SecretDialog secret={send.data.secret} onClose={onClose} />;
  return (
    <ActionDialog
      title="New subscription"
      explanation="Events that match are posted to the address, signed and retried."
      confirm="Subscribe"
      reason="none"
      pending={send.isPending}
      error={send.error}
      blocked={!url || !events.trim()}
      onClose={onClose}
      onSend={() => send.mutate()}
    >
      <label>
        Address
        <input
          type="url"
          required
          value={url}
          placeholder="https://example.com/hooks"
          onChange={(event) => setUrl(event.target.value)}
        />
      </label>
      <label>
        Events, by spaces
        <input required value={events} spellCheck={false} onChange={(event) => setEvents(event.target.value)} />
        <small className="faint">For example task.failed, order.* or *</small>
      </label>
      <label>
        Description <span className="faint">(optional)</span>
        <input value={description} maxLength={500} onChange={(event) => setDescription(event.target.value)} />
      </label>
    </ActionDialog>
  );
}
