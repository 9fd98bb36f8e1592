import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useBlocked } from '../../api/may';
import { subscriptionsQuery } from '../../api/queries';
import { EmptyState, PageHead } from '../../components/bits';
import { Icon } from '../../components/icons';
import { NotYet } from '../../components/table';
import { texts } from '../../texts';
import { NewSubscription } from './new-subscription';
import { SubscriptionCard } from './subscription-card';

/** Who is told of what, and whether it arrives. */
export function Webhooks() {
  const { data, error, refetch } = useQuery(subscriptionsQuery);
  const [creating, setCreating] = useState(false);
  const blocked = useBlocked('operate');
  if (!data) return <NotYet title={texts.webhooks.webhooks} query={{ error, refetch }} lines={6} />;
  const { subscriptions } = data;
  const disabled = subscriptions.filter(({ enabled }) => !enabled).length;
  const add = (
    <button
      type="button"
      className="button"
      disabled={Boolean(blocked)}
      title={blocked}
      onClick={() => setCreating(true)}
    >
      <Icon name="plus" /> {texts.webhooks.newSubscription}
    </button>
  );
  return (
    <>
      <PageHead
        title={texts.webhooks.webhooks}
        meta={subscriptions.length > 0 && texts.webhooks.listed(subscriptions.length, disabled)}
      >
        {subscriptions.length > 0 && add}
      </PageHead>
      {subscriptions.length === 0 ? (
        <EmptyState {...texts.nothing.webhooks}>{add}</EmptyState>
      ) : (
        <ul className="stack tight">
          {subscriptions.map((subscription) => (
            <li key={subscription.id}>
              <SubscriptionCard subscription={subscription} />
            </li>
          ))}
        </ul>
      )}
      {creating && <NewSubscription onClose={() => setCreating(false)} />}
    </>
  );
}
