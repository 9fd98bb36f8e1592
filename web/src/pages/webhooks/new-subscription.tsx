import { useState } from 'react';
import { api, data, type Schemas } from '../../api/client';
import { ActionDialog } from '../../components/action-dialog';
import { useAction } from '../../components/use-action';
import { texts } from '../../texts';
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
    said: () => texts.webhooks.subscribed,
    touches: [['subscriptions']],
  });
  if (send.data) return <SecretDialog secret={send.data.secret} onClose={onClose} />;
  return (
    <ActionDialog
      title={texts.webhooks.newSubscription}
      explanation={texts.webhooks.subscribeExplained}
      confirm={texts.webhooks.subscribe}
      reason="none"
      pending={send.isPending}
      error={send.error}
      blocked={!url || !events.trim()}
      onClose={onClose}
      onSend={() => send.mutate()}
    >
      <label>
        {texts.webhooks.address}
        <input
          type="url"
          required
          value={url}
          placeholder={texts.webhooks.addressExample}
          onChange={(event) => setUrl(event.target.value)}
        />
      </label>
      <label>
        {texts.webhooks.eventsBySpaces}
        <input required value={events} spellCheck={false} onChange={(event) => setEvents(event.target.value)} />
        <small className="faint">{texts.webhooks.eventsExample}</small>
      </label>
      <label>
        {texts.webhooks.description} <span className="faint">{texts.webhooks.optional}</span>
        <input value={description} maxLength={500} onChange={(event) => setDescription(event.target.value)} />
      </label>
    </ActionDialog>
  );
}
