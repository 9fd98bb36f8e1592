import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { subscriptionQuery } from '../../api/queries';
import { Time } from '../../components/bits';
import { StateShape } from '../../components/icons';
import { Table } from '../../components/table';
import { count } from '../../lib/numbers';
import { duration } from '../../lib/time';
import { texts } from '../../texts';

const SHOWN = 8;

/** The last deliveries of a subscription, each with what the receiver answered. */
export function Deliveries({ id }: { id: string }) {
  const { data, error } = useQuery(subscriptionQuery(id));
  if (error && !data) return <p className="fault">{texts.webhooks.deliveriesCouldNotRead(error.message)}</p>;
  if (!data) return null;
  const { delivered, failed, open } = data.deliveries;
  return (
    <details className="fold" open={data.results.length > 0}>
      <summary>
        {delivered + failed + open === 0 && data.results.length > 0
          ? texts.webhooks.lastDeliveries
          : texts.webhooks.deliveredFailedOpen(count(delivered), count(failed), count(open))}
      </summary>
      {data.results.length > 0 && (
        <Table
          label={texts.webhooks.deliveriesOf(id)}
          columns={[
            texts.webhooks.answer,
            [texts.webhooks.took, 'number'],
            texts.webhooks.event,
            [texts.webhooks.when, 'number'],
          ]}
        >
          {data.results.slice(0, SHOWN).map(({ at, task, status, error: fault, durationMs, sample }) => (
            <tr key={`${at}${task}`}>
              <td>
                <Link
                  className={`badge state-${status && status < 300 ? 'completed' : 'failed'}`}
                  to="/tasks/$id"
                  params={{ id: task }}
                  title={fault}
                >
                  <StateShape state={status && status < 300 ? 'completed' : 'failed'} />{' '}
                  {status ?? fault ?? texts.webhooks.noAnswer}
                </Link>
              </td>
              <td className="number">{duration(durationMs / 1000)}</td>
              <td className="truncate">
                <code>{JSON.stringify(sample)}</code>
              </td>
              <td className="number">
                <Time at={at} />
              </td>
            </tr>
          ))}
        </Table>
      )}
    </details>
  );
}
