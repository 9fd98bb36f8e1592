import { Link } from '@tanstack/react-router';
import type { WorkerView } from '../../api/insights';
import { EmptyState, Id, Panel, Tag, Time } from '../../components/bits';
import { NotAvailable } from '../../components/made';
import { Table } from '../../components/table';
import { texts } from '../../texts';

/** Each worker: where it runs, which version, what it serves, and what it does just now. */
export function Workers({ workers, detailed }: { workers: readonly WorkerView[]; detailed: boolean }) {
  if (workers.length === 0) return <EmptyState {...texts.nothing.workers} />;
  const versions = new Set(workers.map(({ version }) => version));
  return (
    <Panel title={`Workers${versions.size > 1 ? ': more than one version runs' : ''}`} flush>
      <Table label="Workers" columns={['Worker', 'Version', 'Serves', 'Running now', ['Last sign of life', 'number']]}>
        {workers.map(({ identity, host, version, queues = [], types, running, slots, lastSeenAt }) => (
          <tr key={identity}>
            <td>
              <Id id={identity}>
                <code className="truncate">{identity}</code>
              </Id>
              {host && <p className="faint small">{host}</p>}
            </td>
            <td>{version ?? <span className="faint">unknown</span>}</td>
            <td>
              <span className="row wrap tight" title={types?.join(', ')}>
                {queues.map((queue) => (
                  <Tag key={queue}>{queue}</Tag>
                ))}
                {types && <span className="faint small">{types.length} types</span>}
              </span>
            </td>
            <td>
              {running?.slice(0, 3).map(({ id, type, since }) => (
                <p key={id} className="small">
                  <Link className="link" to="/tasks/$id" params={{ id }}>
                    {type}
                  </Link>{' '}
                  <span className="faint">{since && <Time at={since} />}</span>
                </p>
              ))}
              {running && running.length > 3 && <p className="faint small">and {running.length - 3} more</p>}
              {slots && (
                <p className="faint small">
                  {slots.used} of {slots.of} slots
                </p>
              )}
              {!running?.length && !slots && <span className="faint">–</span>}
            </td>
            <td className="number">
              <Time at={lastSeenAt} />
            </td>
          </tr>
        ))}
      </Table>
      {!detailed && <NotAvailable what="Host, served types and what each runs just now" />}
    </Panel>
  );
}
