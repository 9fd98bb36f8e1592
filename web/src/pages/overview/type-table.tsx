import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Schemas } from '../../api/client';
import { type Percentiles, type Range, typeFiguresQuery } from '../../api/insights';
import { Count, Panel } from '../../components/bits';
import { Made } from '../../components/made';
import { Spark } from '../../components/spark';
import { Table } from '../../components/table';
import { percent } from '../../lib/numbers';
import { duration } from '../../lib/time';
import { RANGE_NAMES, texts } from '../../texts';

interface Row {
  type: string;
  open: number;
  completed: number;
  failed: number;
  wait?: Percentiles | null;
  run?: Percentiles | null;
  spark?: number[];
}

const COUNTED = [
  texts.overview.type,
  [texts.overview.open, 'number'],
  [texts.overview.completed, 'number'],
  [texts.overview.failed, 'number'],
  [texts.overview.failedPercent, 'number'],
] as const;
const TIMED = [
  [texts.overview.wait, 'number'],
  [texts.overview.run, 'number'],
  [texts.overview.ended, 'wide-only'],
] as const;

/** Each type: what is open, what became of the rest, and how long it takes. */
export function TypeTable({ stats, range }: { stats: Schemas['Stats']; range: Range }) {
  const figures = useQuery(typeFiguresQuery(range));
  // While nothing has been counted yet there is nothing to show of it.
  const timed = figures.data?.exactness === 'partial' && figures.data.types.length === 0 ? undefined : figures.data;
  const all = Object.entries(stats.tasks.byType as Record<string, Schemas['TaskCounts']>).map(
    ([type, counts]): Row => ({ type, ...counts }),
  );
  const rows = [...(timed?.types ?? all)].sort(
    (one, other) => other.failed - one.failed || other.open - one.open || one.type.localeCompare(other.type),
  );
  return (
    <Panel
      title={timed ? texts.overview.byTypeIn(RANGE_NAMES[range].toLowerCase()) : texts.overview.byTypeAllKept}
      flush
    >
      <Table
        label={texts.overview.byType}
        columns={timed ? [...COUNTED, ...TIMED] : COUNTED}
        empty={texts.overview.noTasksYet}
      >
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
            {timed && (
              <>
                <td className="number nowrap">{both(wait)}</td>
                <td className="number nowrap">{both(run)}</td>
                <td className="wide-only">
                  {spark && spark.length > 0 && (
                    <Spark values={spark} label={texts.overview.endedOf(type, spark.join(', '))} />
                  )}
                </td>
              </>
            )}
          </tr>
        ))}
      </Table>
      <div className="padded">
        <Made
          at={timed?.takenAt ?? stats.takenAt}
          exactness={timed?.exactness ?? (stats.tasks.exact ? 'exact' : 'sampled')}
        />
      </div>
    </Panel>
  );
}

function both(times: Percentiles | null | undefined) {
  return times ? `${duration(times.p50)} / ${duration(times.p95)}` : <span className="faint">–</span>;
}
