import { Link } from '@tanstack/react-router';
import type { QueueView } from '../../api/insights';
import { Bar, Count, EmptyState, Panel } from '../../components/bits';
import { Table } from '../../components/table';
import { count } from '../../lib/numbers';
import { duration } from '../../lib/time';

export function QueueCards({ queues }: { queues: readonly QueueView[] }) {
  if (queues.length === 0)
    return <EmptyState title="No queues" hint="A queue appears with the first worker or task." />;
  return (
    <Panel title="Queues" flush>
      <Table
        label="Queues"
        columns={[
          'Queue',
          ['Waiting', 'number'],
          'By priority',
          ['Oldest', 'number'],
          ['Workers', 'number'],
          'Slots used',
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
          <span className={backlog > 0 ? 'fault strong' : 'faint'}>none</span>
        )}
      </td>
      <td>
        {slots ? (
          <span className="row">
            <Bar value={slots.used} of={slots.of} />{' '}
            <span className="nowrap">
              {slots.used} of {slots.of}
            </span>
          </span>
        ) : (
          <span className="faint" title="This API does not say">
            –
          </span>
        )}
      </td>
    </tr>
  );
}
