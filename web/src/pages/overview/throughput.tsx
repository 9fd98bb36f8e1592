import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { RANGES, type Range, seriesQuery } from '../../api/insights';
import { ErrorState, Panel, Skeleton } from '../../components/bits';
import { Chart } from '../../components/chart';
import { Made, NotAvailable } from '../../components/made';
import { Segmented } from '../../components/segmented';
import { count } from '../../lib/numbers';
import { RANGE_NAMES, texts } from '../../texts';

export function Throughput({ range, onRange }: { range: Range; onRange(range: Range): void }) {
  const { data: series, error, refetch } = useQuery(seriesQuery(range));
  // What draws the chart comes while its counts are on their way.
  useEffect(() => void import('uplot'), []);
  const sum = (name: 'completed' | 'failed') => series?.points.reduce((total, point) => total + point[name], 0) ?? 0;
  const said = texts.overview.completedFailed(count(sum('completed')), count(sum('failed')));
  return (
    <Panel
      title={RANGE_NAMES[range]}
      actions={
        <Segmented<Range>
          label={texts.overview.time}
          options={RANGES.map((one) => [one, one] as const)}
          value={range}
          onChange={onRange}
        />
      }
    >
      {error && !series ? (
        <ErrorState error={error} retry={() => void refetch()} />
      ) : series === undefined ? (
        <Skeleton lines={5} />
      ) : series === null ? (
        <NotAvailable what={texts.overview.countsOverTime} />
      ) : (
        <>
          <p className="figure-line">{said}</p>
          <Chart series={series} label={`${RANGE_NAMES[range]}: ${said}`} />
          <Made at={series.takenAt} exactness={series.exactness} counting />
        </>
      )}
    </Panel>
  );
}
