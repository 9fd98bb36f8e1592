import { Link } from '@tanstack/react-router';
import type { WorkerView } from '../../api/insights';
import { EmptyState, Id, Panel, Tag, Time } from '../../components/bits';
import { NotAvailable } from '../../components/made';
import { Table } from '../../components/table';
import { duration } from '../../lib/time';
import { useNow } from '../../lib/use-now';
import { texts } from '../../texts';

/** Each worker: where it runs, which version, what it serves, and what it does just now. */
export function Workers({ workers, detailed }: { workers: readonly WorkerView[]; detailed: boolean }) {
  const now = useNow();
  if (workers.length === 0) return <EmptyState {...texts.nothing.workers} />;
  const versions = new Set(workers.map(({ version }) => version));
  return (
    <Panel title={versions.size > 1 ? texts.queues.workersMixed : texts.queues.workers} flush>
      <Table
        stacked
        label={texts.queues.workers}
        columns={[
          texts.queues.worker,
          texts.queues.version,
          texts.queues.serves,
          texts.queues.runningNow,
          [texts.queues.lastSignOfLife, 'number'],
        ]}
      >
        {workers.map(({ identity, host, version, queues = [], types, running, slots, lastSeenAt }) => (
          <tr key={identity}>
            <td>
              <Id id={identity}>
                <code className="truncate">{identity}</code>
              </Id>
              {host && <p className="faint small">{host}</p>}
            </td>
            <td>{version ?? <span className="faint">{texts.queues.unknown}</span>}</td>
            <td>
              <span className="row wrap tight" title={types?.join(', ')}>
                {queues.map((queue) => (
                  <Tag key={queue}>{queue}</Tag>
                ))}
                {types && <span className="faint small">{texts.queues.typesOf(types.length)}</span>}
              </span>
            </td>
            <td>
              {running?.slice(0, 3).map(({ id, type, since }) => (
                <p key={id} className="small">
                  <Link className="link" to="/tasks/$id" params={{ id }}>
                    {type}
                  </Link>{' '}
                  <span className="faint">
                    {since && texts.queues.runningFor(duration((now - Date.parse(since)) / 1000))}
                  </span>
                </p>
              ))}
              {running && running.length > 3 && (
                <p className="faint small">{texts.queues.andMore(running.length - 3)}</p>
              )}
              {slots && <p className="faint small">{texts.queues.slotsOf(slots.used, slots.of)}</p>}
              {!running?.length && !slots && <span className="faint">–</span>}
            </td>
            <td className="number">
              <Time at={lastSeenAt} />
            </td>
          </tr>
        ))}
      </Table>
      {!detailed && <NotAvailable what={texts.queues.workerDetails} />}
    </Panel>
  );
}
