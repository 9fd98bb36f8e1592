import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api, data, type Schemas } from '../../api/client';
import { useBlocked } from '../../api/may';
import { Id, Panel, Tag, Time } from '../../components/bits';
import { StateShape } from '../../components/icons';
import { useAction } from '../../components/use-action';
import { texts } from '../../texts';
import { Deliveries } from './deliveries';
import { DisableDialog, RotateDialog } from './subscription-dialogs';

export function SubscriptionCard({ subscription }: { subscription: Schemas['WebhookSubscription'] }) {
  const { id, url, events, description, enabled, disabled, secretNumber, oldSecretUntil } = subscription;
  const [asked, setAsked] = useState<'rotate' | 'disable'>();
  const blocked = useBlocked('operate');
  const unsent = useBlocked('submit', { type: 'webhook.deliver' });
  const enable = useAction({
    send: () => data(api.POST('/v1/webhook-subscriptions/{id}/enable', { params: { path: { id } } })),
    said: () => texts.webhooks.eventsGoThereAgain,
    touches: [['subscriptions']],
  });
  const test = useAction({
    send: () => data<Schemas['Task']>(api.POST('/v1/tasks', { body: testOf(id) as never })),
    said: () => texts.webhooks.testEventOnWay,
    touches: [['subscriptions']],
  });
  return (
    <Panel>
      <div className="row wrap between">
        <h2 className="breakable">{url}</h2>
        <span className={`badge state-${enabled ? 'completed' : 'failed'}`}>
          <StateShape state={enabled ? 'completed' : 'paused'} />{' '}
          {enabled ? texts.webhooks.enabled : texts.webhooks.disabled}
        </span>
      </div>
      {description && <p className="muted breakable">{description}</p>}
      <p className="row wrap small faint">
        <Id id={id} />
        {events.map((event) => (
          <Tag key={event}>{event}</Tag>
        ))}
        <span>
          {texts.webhooks.secretOf(secretNumber)}
          {oldSecretUntil && (
            <>
              {texts.webhooks.oneBeforeUntil} <Time at={oldSecretUntil} />
            </>
          )}
        </span>
      </p>
      {disabled && (
        <p className="fault breakable">
          {texts.webhooks.disabled} <Time at={disabled.at} /> {texts.webhooks.by}{' '}
          {disabled.by.includes(':') ? (
            <Link to="/tasks/$id" params={{ id: disabled.by }} className="link">
              {disabled.by}
            </Link>
          ) : (
            disabled.by
          )}
          : {disabled.reason}
        </p>
      )}
      <div className="row wrap actions">
        <button
          type="button"
          className="button small"
          disabled={Boolean(unsent) || !enabled || test.isPending}
          title={unsent ?? (enabled ? undefined : texts.webhooks.itIsDisabled)}
          onClick={() => test.mutate()}
        >
          {texts.webhooks.sendTestEvent}
        </button>
        {test.data && (
          <Link className="link small" to="/tasks/$id" params={{ id: test.data.id }}>
            {texts.webhooks.itsDelivery}
          </Link>
        )}
        <button
          type="button"
          className="button small"
          disabled={Boolean(blocked)}
          title={blocked}
          onClick={() => setAsked('rotate')}
        >
          {texts.webhooks.rotateSecretAsk}
        </button>
        {enabled ? (
          <button
            type="button"
            className="button small danger"
            disabled={Boolean(blocked)}
            title={blocked}
            onClick={() => setAsked('disable')}
          >
            {texts.webhooks.disableAsk}
          </button>
        ) : (
          <button
            type="button"
            className="button small"
            disabled={Boolean(blocked) || enable.isPending}
            title={blocked}
            onClick={() => enable.mutate()}
          >
            {texts.webhooks.enable}
          </button>
        )}
      </div>
      <Deliveries id={id} />
      {asked === 'rotate' && <RotateDialog id={id} onClose={() => setAsked(undefined)} />}
      {asked === 'disable' && <DisableDialog id={id} url={url} onClose={() => setAsked(undefined)} />}
    </Panel>
  );
}

/** To this receiver alone, signed like every other event. */
function testOf(subscription: string) {
  const timestamp = new Date().toISOString();
  return {
    type: 'webhook.deliver',
    input: {
      to: { subscription },
      payload: { type: 'test', timestamp, data: { message: texts.webhooks.testMessage } },
    },
    tags: ['test-event'],
    policy: { attempts: 1 },
  };
}
