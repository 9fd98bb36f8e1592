import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type Percentiles, type Range, typeFiguresQuery } from '../../api/insights';
import { Count, ErrorState, Panel, Skeleton } from '../../components/bits';
import { Made, NotAvailable } from '../../components/made';
import { Spark } from '../../components/spark';
import { Table } from '../../components/table';
import { percent } from '../../lib/numbers';
import { duration } from '../../lib/time';
import { RANGE_NAMES, texts } from '../../texts';

const COLUMNS = [
  texts.overview.type,
  [texts.overview.open, 'number'],
  [texts.overview.completed, 'number'],
  [texts.overview.failed, 'number'],
  [texts.overview.failedPercent, 'number'],
  [texts.overview.wait, 'number'],
  [texts.overview.run, 'number'],
  [texts.overview.ended, 'wide-only'],
] as const;

/** Each type: what is open, what became of the rest, and how long it takes. */
export function TypeTable({ range }: { range: Range }) {
  const { data, error, refetch } = useQuery(typeFiguresQuery(range));
  const title = texts.overview.byTypeIn(RANGE_NAMES[range].toLowerCase());
  if (!data) {
    return (
      <Panel title={title}>
        {data === null ? (
          <NotAvailable what={texts.overview.countsOverTime} />
        ) : error ? (
          <ErrorState error={error} retry={() => void refetch()} />
        ) : (
          <Skeleton lines={6} />
        )}
      </Panel>
    );
  }
  const rows = [...data.types].sort(
    (one, other) => other.failed - one.failed || other.open - one.open || one.type.localeCompare(other.type),
  );
  // Nothing of it has been counted yet: that is not the same as nothing.
  const empty = data.exactness === 'partial' ? texts.overview.stillCounted : texts.overview.noTasksYet;
  return (
    <Panel title={title} flush>
      <Table label={texts.overview.byType} columns={COLUMNS} empty={empty}>
        {rows.map(({ type, open, completed, failed, wait, run, spark }) => (
          <tr key={type}>
            <td>
              <Link className="link strong" to="/tasks" search={{ q: `type:${type}` }}>
                {type}
              </Link>
            </td>
            <td className="number">
              <Count value={open} />
            </td>
            <td className="number">
              <Count value={completed} />
            </td>
            <td className={failed > 0 ? 'number fault' : 'number'}>
              <Count value={failed} />
            </td>
            <td className="number">
              {completed + failed > 0 ? percent(failed / (completed + failed)) : <span className="faint">–</span>}
            </td>
            <td className="number nowrap">{both(wait)}</td>
            <td className="number nowrap">{both(run)}</td>
            <td className="wide-only">
              {spark && spark.length > 0 && (
                <Spark values={spark} label={texts.overview.endedOf(type, spark.join(', '))} />
              )}
            </td>
          </tr>
        ))}
      </Table>
      <div className="padded">
        <Made at={data.takenAt} exactness={data.exactness} counting />
      </div>
    </Panel>
  );
}

function both(times: Percentiles | null | undefined) {
  return times ? `${duration(times.p50)} / ${duration(times.p95)}` : <span className="faint">–</span>;
}
