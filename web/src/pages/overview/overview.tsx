import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { schedulesQuery, statsQuery } from '../../api/queries';
import { Count, ErrorState, PageHead, Panel, Skeleton, Time } from '../../components/bits';
import { duration } from '../../lib/time';
import { Attention } from './attention';
import { TypeTable } from './type-table';

/** Is everything fine? What is wrong, and why? How is it made right? In this order. */
export function Overview() {
  const { data: stats, error, refetch } = useQuery(statsQuery);
  if (error && !stats) return <ErrorState error={error} retry={() => void refetch()} />;
  if (!stats) return <Skeleton lines={8} />;
  const { recorded, total } = stats.tasks;
  const waiting = stats.queues.list.reduce((sum, { backlog }) => sum + backlog, 0);
  return (
    <>
      <PageHead title="Overview" />
      <Attention />
      <div className="overview-grid">
        <Panel title="Now">
          <ul className="now">
            <Now name="Open" value={total.open} q="" />
            <Now name="Waiting" value={waiting} q="state:queued" approximate />
            <Now name="Scheduled" value={recorded.scheduled} q="state:scheduled" />
            <Now name="Paused" value={recorded.paused} q="state:paused" />
            <Now name="Dead-lettered" value={recorded['dead-lettered']} q="state:dead-lettered" />
          </ul>
          <p className="age">
            Counted <Time at={stats.takenAt} />; waiting is the server's estimate
          </p>
        </Panel>
        <TypeTable stats={stats} />
      </div>
      <div className="split">
        <Panel title="Queues" flush>
          <div className="table-wrap">
            <table className="table">
              <thead>
                <tr>
                  <th>Queue</th>
                  <th className="number">Waiting</th>
                  <th className="number">Oldest</th>
                  <th className="number">Workers</th>
                </tr>
              </thead>
              <tbody>
                {stats.queues.list.map(({ queue, backlog, backlogAgeSeconds, workers }) => (
                  <tr key={queue}>
                    <td>
                      <Link to="/queues">{queue}</Link>
                    </td>
                    <td className="number">
                      <Count value={backlog} approximate />
                    </td>
                    <td className="number">{backlog > 0 ? duration(backlogAgeSeconds) : '–'}</td>
                    <td className="number">{workers.length === 0 ? <strong className="fault">none</strong> : workers.length}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </Panel>
        <NextSchedules />
      </div>
    </>
  );
}

function Now({ name, value, q, approximate = false }: { name: string; value: number | undefined; q: string; approximate?: boolean }) {
  return (
    <li>
      <Link to="/tasks" search={q ? { q } : {}}>
        <span className="muted">{name}</span>
        <strong>
          <Count value={value} approximate={approximate} />
        </strong>
      </Link>
    </li>
  );
}

function NextSchedules() {
  const { data, error, refetch } = useQuery(schedulesQuery);
  if (error && !data) return <ErrorState error={error} retry={() => void refetch()} />;
  const next = (data?.schedules ?? [])
    .flatMap(({ id, type, nextRuns, paused }) => (nextRuns[0] && !paused ? [{ id, type, at: nextRuns[0] }] : []))
    .sort((one, other) => Date.parse(one.at) - Date.parse(other.at))
    .slice(0, 6);
  return (
    <Panel title="Next scheduled runs" flush>
      <div className="table-wrap">
        <table className="table">
          <tbody>
            {next.map(({ id, type, at }) => (
              <tr key={id}>
                <td>
                  <Link to="/schedules">{id}</Link>
                </td>
                <td className="muted">{type}</td>
                <td className="number">
                  <Time at={at} />
                </td>
              </tr>
            ))}
            {next.length === 0 && (
              <tr>
                <td className="muted">None</td>
              </tr>
            )}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}
