import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api, data, type Schemas } from '../../api/client';
import { useBlocked } from '../../api/may';
import { Id, Panel, Tag, Time } from '../../components/bits';
import { StateShape } from '../../components/icons';
import { useAction } from '../../components/use-action';
import { Deliveries } from './deliveries';
import { DisableDialog, RotateDialog } from './subscription-dialogs';

export function SubscriptionCard({ subscription }: { subscription: Schemas['WebhookSubscription'] }) {
  const { id, url, events, description, enabled, disabled, secretNumber, oldSecretUntil } = subscription;
  const [asked, setAsked] = useState<'rotate' | 'disable'>();
  const blocked = useBlocked('operate');
  const unsent = useBlocked('submit', { type: 'webhook.deliver' });
  const enable = useAction({
    send: () => data(api.POST('/v1/webhook-subscriptions/{id}/enable', { params: { path: { id } } })),
    said: () => 'Events go there again.',
    touches: [['subscriptions']],
  });
  const test = useAction({
    send: () => data<Schemas['Task']>(api.POST('/v1/tasks', { body: testOf(id) as never })),
    said: () => 'The test event is on its way.',
    touches: [['subscriptions']],
  });
  return (
    <Panel>
      <div className="row wrap between">
        <h2 className="breakable">{url}</h2>
        <span className={`badge state-${enabled ? 'completed' : 'failed'}`}>
          <StateShape state={enabled ? 'completed' : 'paused'} /> {enabled ? 'Enabled' : 'Disabled'}
        </span>
      </div>
      {description && <p className="muted breakable">{description}</p>}
      <p className="row wrap small faint">
        <Id id={id} />
        {events.map((event) => (
          <Tag key={event}>{event}</Tag>
        ))}
        <span>
          secret {secretNumber}
          {oldSecretUntil && (
            <>
              , the one before until <Time at={oldSecretUntil} />
            </>
          )}
        </span>
      </p>
      {disabled && (
        <p className="fault breakable">
          Disabled <Time at={disabled.at} /> by{' '}
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
          title={unsent ?? (enabled ? undefined : 'It is disabled.')}
          onClick={() => test.mutate()}
        >
          Send a test event
        </button>
        {test.data && (
          <Link className="link small" to="/tasks/$id" params={{ id: test.data.id }}>
            Its delivery
          </Link>
        )}
        <button
          type="button"
          className="button small"
          disabled={Boolean(blocked)}
          title={blocked}
          onClick={() => setAsked('rotate')}
        >
          Rotate secret…
        </button>
        {enabled ? (
          <button
            type="button"
            className="button small danger"
            disabled={Boolean(blocked)}
            title={blocked}
            onClick={() => setAsked('disable')}
          >
            Disable…
          </button>
        ) : (
          <button
            type="button"
            className="button small"
            disabled={Boolean(blocked) || enable.isPending}
            title={blocked}
            onClick={() => enable.mutate()}
          >
            Enable
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
      payload: { type: 'test', timestamp, data: { message: 'A test event, sent from the dashboard.' } },
    },
    tags: ['test-event'],
    policy: { attempts: 1 },
  };
}
