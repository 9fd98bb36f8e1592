import { Link } from '@tanstack/react-router';
import type { QueueView } from '../../api/insights';
import { Bar, Count, EmptyState, Panel } from '../../components/bits';
import { Table } from '../../components/table';
import { count } from '../../lib/numbers';
import { duration } from '../../lib/time';
import { texts } from '../../texts';

export function QueueCards({ queues }: { queues: readonly QueueView[] }) {
  if (queues.length === 0) return <EmptyState title={texts.queues.noQueues} hint={texts.queues.noQueuesHint} />;
  return (
    <Panel title={texts.queues.queues} flush>
      <Table
        stacked
        label={texts.queues.queues}
        columns={[
          texts.queues.queue,
          [texts.queues.waiting, 'number'],
          texts.queues.byPriority,
          [texts.queues.oldest, 'number'],
          [texts.queues.workers, 'number'],
          texts.queues.slotsUsed,
        ]}
      >
        {queues.map((one) => (
          <Row key={one.queue} queue={one} />
        ))}
      </Table>
    </Panel>
  );
}

function Row({
  queue: { queue, backlog, backlogByPriority = {}, backlogAgeSeconds, workers = [], slots },
}: {
  queue: QueueView;
}) {
  const priorities = Object.entries(backlogByPriority).filter(([, waiting]) => waiting > 0);
  return (
    <tr>
      <th scope="row">
        <strong>{queue}</strong>
      </th>
      <td className="number">
        <Link className={backlog > 0 ? 'link' : ''} to="/tasks" search={{ q: 'state:queued' }}>
          <Count value={backlog} approximate />
        </Link>
      </td>
      <td className="muted">
        {priorities.length === 0 ? (
          <span className="faint">–</span>
        ) : (
          priorities.map(([priority, waiting]) => `${priority}: ${count(waiting)}`).join(', ')
        )}
      </td>
      <td className="number">{backlog > 0 ? duration(backlogAgeSeconds) : <span className="faint">–</span>}</td>
      <td className="number">
        {workers.length > 0 ? (
          workers.length
        ) : (
          // Nobody needs to serve a queue in which nothing waits.
          <span className={backlog > 0 ? 'fault strong' : 'faint'}>{texts.queues.none}</span>
        )}
      </td>
      <td>
        {slots ? (
          <span className="row">
            <Bar value={slots.used} of={slots.of} />{' '}
            <span className="nowrap">{texts.queues.usedOf(slots.used, slots.of)}</span>
          </span>
        ) : (
          <span className="faint" title={texts.queues.apiDoesNotSay}>
            –
          </span>
        )}
      </td>
    </tr>
  );
}
